"""What a question of a report still asks for, and who can add it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.accounts.roles import Right, Role, rights_of

# Question → what is missing while nothing answers it, and the right to add it.
_ASKED: dict[str, tuple[str | Promise, Right]] = {
    "challenge": (
        gettext_lazy("The plan does not say the problem, who owns it, or what would stop it."),
        Right.EDIT_PILOTS,
    ),
    "solution": (gettext_lazy("The plan does not name the technology."), Right.EDIT_PILOTS),
    "partners": (
        gettext_lazy("Nobody is recorded as taking part, or no department owns the problem."),
        Right.EDIT_STAKEHOLDERS,
    ),
    "selection": (
        gettext_lazy("No call is recorded, nor why there was none, nor who was chosen."),
        Right.EDIT_PILOTS,
    ),
    "timeline": (gettext_lazy("No gate is passed."), Right.PASS_GATES),
    "sites": (gettext_lazy("No site is named."), Right.EDIT_PILOTS),
    "data": (gettext_lazy("Data protection is not signed."), Right.PASS_GATES),
    "baseline": (
        gettext_lazy("The baseline is not signed: measure first, then pass its gate."),
        Right.PASS_GATES,
    ),
    "residents": (
        gettext_lazy("No answer of residents is there, neither at the sites nor to the pulse."),
        Right.ENTER_PAPER,
    ),
    "done": (
        gettext_lazy("No change and no promise is recorded because of what residents said."),
        Right.EDIT_PILOTS,
    ),
    "changes": (gettext_lazy("No version of what is piloted is written down."), Right.EDIT_PILOTS),
    "results": (
        gettext_lazy("Nothing is computed from the readings."),
        Right.RUN_ESTIMATES,
    ),
    "costs": (gettext_lazy("No amount is recorded."), Right.EDIT_PILOTS),
    "not_worked": (gettext_lazy("Nobody wrote down what did not work."), Right.EDIT_PILOTS),
    "lesson": (gettext_lazy("The lesson is not written."), Right.EDIT_LESSONS),
    "bought": (
        gettext_lazy("It is not written down what was piloted and what is to be bought."),
        Right.EDIT_PILOTS,
    ),
    "decision": (gettext_lazy("It is not decided how the pilot ends."), Right.PASS_GATES),
    "next": (gettext_lazy("Nobody wrote down what comes next."), Right.EDIT_PILOTS),
}


def asked_for(code: str) -> str:
    """Return what is missing of a question and who can add it, in two sentences."""
    text, right = _ASKED[code]
    roles = [str(role.label) for role in Role if right in rights_of(role.value)]
    who = _("Who can add it: %(roles)s.") % {"roles": ", ".join(roles)}
    return f"{text} {who}"
