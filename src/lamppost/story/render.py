"""The story as one file that needs nothing else: no script, no picture, no address outside."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from .records import Story

STYLES = (
    settings.PACKAGE / "static" / "lamppost" / "resident.css",
    settings.PACKAGE / "static" / "lamppost" / "lamppost.css",
    Path(__file__).resolve().parent / "static" / "story" / "story.css",
)


def render_file(story: Story) -> str:
    """Return the whole page as HTML, in the active language, with its style inside."""
    style = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    return render_to_string("story/file.html", {"story": story, "style": style})
