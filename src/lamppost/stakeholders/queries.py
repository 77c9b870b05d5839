"""Who is here: the list, one stakeholder, the grid, and counts for anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from lamppost.accounts.models import Partnership
from lamppost.engines.suppression import SuppressedTable, suppress

from .models import EmptyGroupReason, Group, Stakeholder

PAGE_SIZE = 25
SORTS = {
    "name": (Lower("name"), "pk"),
    "group": ("group", Lower("name"), "pk"),
    "influence": ("-influence", "-interest", Lower("name"), "pk"),
    "interest": ("-interest", "-influence", Lower("name"), "pk"),
    "newest": ("-created_at", "-pk"),
}
NAMES_IN_A_CELL = 4


def empty_groups(partnership: Partnership) -> list[Group]:
    """Return the groups of which nobody takes part, in the order of `Group`."""
    present = set(
        Stakeholder.objects.filter(partnership=partnership, status=Stakeholder.Status.TAKING_PART)
        .order_by()
        .values_list("group", flat=True)
        .distinct()
    )
    return [group for group in Group if group.value not in present]


def empty_groups_without_reason(partnership: Partnership) -> list[Group]:
    """Return the empty groups for which nobody has said yet why the partnership goes on."""
    given = set(
        EmptyGroupReason.objects.filter(partnership=partnership).values_list("group", flat=True)
    )
    return [group for group in empty_groups(partnership) if group.value not in given]


@dataclass(frozen=True)
class Filters:
    """What the list shows: empty means everything."""

    text: str = ""
    group: str = ""
    neighbourhood: str = ""
    status: str = ""
    influence: int | None = None
    interest: int | None = None
    sort: str = "name"


def stakeholder_page(partnership: Partnership, filters: Filters, number: str) -> Page[Stakeholder]:
    """Return one page of the list; a number that is out of range gives the nearest page."""
    found = filtered(partnership, filters).select_related("organisation")
    return Paginator(found, PAGE_SIZE).get_page(number)


def filtered(partnership: Partnership, filters: Filters) -> QuerySet[Stakeholder]:
    """Return the stakeholders that `filters` asks for, in its order.

    The text is looked for in names alone: contacts and concerns are not for everybody who may
    see the list.
    """
    found = Stakeholder.objects.filter(partnership=partnership)
    exact = {
        "group": filters.group,
        "neighbourhood": filters.neighbourhood,
        "status": filters.status,
        "influence": filters.influence,
        "interest": filters.interest,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    for word in filters.text.split():
        found = found.filter(Q(name__icontains=word) | Q(organisation__name__icontains=word))
    return found.order_by(*SORTS.get(filters.sort, SORTS["name"]))


def neighbourhoods(partnership: Partnership) -> list[str]:
    """Return every neighbourhood named so far, in order."""
    return list(
        Stakeholder.objects.filter(partnership=partnership)
        .exclude(neighbourhood="")
        .order_by("neighbourhood")
        .values_list("neighbourhood", flat=True)
        .distinct()
    )


def organisations(partnership: Partnership) -> QuerySet[Stakeholder]:
    """Return the organisations to which a person may belong."""
    return Stakeholder.objects.filter(
        partnership=partnership, kind=Stakeholder.Kind.ORGANISATION
    ).order_by(Lower("name"), "pk")


@dataclass(frozen=True)
class StatusCounts:
    """How many stakeholders there are, and how many take part."""

    everybody: int
    taking_part: int
    invited: int


def status_counts(partnership: Partnership) -> StatusCounts:
    counted = dict(
        Stakeholder.objects.filter(partnership=partnership)
        .order_by()
        .values_list("status")
        .annotate(count=Count("pk"))
    )
    return StatusCounts(
        everybody=sum(counted.values()),
        taking_part=counted.get(Stakeholder.Status.TAKING_PART, 0),
        invited=counted.get(Stakeholder.Status.INVITED, 0),
    )


@dataclass(frozen=True)
class GridCell:
    """Everybody with one influence and one interest: a few names, and how many there are."""

    influence: int
    interest: int
    count: int
    names: tuple[tuple[int, str], ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.names)


@dataclass(frozen=True)
class GridRow:
    """One step of influence, with its cells by interest from 1 to 5."""

    influence: int
    cells: tuple[GridCell, ...]


def grid(partnership: Partnership) -> list[GridRow]:
    """Return influence × interest, the most influential row first; those who left are not in it."""
    names: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    rows = (
        Stakeholder.objects.filter(partnership=partnership)
        .exclude(status=Stakeholder.Status.LEFT)
        .order_by(Lower("name"), "pk")
        .values_list("pk", "name", "influence", "interest")
    )
    for pk, name, influence, interest in rows:
        names[influence, interest].append((pk, name))
    return [
        GridRow(influence, tuple(_cell(names, influence, interest) for interest in range(1, 6)))
        for influence in range(5, 0, -1)
    ]


def _cell(
    names: dict[tuple[int, int], list[tuple[int, str]]], influence: int, interest: int
) -> GridCell:
    found = names.get((influence, interest), [])
    return GridCell(influence, interest, len(found), tuple(found[:NAMES_IN_A_CELL]))


def people_of(organisation: Stakeholder) -> list[Stakeholder]:
    """Return the people of an organisation, by name."""
    return list(organisation.people.order_by(Lower("name"), "pk"))


@dataclass(frozen=True)
class PublicCounts:
    """How many of each group take part, as anybody may see it; None is a small number, hidden."""

    groups: tuple[tuple[str, int | None], ...]
    total: int | None


def public_group_counts(partnership: Partnership) -> PublicCounts:
    """Return counts per group after suppression: zeros are said, small numbers are not."""
    counted = _taking_part_by_group(partnership)
    table: SuppressedTable = suppress([counted.get(group.value, 0) for group in Group])
    shown: Iterable[int | None] = table.cells[0]
    labels = [str(group.label) for group in Group]
    return PublicCounts(tuple(zip(labels, shown, strict=True)), table.total)


def _taking_part_by_group(partnership: Partnership) -> dict[str, int]:
    return dict(
        Stakeholder.objects.filter(partnership=partnership, status=Stakeholder.Status.TAKING_PART)
        .order_by()
        .values_list("group")
        .annotate(count=Count("pk"))
    )
