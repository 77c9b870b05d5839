"""Markdown that somebody wrote, as safe HTML: no script, no picture, no style."""

from __future__ import annotations

from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = frozenset(
    {"a", "b", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p"}
    | {"pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# A page's own headings come first, so that the writer's largest is a third one.
FIRST_LEVEL, LAST_LEVEL = 3, 6

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")


def render_markdown(text: str) -> SafeString:
    """Return `text` (CommonMark with tables; single line ends kept) as HTML.

    HTML in the text is shown as it was typed. Links may lead to web, mail and phone addresses,
    and tell nobody where the reader came from.
    """
    tokens = _markdown.parse(text)
    _fit_headings(tokens)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned just above


def plain_markdown(text: str) -> str:
    """Return the words of `text` (CommonMark) without marks, in one line."""
    return " ".join(unescape(strip_tags(render_markdown(text))).split())


def plain_lines(text: str) -> str:
    """Return `text` (CommonMark) without marks, line by line, for mails and calendars.

    Points of a list keep a dash or their number; a link is followed by its address.
    """
    lines: list[str] = []
    numbers: list[int | None] = []
    point = ""
    for token in _markdown.parse(text):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            ordered = token.type == "ordered_list_open"
            numbers.append(int(token.attrGet("start") or 1) if ordered else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            point = "  " * (len(numbers) - 1) + ("- " if number is None else f"{number}. ")
            numbers[-1] = None if number is None else number + 1
        elif token.type == "inline":
            lines.append(point + _plain_inline(token))
            point = ""
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content.rstrip())
        if token.level == 0 and token.nesting < 1:
            lines.append("")
    return "\n".join(lines).strip()


def _plain_inline(token: Token) -> str:
    parts: list[str] = []
    address = ""
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            shown = parts[-1] if parts else ""
            parts.append(
                "" if shown in {address, address.removeprefix("mailto:")} else f" ({address})"
            )
        else:
            parts.append(child.content)
    return "".join(parts)


def _fit_headings(tokens: list[Token]) -> None:
    """Let the headings follow on from the page's own, without leaving a level out."""
    opened = [token for token in tokens if token.type == "heading_open"]
    used = sorted({token.tag for token in opened})
    level = FIRST_LEVEL - 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(FIRST_LEVEL + used.index(token.tag), level + 1, LAST_LEVEL)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"
