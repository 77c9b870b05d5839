"""A question in the reader's language, for every page that names it to residents."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from lamppost.base.templatetags.lamppost_ui import text_of

from ..landscape_words import percent
from ..landscape_words import released_count as count_in_words
from ..models import Conversation
from ..queries.questions import Asked, asked_by_reader

register = template.Library()


@register.filter
def released_count(count: int | None) -> str:
    """A released count: "at least 40", or "fewer than 10" for None."""
    return count_in_words(count)


@register.filter
def as_percent(share: float) -> str:
    """A share from 0 to 1 as whole percent."""
    return percent(share)


@register.simple_tag
def question_of(conversation: Conversation, tag: str = "span", css: str = "") -> SafeString:
    """What is asked, as `text_of` shows it: translated where the host translated it."""
    asked = asked_by_reader(conversation)
    return text_of(asked.question, asked.language, tag, css)


@register.simple_tag
def decides_of(conversation: Conversation) -> SafeString:
    """What the question decides, in the reader's language where the host translated it."""
    asked = asked_by_reader(conversation)
    return text_of(asked.decides, asked.decides_language)


@register.simple_tag
def asked_of(conversation: Conversation) -> Asked:
    """The question as the reader reads it, where its words stand without their language."""
    return asked_by_reader(conversation)
