"""The gates in their order: which are passed, which is next, and what stands before it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from lamppost.accounts.models import Partnership, User
from lamppost.stakeholders.queries import empty_groups_without_reason

from ..machine import MEASURING, ORDER, PROTECTING, USED_AT_FIRST, Life, life
from ..models import MANDATORY, Gate, GateKind, GateUse, Pilot, Site
from ..ports import GATE_CHECKS, GATE_KEEPERS, Obstacle
from .agreement import agreement_obstacles, call_obstacles, selection_obstacles
from .alerts import open_alerts
from .commitments import overdue_count
from .feedback import unanswered_count
from .gate_asks import asks_for, needs_of
from .midterm import midterm_obstacles
from .open_questions import letters
from .pulse_gate import pulse_obstacles
from .register import register_obstacles_onward
from .signing import PASSED_ELSEWHERE, document_obstacles, gate_url, signature_obstacles
from .specification import piloted_lines
from .steps import uncompared

LONGEST_TITLE = 120


def used_gates(partnership: Partnership) -> tuple[str, ...]:
    """Return the gates that this partnership's pilots pass, in their order."""
    chosen = dict(GateUse.objects.filter(partnership=partnership).values_list("kind", "used"))
    return tuple(
        kind for kind in ORDER if kind in MANDATORY or chosen.get(kind, kind in USED_AT_FIRST)
    )


def life_of(pilot: Pilot, passed: Iterable[str] | None = None) -> Life:
    """Return where the pilot stands, for the rules of `machine`."""
    return life(
        passed_kinds(pilot) if passed is None else passed,
        used_gates(pilot.partnership),
        joined_late=pilot.joined_late_on is not None,
        paused=pilot.paused_on is not None,
        technology=pilot.technology_on is not None,
    )


def passed_kinds(pilot: Pilot) -> set[str]:
    """Return the gates that are passed."""
    return set(Gate.objects.filter(pilot=pilot).values_list("kind", flat=True))


def never_signed(pilot: Pilot) -> bool:
    """Say whether the agreement has no gate here: it is not in use, or not recorded."""
    state = life_of(pilot)
    return GateKind.AGREEMENT not in state.used or GateKind.AGREEMENT in state.not_recorded


def next_gate(pilot: Pilot) -> GateKind | None:
    """Return the first gate that is not passed; None when all are.

    Of a decided pilot only the lesson may still be due.
    """
    waiting = life_of(pilot).waiting
    return GateKind(waiting) if waiting else None


def gate_obstacles(
    pilot: Pilot, kind: str, by: User | None = None, document: str | None = None
) -> list[Obstacle]:
    """Return all that stands before a gate: earlier gates, what it asks for, later stages' facts.

    An empty list means that the gate may be passed.

    Parameters
    ----------
    by
        Who would pass it.
    document
        What it would be passed on; the saved draft where that is not known yet.
    """
    if refused := life_of(pilot).refusal(kind):
        return [_out_of_turn(pilot, *refused)]
    return needed_for(pilot, kind, by, document)


def needed_for(
    pilot: Pilot, kind: str, by: User | None = None, document: str | None = None
) -> list[Obstacle]:
    """Return what a gate needs and is not there yet, whether or not it is its turn."""
    own = _CHECKS.get(kind)
    found = own(pilot) if own else []
    for answer in GATE_CHECKS.ask(pilot, kind):
        found.extend(answer)
    # The decision and the lesson are passed by recording them.
    if kind in PASSED_ELSEWHERE:
        return found
    unanswered = document_obstacles(pilot, kind, document)
    return found + unanswered + signature_obstacles(pilot, kind, by)


def _out_of_turn(pilot: Pilot, code: str, about: str) -> Obstacle:
    if code in ("missing", "undecided"):
        text = _("Pass the gate “%(gate)s” first.") % {"gate": GateKind(about).label}
        return Obstacle(text, gate_url(pilot, about), _("Go to that gate"))
    if code == "paused":
        text = _("The pilot is paused. Let it go on first.")
        return Obstacle(text, _work_url(pilot), _("Go to the steps"))
    return Obstacle(
        {
            "decided": _("This pilot is decided. Open the decision again to go on with it."),
            "passed": _("This gate is passed already."),
            "unused": _("This gate is not in use here."),
            "not_recorded": _("This pilot ran already when it was entered. This is not recorded."),
        }[code]
    )


def _work_url(pilot: Pilot) -> str:
    return reverse("pilots:work", args=[pilot.partnership.slug, pilot.pk])


def _plan_url(pilot: Pilot, field: str = "") -> str:
    page = reverse("pilots:edit", args=[pilot.partnership.slug, pilot.pk])
    return f"{page}#id_{field}" if field else page


def _sites_url(pilot: Pilot) -> str:
    return reverse("pilots:sites", args=[pilot.partnership.slug, pilot.pk])


def _stakeholders_url(pilot: Pilot) -> str:
    return reverse("stakeholders:missing", args=[pilot.partnership.slug])


def _not_said(pilot: Pilot, wanted: Mapping[str, str]) -> list[Obstacle]:
    """Return what the plan does not say, each with a link to its field."""
    return [
        Obstacle(text, _plan_url(pilot, name), _("Change the plan"))
        for name, text in wanted.items()
        if not letters(str(getattr(pilot, name) or ""))
    ]


def _problem(pilot: Pilot) -> list[Obstacle]:
    wanted = {
        "problem": _("Write the problem in residents' words."),
        "owner_department": _("Name the department that owns the problem."),
        "stop_rule": _("Say what would make you stop."),
    }
    missing = _not_said(pilot, wanted)
    if not pilot.pilot_indicators.exists():
        text = _("Choose at least one indicator from the vision.")
        url = _plan_url(pilot, "main_indicator")
        missing.append(Obstacle(text, url, _("Change the plan")))
    return missing + _undated(pilot)


def _stakeholders(pilot: Pilot) -> list[Obstacle]:
    return [
        Obstacle(
            _("Nobody of “%(group)s” takes part. Invite somebody, or give a reason to go on.")
            % {"group": group.label},
            _stakeholders_url(pilot),
            _("See who is missing"),
        )
        for group in empty_groups_without_reason(pilot.partnership)
    ]


def _facts_missing(pilot: Pilot) -> list[Obstacle]:
    wanted = {
        "technology": _("Name the technology with its version."),
        "measured_data": _("Say what is measured and kept."),
        "personal_data": _("Say whether people can be identified."),
        "retention": _("Say how long readings are kept."),
    }
    return _not_said(pilot, wanted)


def _data_protection(pilot: Pilot) -> list[Obstacle]:
    """Ask for what the notice says, and for what must not change unnoticed later."""
    wanted = {
        "purpose": _("Say what it is measured for."),
        "recipients": _("Say who receives the readings."),
        "contact": _("Say who answers questions."),
    }
    return _facts_missing(pilot) + _not_said(pilot, wanted)


def _sites_missing(pilot: Pilot) -> list[Obstacle]:
    sites = list(pilot.sites.all())
    found = []
    if not any(site.arm == Site.Arm.PILOT for site in sites):
        text = _("Add at least one pilot site. Each gets its own public page.")
        found.append(Obstacle(text, _sites_url(pilot), _("Add sites")))
    if text := _not_compared(pilot, sites):
        found.append(Obstacle(text, _sites_url(pilot), _("Add comparison sites")))
    return found


def _not_compared(pilot: Pilot, sites: list[Site]) -> str:
    """Say which sites are compared with nothing; empty where the plan says why, or none is."""
    if letters(pilot.no_comparison_reason):
        return ""
    alone = uncompared(pilot, sites)
    last = alone[-1] if alone else None
    if last is not None and last.number is not None:
        text = _(
            "When step %(step)d starts (%(sites)s), no site is left without the technology, so "
            "that step is compared with nothing. Leave a site out of the rollout as comparison "
            "site, or say in the plan why there is none."
        )
        return text % {"step": last.number, "sites": ", ".join(last.sites)}
    if last is None and any(site.arm == Site.Arm.COMPARISON for site in sites):
        return ""
    return _(
        "Name comparison sites, or say in the plan why there is none. Without them nobody "
        "can tell what the technology changed."
    )


def _notice_missing(pilot: Pilot) -> list[Obstacle]:
    # Without an end a device could stand in the register for ever.
    endless = _undated(pilot) if pilot.ends_on is None else []
    return _sites_and_says(pilot) + endless + register_obstacles_onward(pilot)


def _sites_and_says(pilot: Pilot) -> list[Obstacle]:
    return _sites_missing(pilot) + _says_missing(pilot)


def _undated(pilot: Pilot) -> list[Obstacle]:
    if pilot.decision_due_on:
        return []
    text = _("Set the day on which the decision is due. It is public from the start.")
    return [Obstacle(text, _plan_url(pilot, "decision_due_on"), _("Change the plan"))]


def _says_missing(pilot: Pilot) -> list[Obstacle]:
    """Ask for what the page of every site says: whom to call, and when answers are read."""
    wanted = {
        "contact": _("Say who answers questions."),
        "city_number": _("Give the city's number: the notices name it beside the feedback."),
        "feedback_read": _("Say when residents' answers are read."),
    }
    return _not_said(pilot, wanted)


def _ready(pilot: Pilot) -> list[Obstacle]:
    """Ask again for what the earlier gates asked: some of it may have been taken out since."""
    notices = _sites_and_says(pilot) + register_obstacles_onward(pilot)
    return _problem(pilot) + _facts_missing(pilot) + notices


def _technology(pilot: Pilot) -> list[Obstacle]:
    """Ask what is piloted: written down later, nobody could tell it from what is to be bought."""
    if piloted_lines(pilot):
        return _ready(pilot)
    text = _("Write down what is piloted, property by property.")
    page = reverse("pilots:edit_specification", args=[pilot.partnership.slug, pilot.pk])
    return [*_ready(pilot), Obstacle(text, page, _("Write it down"))]


def _feedback(pilot: Pilot) -> list[Obstacle]:
    """Ask that words about danger were looked at, words answered, and no promise is late."""
    args = [pilot.partnership.slug, pilot.pk]
    alerts = len(open_alerts(pilot))
    late = overdue_count(pilot)
    wanted = [
        (alerts, _("Words about danger wait: close each with what was done (%(count)d)."),
         "pilots:alerts"),
        (unanswered_count(pilot),
         _("Words of residents wait: answer them with a commitment or a change (%(count)d)."),
         "pilots:feedback"),
        (late, _("Promises are late: say what became of them (%(count)d)."), "pilots:commitments"),
    ]  # fmt: skip
    return [
        Obstacle(text % {"count": count}, reverse(name, args=args), _("Go there"))
        for count, text, name in wanted
        if count
    ]


_CHECKS: dict[str, Callable[[Pilot], list[Obstacle]]] = {
    GateKind.PROBLEM: _problem,
    GateKind.STAKEHOLDERS: _stakeholders,
    GateKind.CALL: call_obstacles,
    GateKind.SELECTION: selection_obstacles,
    GateKind.AGREEMENT: agreement_obstacles,
    GateKind.DATA_PROTECTION: _data_protection,
    GateKind.SITES: _sites_missing,
    GateKind.DISCLOSURE: _notice_missing,
    GateKind.MEASURING: _ready,
    GateKind.BASELINE: pulse_obstacles,
    GateKind.TECHNOLOGY: _technology,
    GateKind.FEEDBACK: _feedback,
    GateKind.CHANGE: midterm_obstacles,
}


@dataclass(frozen=True)
class GateLine:
    """One gate as a lamp on the post.

    Attributes
    ----------
    kind, title, asks
        Which gate, and what it asks for.
    state
        ``lit`` (passed), ``now`` (the next one), ``unlit``, or ``unknown`` (not recorded: the
        pilot joined late).
    gate
        The record, when passed.
    document_title, document_url
        Beginning of the document, and its address when the document is a link.
    obstacles
        For the next gate: what stands before it.
    can_reopen
        True for the last one that was passed.
    """

    kind: str
    title: str
    asks: str
    state: str
    gate: Gate | None = None
    document_title: str = ""
    document_url: str = ""
    obstacles: tuple[Obstacle, ...] = ()
    can_reopen: bool = False

    @property
    def needs(self) -> list[str]:
        """What it will need, in a few words, so that it can be prepared before its turn."""
        return needs_of(self.kind) if self.state == "unlit" else []

    @property
    def passed_on(self) -> dt.date | None:
        return self.gate.passed_on if self.gate else None

    @property
    def recorded_late(self) -> str:
        """Say when the gate was written down, where that is over a week after its date."""
        on = self.gate.recorded_late_on if self.gate else None
        if on is None:
            return ""
        return _("Recorded on %(day)s, after the date that was given.") % {
            "day": formats.date_format(on)
        }

    @property
    def signer(self) -> str:
        return self.gate.signed_by_name if self.gate else ""


def gate_lines(
    pilot: Pilot, *, with_obstacles: bool = True, by: User | None = None
) -> list[GateLine]:
    """Return all gates in order, each with its document, or with what stands before the next.

    Parameters
    ----------
    by
        Who would pass the next gate.
    """
    passed = {gate.kind: gate for gate in pilot.gates.all()}
    state_now = life_of(pilot, passed)
    unknown, waiting = state_now.not_recorded, state_now.waiting
    order = [kind for kind in ORDER if kind in passed or kind in state_now.used]
    last = max((order.index(kind) for kind in passed), default=-1)
    lines = []
    for number, kind in enumerate(order):
        gate = passed.get(kind)
        state = "lit" if gate else "now" if kind == waiting else "unlit"
        state = "unknown" if kind in unknown else state
        asks_now = with_obstacles and state == "now"
        obstacles = tuple(gate_obstacles(pilot, kind, by)) if asks_now else ()
        title, address = document_of(gate) if gate else ("", "")
        label = str(GateKind(kind).label)
        asks = asks_for(kind)
        line = GateLine(kind, label, asks, state, gate, title, address, obstacles, number == last)
        lines.append(line)
    return lines


def opens_with(pilot: Pilot, kind: str) -> list[str]:
    """Return the gates that a change of what this gate covers would open again."""
    passed = passed_kinds(pilot)
    whole = kind == GateKind.DATA_PROTECTION
    return [one for one in ((*PROTECTING, MEASURING) if whole else (kind,)) if one in passed]


def reopen_obstacles(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Return why a passed gate cannot be opened again; empty when it can."""
    later = {
        gate.kind: gate for gate in pilot.gates.filter(kind__in=ORDER[ORDER.index(kind) + 1 :])
    }
    if later:
        last = later[max(later, key=ORDER.index)]
        text = _("Open the gate “%(gate)s” again first.") % {"gate": last.get_kind_display()}
        return [Obstacle(text)]
    return keepers_of_gate(pilot, kind)


def keepers_of_gate(pilot: Pilot, kind: str) -> list[Obstacle]:
    """Return what was recorded since that keeps a passed gate for good."""
    return [one for found in GATE_KEEPERS.ask(pilot, kind) for one in found]


def document_of(gate: Gate) -> tuple[str, str]:
    """Return a gate's document as a title, and its address when it is a link.

    The title is the first line that is no question of the document, or its first sentences when
    that is long.
    """
    lines = gate.document.strip().splitlines()
    filled = [line.strip() for line in lines if line.strip()]
    first = next((line for line in filled if not line.endswith(":")), "".join(filled[:1]))
    is_link = len(lines) == 1 and first.startswith(("https://", "http://")) and " " not in first
    return first if is_link else shortened(first), first if is_link else ""


def shortened(text: str, longest: int = LONGEST_TITLE) -> str:
    """Return `text`, cut after a sentence or else a word, with "…", when it is too long."""
    if len(text) <= longest:
        return text
    head = text[: longest - 2]
    ends = [found.end() for found in re.finditer(r"[.!?。؟।](?=\s)", head)]
    if ends and ends[-1] >= longest // 3:
        return f"{head[: ends[-1]]} …"
    whole = head if text[len(head)].isspace() else head.rsplit(None, 1)[0]
    return f"{whole.rstrip(' ,;:–-')} …"
