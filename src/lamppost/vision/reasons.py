"""Why somebody is shown a statement, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def why_asked_for(*, changing: bool, undone: bool) -> str:
    """Return why one meets a statement again that one answered before; empty for any other."""
    if changing:
        return _("You asked to change your answer to it.")
    return _("You took your answer to it back.") if undone else ""


def why_shown(reason: str) -> str:
    """Return the sentence for a reason of `engines.opinion.routing`; empty for none.

    It tells nobody how others answered.
    """
    return {
        "new": _("It is new here, and new statements come first so that they catch up."),
        "few_votes": _("Few people have answered it so far, so it comes before others."),
        "place_open": _("Your answer settles most here: it is not clear yet how many agree."),
        "tells_apart": _("Answers to it help to see on what people differ."),
        "turn": _("It is simply its turn: every statement comes up again now and then."),
    }.get(reason, "")
