"""The list of partnerships on the first page, and the lamps."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from lamppost.accounts.context import lamp
from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import STAGE_STATUS
from lamppost.accounts.roles import Right

PARTNERSHIPS_ON_A_PAGE = 10


@dataclass(frozen=True)
class PartnershipLine:
    """A partnership as the list on the first page shows it."""

    partnership: Partnership
    stages: list[dict[str, object]]


def partnerships_page(number: str | int) -> Page[PartnershipLine]:
    """Return one page of the partnerships of this instance, with their lamps."""
    paginator = Paginator(Partnership.objects.order_by("name", "pk"), PARTNERSHIPS_ON_A_PAGE)
    page = paginator.get_page(number)
    lines = [PartnershipLine(found, stages_of(found)) for found in page.object_list]
    return Page(lines, page.number, paginator)  # type: ignore[arg-type]


def stages_of(
    partnership: Partnership, rights: frozenset[Right] = frozenset()
) -> list[dict[str, object]]:
    """Return the six lamps with their notes; a lamp leads only where the reader may go."""
    return [lamp(status, "", rights) for status in STAGE_STATUS.ask(partnership)]
