"""The call, the selection and the agreement: what is recorded, and what the gates miss."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from ..models import Bid, Call, Clause, ClauseCode, ConflictOfInterest, Pilot, PilotTask
from ..ports import Obstacle
from .obligations import Obligation, obligations_of
from .open_questions import letters

# Shorter, and few outside the usual firms will have seen it (Citymart's own test).
DAYS_OPEN = 28
_WEIGHTED = re.compile(r"^(?P<name>.*\S)[\s:;–-]+(?P<weight>\d+(?:[.,]\d+)?)\s*%?$")


class CriteriaError(ValueError):
    """The criteria cannot be read; the message names the line and the remedy."""


@dataclass(frozen=True)
class Criterion:
    """One criterion and its weight in percent."""

    name: str
    weight: float


def read_criteria(text: str) -> list[Criterion]:
    """Return the criteria of a call: one to a line, each with its weight, 100 in all.

    Raises
    ------
    CriteriaError
        When a line has no weight, or the weights are not 100 in all.
    """
    found = []
    for number, line in enumerate(_lines(text), start=1):
        match = _WEIGHTED.match(line)
        if match is None:
            shape = _("Line %(number)d has no weight. Write it like “Works in the dark: 40 %%”.")
            raise CriteriaError(shape % {"number": number})
        weight = float(match["weight"].replace(",", "."))
        found.append(Criterion(match["name"].rstrip(" :;–-"), weight))
    total = round(sum(one.weight for one in found), 6)
    if found and total != 100:
        wrong = _("The weights are %(total)s in all. Make them 100.")
        raise CriteriaError(wrong % {"total": formats.number_format(f"{total:g}")})
    return found


def criteria_hash(text: str) -> str:
    """Return the SHA-256 of the criteria, one to a line without spaces around them."""
    return hashlib.sha256("\n".join(_lines(text)).encode()).hexdigest()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def call_of(pilot: Pilot) -> Call | None:
    """Return the pilot's call, or what is recorded in its place."""
    return Call.objects.filter(pilot=pilot).first()


def has_opened(call: Call | None, today: dt.date | None = None) -> bool:
    """Say whether the call is open or was: from then on its criteria stay."""
    today = today or timezone.localdate()
    return bool(call and call.opened_on and call.opened_on <= today)


@dataclass(frozen=True)
class CallState:
    """How a call stands, in words for everybody.

    Attributes
    ----------
    code
        ``none`` (nothing recorded), ``reason`` (no call, and why), ``planned``, ``open`` or
        ``closed``.
    days
        How many days it is open in all; None without both dates.
    short
        Whether that is less than 28 days.
    criteria
        Each with its weight; empty where they cannot be read.
    unchanged
        Whether the criteria are those that were fixed.
    late
        Whether they were written down here only after the call had opened.
    """

    code: str
    days: int | None
    short: bool
    criteria: tuple[Criterion, ...]
    unchanged: bool
    late: bool


def call_state(call: Call | None, today: dt.date | None = None) -> CallState:
    """Return how the call stands on `today`."""
    today = today or timezone.localdate()
    if call is None:
        return CallState("none", None, False, (), True, False)
    days = None
    if call.opened_on and call.closes_on:
        days = (call.closes_on - call.opened_on).days
    try:
        criteria = tuple(read_criteria(call.criteria))
    except CriteriaError:
        criteria = ()
    return CallState(
        _code(call, today),
        days,
        days is not None and days < DAYS_OPEN,
        criteria,
        not call.opened_on or call.criteria_sha256 == criteria_hash(call.criteria),
        _written_late(call),
    )


def _code(call: Call, today: dt.date) -> str:
    if call.opened_on is None:
        return "reason" if call.no_call_reason else "none"
    if call.opened_on > today:
        return "planned"
    return "closed" if call.closes_on and call.closes_on < today else "open"


def _written_late(call: Call) -> bool:
    if call.opened_on is None or call.criteria_fixed_at is None:
        return False
    return timezone.localdate(call.criteria_fixed_at) > call.opened_on


@dataclass(frozen=True)
class Selection:
    """Who offered, who chose whom, and what those who chose declared."""

    bids: tuple[Bid, ...]
    declarations: tuple[ConflictOfInterest, ...]

    @property
    def chosen(self) -> Bid | None:
        return next((bid for bid in self.bids if bid.chosen), None)


def selection_of(call: Call | None) -> Selection:
    """Return what is recorded of the selection; the chosen offer first."""
    if call is None:
        return Selection((), ())
    return Selection(tuple(call.bids.all()), tuple(call.declarations.all()))


def offers_are_public(call: Call | None) -> bool:
    """Say whether everybody may read the offers: once somebody is chosen, not before."""
    return bool(call and call.chosen_on)


# What the gates miss ------------------------------------------------------------------------


def _address(pilot: Pilot, name: str) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk])


def call_obstacles(pilot: Pilot) -> list[Obstacle]:
    """Ask for an open call with its criteria, or for the reason why there was none."""
    call = call_of(pilot)
    edit, action = _address(pilot, "edit_call"), _("Record the call")
    if call is not None and letters(call.no_call_reason):
        return []
    if call is None or call.opened_on is None:
        text = _("Record the open call with its criteria, or say in public why there was none.")
        return [Obstacle(text, edit, action)]
    state = call_state(call)
    wanted = [
        (call.document or call.link, _("Add the call's document, or its address.")),
        (call.closes_on, _("Say on which day the call closes.")),
        (state.criteria, _("Write the criteria with their weights.")),
        (state.unchanged, _("The criteria are not those that were fixed. Record a new call.")),
        (
            state.code != "planned",
            _("The call opens on %(day)s. Pass this gate from that day on.")
            % {"day": formats.date_format(call.opened_on)},
        ),
    ]
    return [Obstacle(text, edit, action) for given, text in wanted if not given]


def selection_obstacles(pilot: Pilot) -> list[Obstacle]:
    """Ask for one chosen offer, who chose it and why, and for what each of them declared."""
    call = call_of(pilot)
    if call is None:
        text = _("Record the open call, or why there was none, first.")
        return [Obstacle(text, _address(pilot, "edit_call"), _("Record the call"))]
    found = selection_of(call)
    wanted = [
        (found.bids, _("Record who offered, and for how much."), "new_bid", _("Add an offer")),
        (
            found.chosen and call.chosen_by and call.chosen_why and call.chosen_on,
            _("Say which offer was chosen, by whom, when and why."),
            "select",
            _("Record the choice"),
        ),
        (
            found.declarations,
            _("Name each who chose: each declares an interest, or that there is none."),
            "select",
            _("Name them"),
        ),
    ]
    missing = [
        Obstacle(text, _address(pilot, name), action)
        for given, text, name, action in wanted
        if not given
    ]
    return missing + [_undeclared(pilot, one) for one in found.declarations if _waits(one)]


def _waits(declaration: ConflictOfInterest) -> bool:
    return declaration.state == "waiting"


def _undeclared(pilot: Pilot, one: ConflictOfInterest) -> Obstacle:
    text = _("“%(who)s” chose and has not declared whether there is an interest.")
    action = _("Ask “%(who)s”, or say why not")
    said = {"who": one.juror}
    return Obstacle(text % said, f"{_address(pilot, 'call')}#juror-{one.pk}", action % said)


@dataclass(frozen=True)
class ClauseLine:
    """One thing that the agreement has to settle, and the dated tasks that follow from it."""

    code: str
    title: str
    settled: bool
    where: str
    missing_reason: str
    tasks: tuple[PilotTask, ...]
    obligation: Obligation
    signed: bool = False

    @property
    def is_made_when_signed(self) -> bool:
        """Whether its task is made by the signature that is still to come."""
        return self.settled and self.obligation.is_planned and not self.signed

    @property
    def answered(self) -> bool:
        return self.settled or bool(letters(self.missing_reason))

    @property
    def follows(self) -> bool:
        """Whether it is settled, and its task is known or everybody is told why there is none."""
        return self.settled and self.obligation.answered

    @property
    def done(self) -> int:
        """How many of its tasks are done."""
        return sum(task.done_on is not None for task in self.tasks)


def clause_lines(pilot: Pilot, *, signed: bool = False) -> list[ClauseLine]:
    """Return all seven things in order, recorded or not.

    Parameters
    ----------
    signed
        Whether the agreement's gate is passed.
    """
    kept = {clause.code: clause for clause in Clause.objects.filter(pilot=pilot)}
    obligations = obligations_of(pilot)
    lines = []
    for code in ClauseCode:
        clause = kept.get(code.value)
        lines.append(
            ClauseLine(
                code.value,
                str(code.label),
                bool(clause and clause.settled),
                clause.where if clause else "",
                clause.missing_reason if clause else "",
                obligations[code.value].tasks,
                obligations[code.value],
                signed,
            )
        )
    return lines


def agreement_obstacles(pilot: Pilot) -> list[Obstacle]:
    """Ask for each of the seven things: where it stands, or in public why it is missing.

    Of what stands there a dated task follows, or everybody is told why none does.
    """
    lines = clause_lines(pilot)
    unsaid = [line for line in lines if not line.answered]
    undated = [line for line in lines if line.settled and not line.follows]
    found = [
        _clauses_missing(
            pilot,
            unsaid,
            _("“%(clause)s” is neither in the agreement nor given a public reason."),
            _("Neither in the agreement nor given a public reason:"),
            _("Settle “%(clause)s”"),
        ),
        _clauses_missing(
            pilot,
            undated,
            _("From “%(clause)s” follows no dated task: give a day, or a public reason."),
            _("From these follows no dated task: give a day, or a public reason:"),
            _("Say what follows from “%(clause)s”"),
        ),
    ]
    return [one for one in found if one is not None]


def _clauses_missing(
    pilot: Pilot, lines: list[ClauseLine], text: str, heading: str, action: str
) -> Obstacle | None:
    """Return one obstacle for all clauses that lack the same; None where none does."""
    if not lines:
        return None
    said = " ".join(text % {"clause": line.title} for line in lines)
    address = f"{_address(pilot, 'edit_agreement')}#{lines[0].code}"
    if len(lines) == 1:
        return Obstacle(said, address, action % {"clause": lines[0].title})
    titles = tuple(line.title for line in lines)
    return Obstacle(said, address, _("Fill in the checklist"), titles, heading)
