"""Which statements that anybody may see say nearly the same as a new one."""

from __future__ import annotations

from ..duplicates import near_duplicates
from ..models import Conversation, Statement
from .votable import votable

SHOWN = 3


def near_statements(conversation: Conversation, text: str) -> list[Statement]:
    """Return up to three statements that others vote on and that say nearly the same.

    Those that wait or were declined are not compared: nobody sees them yet, or any more.
    """
    statements = {one.pk: one for one in votable(conversation).select_related("voice")}
    words = {pk: one.voice.public_text for pk, one in statements.items()}
    return [statements[one.key] for one in near_duplicates(text, words, most=SHOWN)]
