"""What each gate is for, why some cannot be left out, and what happens when something changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lamppost.accounts.models import Partnership

from ..machine import ORDER
from ..models import MANDATORY, GateKind
from .gate_asks import asks_for
from .gates import used_gates


@dataclass(frozen=True)
class GateUseLine:
    """A gate, and whether a partnership's pilots pass it.

    Attributes
    ----------
    kind, title, asks
        Which gate, and what it asks for.
    used
        Whether it is used.
    fixed
        Why it cannot be left out; empty where it can.
    """

    kind: str
    title: str
    asks: str
    used: bool
    fixed: str


def gate_use_lines(partnership: Partnership) -> list[GateUseLine]:
    """Return all gates in their order, and which of them the partnership uses."""
    used = set(used_gates(partnership))
    fixed = _why_fixed()
    return [
        GateUseLine(
            kind, str(GateKind(kind).label), asks_for(kind), kind in used, fixed.get(kind, "")
        )
        for kind in ORDER
    ]


def optional_lines(partnership: Partnership) -> list[GateUseLine]:
    """Return the gates that may be left out."""
    return [line for line in gate_use_lines(partnership) if line.kind not in MANDATORY]


def _why_fixed() -> dict[str, str]:
    return {
        GateKind.PROBLEM: _("Without a problem and its owner nobody can say whether it worked."),
        GateKind.DATA_PROTECTION: _("Nothing is measured where people walk without it."),
        GateKind.DISCLOSURE: _("Whoever passes by can read what is measured, and by whom."),
        GateKind.MEASURING: _("From this day on readings come in, and not before."),
        GateKind.BASELINE: _("Without a before nobody can tell what changed."),
        GateKind.TECHNOLOGY: _("This day divides before from after."),
        GateKind.DECISION: _("Every pilot gets an ending that everybody can read."),
        GateKind.LESSON: _("Other cities learn from it, also from what did not work."),
    }


def on_change(kind: str) -> str:
    """Say in one sentence what happens when something changes after this gate is passed."""
    return {
        GateKind.PROBLEM: _("The plan may still change, the stop rule until the technology is on."),
        GateKind.STAKEHOLDERS: _(
            "When a group falls empty later, the list of stakeholders says so. This gate stays."
        ),
        GateKind.CALL: _("What is changed after the call opened is shown beside what was open."),
        GateKind.SELECTION: _("Another choice opens this gate again. The first stays in history."),
        GateKind.AGREEMENT: _("A changed agreement is signed anew. The first stays in history."),
        GateKind.DATA_PROTECTION: _(
            "A change of purpose, data, recipients, retention, technology or supplier, one more "
            "indicator, or a device of another kind opens it again. Nothing is measured until "
            "three gates are signed anew."
        ),
        GateKind.SITES: _(
            "Another list of sites opens it again, and the notices with it. Nothing is measured "
            "until both are signed anew. Pilot and comparison are fixed once measuring starts."
        ),
        GateKind.DISCLOSURE: _(
            "It opens again with data protection, with the list of sites, and when something "
            "changes that the notices say. Nothing is measured until it is signed anew."
        ),
        GateKind.MEASURING: _("While it is open, every reading is refused."),
        GateKind.BASELINE: _("Its planned length is fixed. To change it, open this gate again."),
        GateKind.TECHNOLOGY: _(
            "The day on which it came on stays, once results are known. So do the days on which "
            "the decision and the results are due: being late is public."
        ),
        GateKind.FEEDBACK: _("New words of residents come to the desk as before."),
        GateKind.CHANGE: _(
            "Each change has a day. The chart marks that day, and each version gets a figure of "
            "its own."
        ),
        GateKind.EVALUATION: _("After a new result, open it again. The first stays in history."),
        GateKind.DECISION: _("When it is taken back the pilot goes on. It stays in history."),
        GateKind.LESSON: _("When the lesson is taken back, this gate is open again."),
    }[GateKind(kind)]
