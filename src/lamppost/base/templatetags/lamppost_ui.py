"""Template tags of the design system: what a page needs beyond plain class names.

Every tag is described with an example in ``docs/reference/components.md``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from unicodedata import bidirectional
from urllib.parse import urlparse

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, get_language_info

from lamppost.base.numbers import say

register = template.Library()

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
TEXT_ELEMENTS = frozenset({"span", "p", "div", "li", "q", "h1", "h2", "h3", "b", "td", "cite"})
BUTTONS_UP_TO = 4
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@register.filter(name="direction")
def direction_of(language: str) -> str:
    """Direction of a text in ``language`` (BCP 47): ``rtl``, ``ltr``, or ``auto`` when unknown."""
    if not language or language == "und":
        return "auto"
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


@register.filter
def said(value: float, decimals: int = 0) -> str:
    """A number with so many decimals: the reader's locale, a true minus sign, never broken."""
    return say(value, decimals)


@register.filter
def no_stop(text: str) -> str:
    """A moment that ends a sentence, without a full stop of its own (“6:27 p.m.”)."""
    return str(text).rstrip(".")


@register.filter
def isolated(text: str) -> str:
    """Somebody's own name inside our sentence, for ``{% blocktranslate with name=… %}``.

    What ``<bdi>`` is to an element: on a page written from right to left, and around a name that is
    written so itself, marks and brackets beside it keep their places.
    """
    plain = str(text)
    if get_language_bidi() or any(bidirectional(one) in ("R", "AL") for one in plain):
        return f"\u2068{plain}\u2069"
    return plain


@register.filter(name="native")
def native_name(code: str) -> str:
    """A language's name in that language itself; the code where Django does not know it."""
    try:
        # Django knows its codes in small letters: zh-hant.
        return str(get_language_info(code.lower())["name_local"]).capitalize()
    except KeyError:
        return code


@register.simple_tag
def text_of(
    text: str, language: str = "", element: str = "span", css: str = "", anchor: str = ""
) -> SafeString:
    """A person's words, escaped, with ``lang`` and ``dir``; never mixed into our own sentence.

    ``anchor`` names the element, so that what stands beside it can refer to it.

    Raises
    ------
    template.TemplateSyntaxError
        For an element that cannot hold a person's words.
    """
    if element not in TEXT_ELEMENTS:
        raise template.TemplateSyntaxError(f"text_of cannot render <{element}>")
    lang = format_html(' lang="{}"', language) if direction_of(language) != "auto" else ""
    classes = format_html(' class="{}"', css) if css else ""
    name = format_html(' id="{}"', anchor) if anchor else ""
    return format_html(
        '<{}{}{}{} dir="{}">{}</{}>',
        element,
        name,
        classes,
        lang,
        direction_of(language),
        text,
        element,
    )


@register.simple_tag
def opens_only_here() -> bool:
    """Say whether the instance's own address opens on this machine alone (a phone cannot)."""
    return urlparse(settings.LAMPPOST_URL).hostname in LOCAL_HOSTS


@register.inclusion_tag("_components/quote.html")
def quote(text: str, language: str = "", source: str = "") -> dict[str, Any]:
    """A resident's voice in the serif, with who said it (as far as they agreed)."""
    return {"text": text, "language": language, "source": source}


@register.inclusion_tag("_components/language_tag.html")
def language_tag(code: str) -> dict[str, Any]:
    """A small tag that names a text's language; empty in the reader's own, or where unknown."""
    same = code.split("-")[0] in ((get_language() or "").split("-")[0], "und")
    return {"code": code, "name": native_name(code), "show": bool(code) and not same}


def _widget_kind(bound: BoundField) -> str:
    """How a field is laid out: ``choices``, ``checkbox``, ``group`` or ``plain``."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "group" if widget.use_fieldset else "plain"


@register.inclusion_tag("_components/field.html")
def field(bound: BoundField, label: str = "", hint: str = "") -> dict[str, Any]:
    """One form field with label, hint and error, tied together for screen readers."""
    hint = hint or str(bound.help_text)
    described = [f"{bound.auto_id}_helptext"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    kind = _widget_kind(bound)
    # Asked for as soon as another answer is given: then "(optional)" would be wrong.
    depends = getattr(bound.field, "depends", False)
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "described_by": " ".join(described),
        "widget": "" if kind == "choices" else bound.as_widget(attrs=attrs),
        "optional": not bound.field.required and kind != "checkbox" and not depends,
    }


@register.inclusion_tag("_components/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form in order, the hidden ones too."""
    return {"hidden": form.hidden_fields(), "visible": form.visible_fields()}


def _summary_lines(form: BaseForm) -> Iterable[dict[str, str]]:
    for message in form.non_field_errors():
        yield {"message": str(message), "target": ""}
    for bound in form:
        target = "" if bound.is_hidden else bound.auto_id
        for message in bound.errors:
            yield {"message": str(message), "target": target}


@register.inclusion_tag("_components/error_summary.html")
def error_summary(*forms_shown: BaseForm) -> dict[str, Any]:
    """What went wrong, at the top, in the same words as beside the fields, with links to them.

    Formless pages may pass nothing at all: an undefined form shows no summary.
    """
    return {
        "lines": [
            line
            for form in forms_shown
            if isinstance(form, BaseForm)
            for line in _summary_lines(form)
        ]
    }


@register.inclusion_tag("_components/who_sees.html")
def who_sees(sentence: str) -> dict[str, Any]:
    """The line before every submit that says who will see what is sent."""
    return {"sentence": sentence}


@register.inclusion_tag("_components/form_actions.html")
def form_actions(
    label: str, who: str = "", cancel: str = "", kind: str = "primary"
) -> dict[str, Any]:
    """The end of a form: who will see this, the submit button, and the way back."""
    return {"label": label, "who": who, "cancel": cancel, "kind": kind}


@register.inclusion_tag("_components/empty_state.html")
def empty_state(
    title: str, what: str = "", first: str = "", url: str = "", action: str = ""
) -> dict[str, Any]:
    """An honest gap: what will appear here (``what``) and what to do first (``first``)."""
    return {"title": title, "what": what, "first": first, "url": url, "action": action}


@register.inclusion_tag("_components/lamps.html")
def lamps(stages: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """The row of stages: ``code``, ``title``, ``url``, ``lit``, ``current`` for each."""
    return {"stages": stages or []}


@register.inclusion_tag("_components/mini_lamps.html")
def mini_lamps(stages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The same row as a picture without links, for lists of partnerships."""
    lit = sum(bool(stage["lit"]) for stage in stages)
    return {"stages": stages, "lit": lit, "total": len(stages)}


@register.inclusion_tag("_components/chart.html")
def chart(chart: Any, show_title: bool = True) -> dict[str, Any]:
    """A chart of ``lamppost.charts``: wide or narrow by the room it has, and its table."""
    return {"chart": chart, "show_title": show_title}


@register.inclusion_tag("_components/table.html")
def table(table: Any, show_caption: bool = True) -> dict[str, Any]:
    """A table with ``caption``, ``columns`` and ``rows``; scrolls by itself on a small screen."""
    rows = [[(cell, _is_number(cell)) for cell in row] for row in _part(table, "rows")]
    first = rows[0] if rows else []
    heads = [
        (head, index < len(first) and first[index][1])
        for index, head in enumerate(_part(table, "columns"))
    ]
    caption = _part(table, "caption")
    return {"caption": caption, "heads": heads, "rows": rows, "show_caption": show_caption}


def _part(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


@register.inclusion_tag("_components/pager.html", takes_context=True)
def pager(
    context: template.Context, page: Page[Any], parameter: str = "page", label: str = ""
) -> dict[str, Any]:
    """``1–25 of 312`` with previous and next; the rest of the query string is kept.

    A list of one page gets its count alone: ``3 in all``.

    Two pagers on one page need a ``label`` each, which screen readers say.
    """

    def link(number: int) -> str:
        query = context["request"].GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "label": label,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("_components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """The way back: label and address in turn, the last label (this page) without one."""
    addresses = [*parts[1::2], ""]
    return {"pairs": list(zip(parts[::2], addresses, strict=False))}


@register.inclusion_tag("_components/badge.html")
def badge(label: str, kind: str = "") -> dict[str, Any]:
    """A short state in words; ``kind`` is empty, ``good``, ``bad`` or ``now``."""
    return {"label": label, "kind": kind}


@register.inclusion_tag("_components/facts.html")
def facts(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A list of facts, each a label and a value."""
    return {"pairs": pairs}


@register.inclusion_tag("_components/stats.html")
def stats(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A few numbers that matter: ``value``, ``label`` and, where it helps, ``note``."""
    return {"items": items}


@register.inclusion_tag("_components/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Links that look like tabs: ``title``, ``url``, ``current``; ``label`` names the row."""
    return {"items": items, "label": label}


@register.inclusion_tag("_components/language_picker.html", takes_context=True)
def language_picker(context: template.Context) -> dict[str, Any]:
    """Choose a language: one press each for up to four, else a list with a button."""
    request = context.get("request")
    current = get_language() or settings.LANGUAGE_CODE
    codes = [code for code, _ in settings.LANGUAGES]
    return {
        "languages": [(c, native_name(c), direction_of(c), c == current) for c in codes],
        "as_buttons": len(codes) <= BUTTONS_UP_TO,
        "next": context.get("language_next") or (request.get_full_path() if request else "/"),
        "csrf_token": context.get("csrf_token", ""),
    }
