"""Lists in pages of 25, for ``{% pager page %}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 25


def page_of(
    request: HttpRequest,
    items: QuerySet[Any] | Sequence[Any],
    *,
    parameter: str = "page",
    size: int = PAGE_SIZE,
) -> Page[Any]:
    """Return the page that the query string asks for; the nearest one when it is out of range."""
    return Paginator(items, size).get_page(request.GET.get(parameter))
