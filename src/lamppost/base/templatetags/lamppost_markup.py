"""``{% load lamppost_markup %}`` … ``{{ meeting.agenda|markdown }}``."""

from django import template
from django.utils.safestring import SafeString

from lamppost.base.markup import render_markdown

register = template.Library()


@register.filter(name="markdown")
def markdown(text: str) -> SafeString:
    """Markdown that somebody wrote, as safe HTML."""
    return render_markdown(text or "")
