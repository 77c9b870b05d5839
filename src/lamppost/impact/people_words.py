"""Who benefits by group of people, as its page says it: a table, a drawing, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from lamppost.charts import Chart
from lamppost.pilots.models import Pilot
from lamppost.sensing.group_names import group_label, group_order
from lamppost.sensing.released import LEVEL
from lamppost.vision.models import Characteristic, Indicator

from .drawing import changes_chart
from .numbers import name, say
from .people import AFTER, BEFORE, COMPARISON, PILOT, ByGroup, GroupChange, by_group
from .ruling import Ruling
from .sentences import SENTENCES


@dataclass(frozen=True)
class PeopleLine:
    """One group: its shares before and after at both kinds of site, and what changed for it."""

    label: str
    pilot: str
    comparison: str
    change: str
    said: str


@dataclass(frozen=True)
class People:
    """One survey by group of people.

    Attributes
    ----------
    title
        The indicator.
    by
        What parts the groups, in words; may be empty.
    sentence
        Who it changed something for; or why that cannot be said, and what to collect.
    alike
        Whether groups differ from each other; empty without figures.
    chart
        None without figures.
    waves
        The days on which people were asked.
    """

    title: str
    by: str
    sentence: str
    alike: str = ""
    lines: tuple[PeopleLine, ...] = ()
    chart: Chart | None = None
    waves: str = ""


def people_of(pilot: Pilot, ruling: Ruling) -> list[People]:
    """Return every survey of a pilot by group of people; empty where there is none."""
    return [_people(one, number) for number, one in enumerate(by_group(pilot, ruling))]


def what_to_collect() -> str:
    """Say what a city would have to ask, where nobody was asked."""
    return _(
        "Who benefits by age or neighbourhood of people cannot be said: no survey was taken in. "
        "Ask the same question before and after, at pilot and comparison sites, and note each "
        "person’s group beside the answer."
    )


def _people(one: ByGroup, number: int) -> People:
    title = f"{name(one.indicator.name)}"
    by = str(dict(Characteristic.Question.choices).get(one.by, ""))
    if one.missing:
        return People(title, by, _missing(one.missing))
    labels = {change.group: group_label(one.by, change.group) for change in one.changes}
    lines = tuple(_line(change, labels[change.group], _is_up(one)) for change in _ordered(one))
    days = ", ".join(formats.date_format(day) for day in one.days)
    return People(
        title,
        by,
        _who(one, labels),
        _whether_alike(one),
        lines,
        _chart(one, labels, number),
        days,
    )


def _is_up(one: ByGroup) -> bool:
    return one.indicator.direction == Indicator.Direction.UP


def _ordered(one: ByGroup) -> list[GroupChange]:
    return sorted(one.changes, key=lambda change: group_order(change.group))


def _missing(why: str) -> str:
    told = {
        "groups": _(
            "Who benefits by group of people cannot be said: nobody’s group was asked. State the "
            "shares of the population (age, neighbourhood), and note each person’s group beside "
            "the answer."
        ),
        BEFORE: _(
            "Who benefits by group of people cannot be said: there is no survey from before the "
            "technology. Without one, nobody knows how the groups differed already."
        ),
        AFTER: _(
            "Who benefits by group of people cannot be said yet: there is no survey from the time "
            "with the technology. Ask the same question again."
        ),
        "comparison": _(
            "Who benefits by group of people cannot be said: a wave asked at one kind of site "
            "alone. Ask at pilot and comparison sites on the same days."
        ),
        "names": _(
            "Who benefits by group of people cannot be said: before and after, people were not "
            "asked by the same groups. Ask by the same groups again."
        ),
        "too_few": _(
            "Too few to say who benefits by group of people: in at least one group fewer than ten "
            "people gave one of the answers. Ask more people, or join groups that are alike."
        ),
    }
    return told[why]


def _who(one: ByGroup, labels: dict[str, str]) -> str:
    rose = [name(labels[change.group]) for change in _ordered(one) if change.low > 0]
    fell = [name(labels[change.group]) for change in _ordered(one) if change.high < 0]
    wanted = (str(SENTENCES["wanted.harm"]), str(SENTENCES["wanted.good"]))
    up, said = _is_up(one), []
    if rose:
        text = _("It rose against the comparison sites for: %(groups)s.")
        said += [text % {"groups": ", ".join(rose)}, wanted[up]]
    if fell:
        text = _("It fell against the comparison sites for: %(groups)s.")
        said += [text % {"groups": ", ".join(fell)}, wanted[not up]]
    # Also a group that was not asked for at both times.
    rest = len(one.names) - len(rose) - len(fell)
    if rest and said:
        said.append(_("For the others we cannot tell."))
    elif rest:
        said.append(_("For no group can we tell whether it changed."))
    return " ".join(said)


def _whether_alike(one: ByGroup) -> str:
    if one.chance is None:
        return ""
    if one.chance < 1 - LEVEL:
        return _("The groups differ from each other by more than chance explains.")
    return _("That it changed more for one group than for another is not shown: it may be chance.")


def _line(one: GroupChange, label: str, up: bool) -> PeopleLine:
    said = _("we cannot tell")
    if one.low > 0 or one.high < 0:
        good = up == (one.low > 0)
        word = _("a rise") if one.low > 0 else _("a fall")
        text = _("%(word)s, for the better") if good else _("%(word)s, for the worse")
        said = text % {"word": word}
    return PeopleLine(
        label,
        _from_to(one, PILOT),
        _from_to(one, COMPARISON),
        _("%(change)s (%(low)s to %(high)s)")
        % {key: _points(getattr(one, key)) for key in ("change", "low", "high")},
        said,
    )


def _from_to(one: GroupChange, arm: str) -> str:
    shares = {"before": one.shares[arm, BEFORE], "after": one.shares[arm, AFTER]}
    return _("%(before)s to %(after)s") % {key: _points(share) for key, share in shares.items()}


def _points(share: float) -> str:
    return say(100 * share, 0)


def _chart(one: ByGroup, labels: dict[str, str], number: int) -> Chart:
    rows = [
        (name(labels[change.group]), (100 * change.change, 100 * change.low, 100 * change.high))
        for change in _ordered(one)
    ]
    unit = _("in points of 100")
    return changes_chart(
        rows,
        axis=f"{name(one.indicator.name)} ({unit})",
        row=_("Group of people"),
        chart_id=f"people-{number}",
        title=_("For whom it changed"),
        description=_(
            "For each group of people the change at the pilot sites less the change at the "
            "comparison sites. The dashed line is no difference. A range that crosses it leaves "
            "open whether anything changed for that group."
        ),
        decimals=0,
    )
