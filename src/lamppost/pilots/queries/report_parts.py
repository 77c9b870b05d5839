"""The parts of a report: each question, answered from what is recorded of the pilot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.stakeholders.queries import public_group_counts

from ..models import (
    Bid,
    Call,
    Commitment,
    Decision,
    Feedback,
    Gate,
    GateKind,
    Notice,
    Pilot,
    ReportNote,
    Site,
)
from ..ports import FINDINGS, LESSON_OF, LessonSaid
from .agreement import call_of, call_state
from .feedback import PublicFeedback, public_feedback, public_words
from .gates import used_gates
from .open_questions import letters
from .outcome import GroupSays, groups_say, in_words
from .pulse import pulse_results, whole_percent
from .signing import draft_of, only_questions
from .specification import bought as is_written
from .specification import differences, piloted_lines
from .taking_part import count_in_words


@dataclass(frozen=True)
class Line:
    """One line of an answer.

    Attributes
    ----------
    label
        What it is, in the reader's language; may be empty.
    language
        Language of the text where it is somebody's words; empty where it is ours.
    """

    text: str
    label: str = ""
    language: str = ""
    url: str = ""


@dataclass(frozen=True)
class Part:
    """The answer to one question.

    Attributes
    ----------
    lines
        What is recorded.
    answered
        Whether that answers the question.
    url, action
        Where more of it is recorded.
    quotes
        Residents' words that everybody may read.
    """

    title: str
    lines: tuple[Line, ...]
    answered: bool
    url: str
    action: str
    quotes: tuple[Feedback, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What several parts look at."""

    pilot: Pilot
    which: str
    language: str
    gates: tuple[Gate, ...]
    call: Call | None
    lesson: LessonSaid | None
    decision: Decision | None

    @classmethod
    def of(cls, pilot: Pilot, which: str) -> Facts:
        lessons = [one for found in LESSON_OF.ask(pilot) for one in found]
        return cls(
            pilot,
            which,
            pilot.partnership.language,
            tuple(pilot.gates.all()),
            call_of(pilot),
            lessons[0] if lessons else None,
            getattr(pilot, "decision", None),
        )

    def url(self, name: str, *more: object) -> str:
        return reverse(f"pilots:{name}", args=[self.pilot.partnership.slug, self.pilot.pk, *more])

    def said(self, text: str, label: str = "") -> Line:
        """Return words of the partnership as a line."""
        return Line(text, label, self.language)

    def plan(self, *names: str) -> tuple[Line, ...]:
        """Return these fields of the plan, where they are filled."""
        lines = []
        for name in names:
            value = getattr(self.pilot, name)
            if value:
                label = str(Pilot._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                lines.append(self.said(str(value), label[:1].upper() + label[1:]))
        return tuple(lines)

    def gate(self, kind: str) -> Gate | None:
        return next((gate for gate in self.gates if gate.kind == kind), None)

    @property
    def halfway(self) -> bool:
        return self.which == ReportNote.Which.MIDTERM


def _day(day: Any) -> str:
    return formats.date_format(day)


def challenge(facts: Facts) -> Part:
    """The problem, who owns it, what would make them stop."""
    lines = facts.plan("problem", "owner_department", "stop_rule")
    answered = bool(letters(facts.pilot.problem))
    return Part(_("Challenge"), lines, answered, facts.url("edit"), _("Change the plan"))


def solution(facts: Facts) -> Part:
    """What is tried, in its newest version."""
    lines = list(facts.plan("technology", "company"))
    newest = facts.pilot.versions.order_by("-number").first()
    if newest is not None:
        lines += [facts.said(line.value, line.name) for line in newest.lines.all()]
    answered = bool(letters(facts.pilot.technology))
    return Part(_("Solution"), tuple(lines), answered, facts.url("edit"), _("Change the plan"))


def partners(facts: Facts) -> Part:
    """The city's office, the supplier, and how many of each group take part."""
    pilot = facts.pilot
    lines = list(facts.plan("owner_department", "company"))
    counts = public_group_counts(pilot.partnership)
    for name, count in counts.groups:
        lines.append(Line(count_in_words(count), name))
    answered = bool(pilot.company) or any(count != 0 for _name, count in counts.groups)
    url = reverse("stakeholders:missing", args=[pilot.partnership.slug])
    return Part(_("Partners"), tuple(lines), answered, url, _("See who is missing"))


def selection(facts: Facts) -> Part:
    """How the technology was looked for and chosen."""
    call, lines = facts.call, []
    state = call_state(call)
    if call is not None and call.no_call_reason:
        lines.append(facts.said(call.no_call_reason, _("Why there was no open call")))
    if call is not None and call.opened_on and call.closes_on:
        text = _("%(first)s to %(last)s, %(days)d days") % {
            "first": _day(call.opened_on),
            "last": _day(call.closes_on),
            "days": state.days,
        }
        lines.append(Line(text, _("Open call")))
    if call is not None and call.chosen_on:
        count = call.bids.count()
        text = ngettext("%(count)d offer", "%(count)d offers", count) % {"count": count}
        lines.append(Line(text, _("Who offered")))
        who = _("%(who)s, %(day)s") % {"who": call.chosen_by, "day": _day(call.chosen_on)}
        lines.append(facts.said(who, _("Who chose")))
        lines.append(facts.said(call.chosen_why, _("Why")))
    title, action = _("How it was chosen"), _("Record the call")
    return Part(title, tuple(lines), bool(lines), facts.url("call"), action)


def timeline(facts: Facts) -> Part:
    """The gates in the order of their days, pauses and stops, and what is planned."""
    dated = [(gate.passed_on, _gate_line(gate)) for gate in facts.gates]
    life = (Notice.Kind.PAUSED, Notice.Kind.RESUMED, Notice.Kind.STOPPED, Notice.Kind.REMOVED)
    for notice in facts.pilot.notices.filter(kind__in=life):
        day = notice.told_at.date()
        label = f"{_day(day)}: {notice.get_kind_display()}"
        dated.append((day, facts.said(notice.text, label)))
    lines = [line for _day_of_it, line in sorted(dated, key=lambda one: one[0])]
    if facts.pilot.joined_late_on:
        text = _("It ran already when it was entered. What came before is not recorded.")
        lines.insert(0, Line(text, _day(facts.pilot.joined_late_on)))
    answered = bool(lines)
    lines += _planned(facts)
    return Part(_("Timeline"), tuple(lines), answered, facts.url("work"), _("Go to the steps"))


def _gate_line(gate: Gate) -> Line:
    values = {"gate": gate.get_kind_display(), "who": gate.signed_by_name}
    return Line(_("Gate “%(gate)s” passed, signed by %(who)s") % values, _day(gate.passed_on))


def _planned(facts: Facts) -> list[Line]:
    pilot = facts.pilot
    if pilot.decided_on:
        return []
    days = [
        (_("Pilot ends (planned)"), pilot.ends_on),
        (_("Decision due"), pilot.decision_due_on),
        (_("Results due"), pilot.results_due_on),
    ]
    return [Line(_day(day), label) for label, day in days if day]


def sites(facts: Facts) -> Part:
    """Where, and what it is compared with."""
    found = list(facts.pilot.sites.all())
    lines = []
    for arm, label in (
        (Site.Arm.PILOT, _("Pilot sites")),
        (Site.Arm.COMPARISON, _("Comparison sites")),
    ):
        names = [site.name for site in found if site.arm == arm]
        if names:
            lines.append(facts.said(", ".join(names), f"{label} ({len(names)})"))
    if facts.pilot.randomised:
        lines.append(Line(_("Which sites get the technology was drawn by lot.")))
    lines += facts.plan("no_comparison_reason")
    url, action = facts.url("sites"), _("Add sites")
    return Part(_("Sites"), tuple(lines), bool(found), url, action)


def data_protection(facts: Facts) -> Part:
    """What was agreed about data, by whom, and whether it was opened again."""
    gate = facts.gate(GateKind.DATA_PROTECTION)
    lines = list(facts.plan("purpose", "measured_data", "recipients", "retention"))
    if facts.pilot.personal_data:
        lines.append(Line(str(facts.pilot.get_personal_data_display()), _("Personal data")))
    if gate is not None:
        lines.append(_gate_line(gate))
    for past in facts.pilot.past_gates.filter(kind=GateKind.DATA_PROTECTION.value):
        label = _("Opened again on %(day)s") % {"day": _day(past.reopened_at)}
        lines.append(facts.said(past.reason or _("no reason was given"), label))
    url = facts.url("gate", GateKind.DATA_PROTECTION.value)
    return Part(_("Data protection"), tuple(lines), gate is not None, url, _("Go to that gate"))


def baseline(facts: Facts) -> Part:
    """From when to when it was measured before the technology came."""
    pilot = facts.pilot
    lines = []
    if pilot.measuring_on:
        lines.append(Line(_day(pilot.measuring_on), _("Measured since")))
        planned = ngettext("%(count)d week", "%(count)d weeks", pilot.baseline_weeks)
        lines.append(Line(planned % {"count": pilot.baseline_weeks}, _("Planned length")))
    if pilot.baseline_on:
        lines.append(Line(_day(pilot.baseline_on), _("Baseline signed")))
    if pilot.baseline_days is not None:
        read = ngettext("%(count)d day", "%(count)d days", pilot.baseline_days)
        label = _("From first to last reading, at the site where it is shortest")
        lines.append(Line(read % {"count": pilot.baseline_days}, label))
    if pilot.joined_late_on and not pilot.baseline_on:
        lines.append(Line(_("There is none: the pilot ran already when it was entered.")))
    for link in pilot.pilot_indicators.select_related("indicator"):
        if link.indicator.baseline_source:
            lines.append(facts.said(link.indicator.baseline_source, link.indicator.name))
    answered = bool(pilot.measuring_on or pilot.joined_late_on)
    return Part(_("Baseline"), tuple(lines), answered, facts.url("work"), _("Go to the steps"))


def residents(facts: Facts) -> Part:
    """What residents said at the sites, in numbers that are safe to print, and in their words."""
    said = public_feedback(facts.pilot)
    lines = _shares(said)
    # Whether a few answered or nobody did must not show: that would tell of one person.
    if facts.pilot.technology_on and not lines:
        text = _("Fewer than ten people answered, or nobody: no number is printed.")
        lines = [Line(text)]
    lines += _pulse(facts)
    quotes = tuple(public_words(facts.pilot))
    url, action = facts.url("feedback"), _("See the feedback")
    return Part(_("What residents said"), tuple(lines), bool(lines), url, action, quotes)


def _pulse(facts: Facts) -> list[Line]:
    """What was answered to the pulse, round by round, where enough people did."""
    lines = []
    for result in pulse_results(facts.pilot):
        for one in result.rounds:
            shown = [
                _("%(arm)s: %(share)s good answers, at least %(count)d people")
                % {
                    "arm": str(Site.Arm(arm.arm).label).capitalize(),
                    "share": whole_percent(arm.share),
                    "count": arm.at_least or 0,
                }
                for arm in one.arms
                if arm.share is not None
            ]
            if shown:
                day = _day(one.round.starts_on)
                lines.append(Line("; ".join(shown), f"{result.words} ({day})"))
    return lines


def _shares(said: PublicFeedback) -> list[Line]:
    lines = []
    for arm in said.arms:
        if not arm.shown:
            continue
        names = [_("better"), _("the same"), _("worse")]
        shown = [
            f"{name} {round(100 * share)} %"
            for name, share in zip(names, arm.shares, strict=True)
            if share is not None
        ]
        count = _("at least %(count)d people") % {"count": arm.at_least or 0}
        lines.append(Line(", ".join([*shown, count]), str(Site.Arm(arm.arm).label).capitalize()))
    return lines


def done(facts: Facts) -> Part:
    """What was changed or promised because of it."""
    pilot = facts.pilot
    lines = [
        facts.said(f"{change.you_said} → {change.we_did}", _day(change.changed_on))
        for change in pilot.changes.all()
    ]
    lines += [_promise_line(facts, one) for one in pilot.commitments.filter(change__isnull=True)]
    url, action = facts.url("new_change"), _("Record a change")
    return Part(_("What was done about it"), tuple(lines), bool(lines), url, action)


def _promise_line(facts: Facts, promise: Commitment) -> Line:
    answer = promise.wont_reason or promise.we_will
    text = f"{promise.you_said} → {answer}" if answer else promise.you_said
    label = f"{promise.get_state_display().capitalize()}, {_day(promise.due_on)}"
    return facts.said(text, label)


def changes(facts: Facts) -> Part:
    """Versions of what is piloted, and gates that were opened again; none is an answer too."""
    pilot = facts.pilot
    lines = [
        facts.said(
            version.what or _("as planned"),
            _("Version %(number)d, from %(day)s")
            % {"number": version.number, "day": _day(version.from_on)},
        )
        for version in pilot.versions.all()
    ]
    for notice in pilot.notices.filter(kind__in=(Notice.Kind.CHANGED, Notice.Kind.REOPENED)):
        label = f"{_day(notice.told_at)}: {notice.get_kind_display()}"
        lines.append(facts.said(notice.text, label))
    if not lines:
        lines = [Line(_("Nothing of what is piloted was changed."))]
    title, action = _("Changes and versions"), _("Record a change")
    return Part(title, tuple(lines), True, facts.url("new_change"), action)


def results(facts: Facts) -> Part:
    """Each promised indicator, with what the readings allow to say, or that nothing is known."""
    found = [one for answer in FINDINGS.ask(facts.pilot) for one in answer]
    by_indicator = {one.indicator.pk: one for one in found}
    lines = []
    for link in facts.pilot.pilot_indicators.select_related("indicator"):
        name = f"{link.indicator.name} ({link.indicator.unit})"
        finding = by_indicator.get(link.indicator_id)
        if finding is None:
            lines.append(Line(_("Nothing is computed of this one."), name))
            continue
        lines.append(Line(finding.sentence, name, url=finding.url))
        lines += [Line(note) for note in finding.notes]
    title, answered = _("Indicators and results"), bool(found)
    return Part(title, tuple(lines), answered, facts.url("work"), _("Go to the steps"))


def costs(facts: Facts) -> Part:
    """What was paid to whom; what the lesson says of costs; who would pay on."""
    lines = []
    if facts.call is not None:
        for bid in facts.call.bids.filter(chosen=True, amount__isnull=False):
            lines.append(facts.said(_amount(bid), bid.organisation))
    if facts.lesson is not None and facts.lesson.cost:
        lines.append(Line(facts.lesson.cost, _("In the lesson"), facts.lesson.language))
    answered = bool(lines)
    lines += facts.plan("second_year")
    return Part(_("Costs"), tuple(lines), answered, facts.url("call"), _("Record the amount"))


def _amount(bid: Bid) -> str:
    return f"{formats.number_format(bid.amount or 0, 2)} {bid.currency}"


def not_worked(facts: Facts) -> Part:
    """What did not work: of the lesson, or of the review halfway, also while it is a draft."""
    title = _("What did not work")
    if facts.halfway:
        lines = _review(facts)
        used = GateKind.CHANGE.value in used_gates(facts.pilot.partnership)
        url = facts.url("gate", GateKind.CHANGE.value) if used else ""
        return Part(title, lines, bool(lines), url, _("Go to the mid-term review") if used else "")
    lesson = facts.lesson
    lines = ()
    if lesson is not None and letters(lesson.did_not_work):
        lines = (Line(lesson.did_not_work, "", lesson.language),)
    return Part(title, lines, bool(lines), *_lesson_place(facts))


def _review(facts: Facts) -> tuple[Line, ...]:
    """Return the review halfway; its gate waits for this report, so its draft before."""
    gate, label = facts.gate(GateKind.CHANGE), ""
    text = gate.document if gate else ""
    if gate is None and (draft := draft_of(facts.pilot, GateKind.CHANGE)):
        label = _("Draft")
        text = "" if only_questions(facts.pilot, GateKind.CHANGE, draft.text) else draft.text
    kept = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(facts.said(line, "" if at else label) for at, line in enumerate(kept))


def _lesson_place(facts: Facts) -> tuple[str, str]:
    url = reverse("lessons:list", args=[facts.pilot.partnership.slug])
    return (facts.lesson.url if facts.lesson else url), _("Write the lesson")


def lesson(facts: Facts) -> Part:
    """What other cities can take from it."""
    said, lines = facts.lesson, []
    if said is not None:
        lines = [
            Line(text, label, said.language)
            for label, text in ((_("Title"), said.title), (_("What worked"), said.worked))
            if text
        ]
        if said.again:
            lines.append(Line(said.again, _("Would you do it again?")))
        if not said.published:
            lines.append(Line(_("The lesson is not published yet.")))
    return Part(_("Lesson"), tuple(lines), bool(lines), *_lesson_place(facts))


def decision(facts: Facts) -> Part:
    """How the pilot ends, and what each group said of that."""
    found, lines = facts.decision, []
    if found is not None:
        lines = [
            Line(str(found.get_kind_display()).capitalize(), _("Decision")),
            facts.said(found.reason, _("Why")),
            facts.said(f"{found.decided_by}, {_day(found.decided_on)}", _("Who decided")),
        ]
    lines += [line for one in groups_say(facts.pilot) for line in _said_by(facts, one)]
    url, action = facts.url("decide"), _("Record the decision")
    return Part(_("Decision"), tuple(lines), found is not None, url, action)


def bought(facts: Facts) -> Part:
    """How what is to be bought differs from what was piloted, and who signed why; or none."""
    pilot, lines = facts.pilot, []
    unlike = differences(pilot)
    known = bool(piloted_lines(pilot)) and is_written(pilot)
    if known:
        lines = [Line(in_words(one)) for one in unlike] or [
            Line(_("None: what is to be bought is what was piloted."))
        ]
        lines += _signed_why(facts) if unlike else []
    elif facts.decision is not None and not facts.decision.scales:
        lines = [Line(_("None: nothing is to be bought after this ending."))]
    title, url = _("Difference between piloted and bought"), facts.url("specification")
    return Part(title, tuple(lines), bool(lines), url, _("Compare both"))


def _signed_why(facts: Facts) -> list[Line]:
    """Who signed why something else is bought, or that nobody did."""
    found = facts.decision
    if found is not None and found.difference_reason:
        return [
            facts.said(found.difference_reason, _("Why")),
            facts.said(found.difference_signed_by, _("Signed by")),
        ]
    if found is not None and not found.scales:
        return [Line(_("Nothing is to be bought after this ending, so nobody had to sign why."))]
    return [Line(_("Nobody has signed yet why something else is to be bought."))]


def _said_by(facts: Facts, one: GroupSays) -> Iterable[Line]:
    """What a group says of the ending, and its organisations themselves."""
    if one.view is not None and (one.view.heard or not one.own):
        text = f"{one.view.text} ({one.view.said_by})"
        label = one.label if one.view.heard else _("%(group)s, not heard") % {"group": one.label}
        yield facts.said(text, label)
    for view in one.own:
        yield Line(f"{view.text} ({view.stakeholder.name})", one.label, view.language)


def next_steps(facts: Facts) -> Part:
    """What comes next: after the decision what it says, before it the plan; tasks still to do."""
    found, lines = facts.decision, []
    if found is not None:
        words = ((_("Next step"), found.next_step), (_("Who pays"), found.second_year))
        lines = [facts.said(text, label) for label, text in words if letters(text)]
    answered = bool(lines)
    if found is None:
        lines = _planned(facts)
        answered = facts.halfway and bool(lines)
    for task in facts.pilot.tasks.filter(done_on__isnull=True):
        until = _("Until %(day)s") % {"day": _day(task.due_on)}
        lines.append(facts.said(f"{task.text} ({task.owner})" if task.owner else task.text, until))
    name = "edit" if found is None else "decide"
    return Part(_("Next steps"), tuple(lines), answered, facts.url(name), _("Say what is next"))
