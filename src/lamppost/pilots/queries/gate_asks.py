"""What each gate asks for, in one sentence, and what to prepare for it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from ..models import GateKind


def asks_for(kind: str) -> str:
    """Return what a gate asks for, in one sentence."""
    return {
        GateKind.PROBLEM: _(
            "A problem, a department that owns it, an indicator, a stop rule, a day for the "
            "decision."
        ),
        GateKind.STAKEHOLDERS: _("Somebody of each of the five groups, or a reason."),
        GateKind.DATA_PROTECTION: _("A data-protection assessment before anything is measured."),
        GateKind.DISCLOSURE: _("Notices at the sites, devices in the register, comparison sites."),
        GateKind.MEASURING: _("Sensors at pilot and comparison sites alike."),
        GateKind.BASELINE: _("Enough readings from before, and a frozen evaluation plan."),
        GateKind.TECHNOLOGY: _("The technology is switched on."),
        GateKind.DECISION: _("Scale, adapt or stop, and why."),
        GateKind.CALL: _("An open call with its criteria, or the reason why there was none."),
        GateKind.SELECTION: _("Who was chosen, by whom and why; interests declared."),
        GateKind.AGREEMENT: _("Data, audit, deletion, removal and publication are settled."),
        GateKind.SITES: _("Where, and why there; comparison sites; who is served."),
        GateKind.FEEDBACK: _("What residents said is answered."),
        GateKind.CHANGE: _("What was learned halfway, and what changes."),
        GateKind.EVALUATION: _("What changed, how surely, and what is not known."),
        GateKind.LESSON: _("What worked and what did not, published for other cities."),
    }[GateKind(kind)]


def needs_of(kind: str) -> list[str]:
    """Return in a few words what a gate will need, so that it can be prepared before its turn."""
    return {
        GateKind.PROBLEM: [
            _("the plan's first part"),
            _("an indicator of the vision"),
            _("the day on which the decision is due"),
        ],
        GateKind.STAKEHOLDERS: [_("somebody of each group, or a public reason")],
        GateKind.CALL: [_("the call with its criteria and days, or why there was none")],
        GateKind.SELECTION: [
            _("all offers, the chosen one, who chose and why"),
            _("a declaration of interests of each who chose"),
        ],
        GateKind.AGREEMENT: [
            _("seven things settled, or a public reason for each that is not"),
            _("a dated task from each that is settled, or a public reason for none"),
            _("the signatures of both sides: the city's and the company's"),
        ],
        GateKind.DATA_PROTECTION: [
            _("what is measured, why, who receives it, how long it is kept"),
            _("an assessment, or a screening that none is needed"),
            _("the signature of somebody else, such as the data-protection officer"),
        ],
        GateKind.SITES: [
            _("pilot sites, and comparison sites or a public reason"),
            _("the signature of somebody else than whoever passes it"),
        ],
        GateKind.DISCLOSURE: [
            _("pilot sites, and comparison sites or a public reason"),
            _("whom residents call, and when their answers are read"),
            _("every device in the sensor register, or why there is none"),
        ],
        GateKind.MEASURING: [
            _("every device in the sensor register, or why there is none"),
            *_days_before(),
        ],
        GateKind.BASELINE: [
            _("readings of the planned weeks from all sites"),
            _("the pulse asked once, where there is one"),
            _("a frozen evaluation plan"),
        ],
        GateKind.TECHNOLOGY: [
            _("pilot sites, and comparison sites or a public reason"),
            _("what is piloted, property by property"),
        ],
        GateKind.FEEDBACK: [_("words answered, no alert open, no promise late")],
        GateKind.CHANGE: [
            _("the mid-term report, or a reason why there is none"),
            _("a recorded change, or why nothing changes"),
        ],
        GateKind.EVALUATION: [_("results with their interval and what is not known")],
        GateKind.DECISION: [
            _("what each of the five groups says; of a stop, or why they were not asked"),
            _("what was piloted beside what is to be bought, when it is scaled"),
        ],
        GateKind.LESSON: [_("a lesson that says what did not work")],
    }[GateKind(kind)]


def _days_before() -> list[str]:
    """Name the days for which notices must hang first, where this installation asks for any."""
    days = settings.NOTICE_DAYS
    if not days:
        return []
    text = _("notices and register public for %(days)d days before")
    return [text % {"days": days}]
