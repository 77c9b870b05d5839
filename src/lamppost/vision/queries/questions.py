"""A question in the reader's language, where the host translated it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import get_language

from ..models import Conversation, ConversationTranslation


@dataclass(frozen=True)
class Asked:
    """A question as it is read; its words and their language go together."""

    question: str
    background: str
    decides: str
    language: str
    decides_language: str
    is_translated: bool = False


def asked_in(conversation: Conversation, reading: str, languages: Collection[str] = ()) -> Asked:
    """Return the question in the language `reading` if it is among `languages`, else as asked.

    Parameters
    ----------
    languages
        Into which something of this conversation was translated; without them nothing is read.
    """
    code = next((one for one in (reading, reading.split("-")[0]) if one in languages), "")
    found = None
    if code and code != conversation.language:
        found = ConversationTranslation.objects.filter(
            conversation=conversation, language=code
        ).first()
    if found is None:
        return Asked(
            conversation.question,
            conversation.background,
            conversation.decides,
            conversation.language,
            conversation.language,
        )
    # What the host did not translate is read as it was written.
    in_words = (
        (found.decides, found.language)
        if found.decides
        else (conversation.decides, conversation.language)
    )
    background = found.background or conversation.background
    return Asked(found.question, background, in_words[0], found.language, in_words[1], True)


def asked_by_reader(conversation: Conversation) -> Asked:
    """Return the question in the language of the page where it was translated, else as asked.

    One query where the page speaks another language than the question, and none otherwise.
    """
    reading = get_language() or ""
    if reading.split("-")[0] == conversation.language.split("-")[0]:
        reading = ""
    return asked_in(conversation, reading, {reading, reading.split("-")[0]})
