"""Who is here and who is missing: the list, one stakeholder, the grid, gaps, counts for anybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from lamppost.accounts.models import Membership, Partnership
from lamppost.accounts.roles import Role
from lamppost.engines.suppression import SuppressedTable, release_count, suppress

from .models import EmptyGroupReason, Group, Stakeholder, Target

SORTS = {
    "name": (Lower("name"), "pk"),
    "group": ("group", Lower("name"), "pk"),
    "influence": ("-influence", "-interest", Lower("name"), "pk"),
    "interest": ("-interest", "-influence", Lower("name"), "pk"),
    "newest": ("-created_at", "-pk"),
}
STEPS = (1, 2, 3, 4, 5)
MUCH = 4


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
    present = Stakeholder.objects.filter(
        partnership=partnership, status=Stakeholder.Status.TAKING_PART
    )
    given = EmptyGroupReason.objects.filter(partnership=partnership)
    named = present.order_by().values_list("group").union(given.order_by().values_list("group"))
    known = {group for (group,) in named}
    return [group for group in Group if group.value not in known]


@dataclass(frozen=True)
class Filters:
    """What the list shows: empty means everything."""

    text: str = ""
    group: str = ""
    kind: str = ""
    neighbourhood: str = ""
    status: str = ""
    influence: int | None = None
    interest: int | None = None
    sort: str = "name"


def filtered(partnership: Partnership, filters: Filters) -> QuerySet[Stakeholder]:
    """Return the stakeholders that `filters` asks for, in its order.

    The text is looked for in names alone: contacts and concerns are not for everybody who may
    see the list.
    """
    found = Stakeholder.objects.filter(partnership=partnership)
    exact = {
        "group": filters.group,
        "kind": filters.kind,
        "neighbourhood": filters.neighbourhood,
        "status": filters.status,
        "influence": filters.influence,
        "interest": filters.interest,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    for word in filters.text.split():
        found = found.filter(Q(name__icontains=word) | Q(organisation__name__icontains=word))
    ordered = found.order_by(*SORTS.get(filters.sort, SORTS["name"]))
    return ordered.select_related("organisation")


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
    """How many stakeholders there are, and how many of them stand where."""

    everybody: int
    taking_part: int
    invited: int
    left: int


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
        left=counted.get(Stakeholder.Status.LEFT, 0),
    )


@dataclass(frozen=True)
class GridPerson:
    """Somebody on the grid."""

    pk: int
    name: str
    group: str
    influence: int
    interest: int


@dataclass(frozen=True)
class GridRow:
    """One step of influence: how many there are with each interest from 1 to 5."""

    influence: int
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Grid:
    """Influence × interest: four lists of people, and the table of counts.

    Attributes
    ----------
    both, influence_only, interest_only, neither
        Who has much (4 or 5) influence and interest, only one of them, or none.
    rows
        The most influential row first; each count with its interest.
    """

    both: tuple[GridPerson, ...]
    influence_only: tuple[GridPerson, ...]
    interest_only: tuple[GridPerson, ...]
    neither: tuple[GridPerson, ...]
    rows: tuple[GridRow, ...]

    @property
    def count(self) -> int:
        """How many people and organisations are on the grid."""
        parts = (self.both, self.influence_only, self.interest_only, self.neither)
        return sum(len(part) for part in parts)


def grid(partnership: Partnership) -> Grid:
    """Return influence × interest of everybody but those who left, by name."""
    quadrants: dict[tuple[bool, bool], list[GridPerson]] = defaultdict(list)
    counts: Counter[tuple[int, int]] = Counter()
    rows = (
        Stakeholder.objects.filter(partnership=partnership)
        .exclude(status=Stakeholder.Status.LEFT)
        .order_by(Lower("name"), "pk")
        .values_list("pk", "name", "group", "influence", "interest")
    )
    for pk, name, group, influence, interest in rows:
        person = GridPerson(pk, name, str(Group(group).label), influence, interest)
        quadrants[influence >= MUCH, interest >= MUCH].append(person)
        counts[influence, interest] += 1
    return Grid(
        both=tuple(quadrants[True, True]),
        influence_only=tuple(quadrants[True, False]),
        interest_only=tuple(quadrants[False, True]),
        neither=tuple(quadrants[False, False]),
        rows=tuple(
            GridRow(step, tuple((interest, counts[step, interest]) for interest in STEPS))
            for step in reversed(STEPS)
        ),
    )


def people_of(organisation: Stakeholder) -> list[Stakeholder]:
    """Return the people of an organisation, by name."""
    return list(organisation.people.order_by(Lower("name"), "pk"))


@dataclass(frozen=True)
class PublicCounts:
    """How many of each group take part, as anybody may see it.

    Attributes
    ----------
    groups
        Each group's name and its count, to be read as "at least"; None is hidden, 0 is said.
    total
        The same for everybody together.
    """

    groups: tuple[tuple[str, int | None], ...]
    total: int | None


def public_group_counts(partnership: Partnership) -> PublicCounts:
    """Return counts per group for the public page, after suppression.

    Small counts are hidden, and what remains grows in steps of five, so that two readings of the
    page cannot be subtracted to see one person join.
    """
    counted = _taking_part_by_group(partnership)
    table: SuppressedTable = suppress([counted.get(group.value, 0) for group in Group])
    labels = [str(group.label) for group in Group]
    shown = [_in_steps(count) for count in table.cells[0]]
    return PublicCounts(tuple(zip(labels, shown, strict=True)), _in_steps(table.total))


def _in_steps(count: int | None) -> int | None:
    return release_count(count) if count else count


def _taking_part_by_group(partnership: Partnership) -> dict[str, int]:
    return dict(
        Stakeholder.objects.filter(partnership=partnership, status=Stakeholder.Status.TAKING_PART)
        .order_by()
        .values_list("group")
        .annotate(count=Count("pk"))
    )


def organisation_of(membership: Membership | None) -> Stakeholder | None:
    """Return the organisation that a member with the role "organisation" speaks for.

    None for nobody, for every other role, and while the lead has not said which organisation it is.
    """
    if membership is None or membership.role != Role.ORGANISATION:
        return None
    return organisation_behind(membership)


def organisation_behind(membership: Membership | None) -> Stakeholder | None:
    """Return the organisation that the lead named for a member, whatever the member's role.

    None for nobody, and while the lead has not said which organisation it is.
    """
    if membership is None:
        return None
    person = (
        Stakeholder.objects.filter(membership=membership).select_related("organisation").first()
    )
    if person is None or person.kind == Stakeholder.Kind.ORGANISATION:
        return person
    return person.organisation


def speakers_without_organisation(partnership: Partnership) -> list[Stakeholder]:
    """Return members who speak for an organisation that nobody has named yet."""
    return list(
        Stakeholder.objects.filter(
            partnership=partnership,
            membership__role=Role.ORGANISATION,
            kind=Stakeholder.Kind.PERSON,
            organisation=None,
        )
    )


@dataclass(frozen=True)
class Gap:
    """One group or neighbourhood: who takes part against how many should.

    Attributes
    ----------
    dimension
        One of `Target.Dimension`.
    value, label
        As stored, and as shown.
    taking_part, known
        How many take part, and how many more are in the list (asked or not).
    target
        How many at least should take part, or None.
    reason
        Why the partnership goes on although nobody of this group takes part.
    through
        Organisations of this neighbourhood that take part: (id, name).
    """

    dimension: str
    value: str
    label: str
    taking_part: int
    known: int
    target: int | None
    reason: EmptyGroupReason | None = None
    through: tuple[tuple[int, str], ...] = ()

    @property
    def missing(self) -> int:
        """How many are missing to the target; for an empty group without target, 1."""
        return max((1 if self.target is None else self.target) - self.taking_part, 0)

    @property
    def needs_reason(self) -> bool:
        """Nobody takes part, and nobody has said why the partnership goes on."""
        return self.taking_part == 0 and self.reason is None

    @property
    def query(self) -> str:
        """The query string with which the list shows them."""
        return urlencode({self.dimension: self.value})


@dataclass(frozen=True)
class Gaps:
    """Who is missing.

    Attributes
    ----------
    groups
        All five groups.
    neighbourhoods
        Those with a target or with somebody in the list, by name.
    without_neighbourhood
        How many take part whose neighbourhood nobody has written down.
    """

    groups: tuple[Gap, ...]
    neighbourhoods: tuple[Gap, ...]
    without_neighbourhood: int

    @property
    def has_targets(self) -> bool:
        """Somebody has set at least one target."""
        return any(gap.target is not None for gap in (*self.groups, *self.neighbourhoods))


def gaps(partnership: Partnership) -> Gaps:
    """Compare who takes part with the targets, by group and by neighbourhood."""
    here: dict[tuple[str, str], int] = defaultdict(int)
    known: dict[tuple[str, str], int] = defaultdict(int)
    counted = (
        Stakeholder.objects.filter(partnership=partnership)
        .exclude(status=Stakeholder.Status.LEFT)
        .order_by()
        .values_list("group", "neighbourhood", "status")
        .annotate(count=Count("pk"))
    )
    for group, neighbourhood, status, count in counted:
        into = here if status == Stakeholder.Status.TAKING_PART else known
        into[Target.Dimension.GROUP, group] += count
        into[Target.Dimension.NEIGHBOURHOOD, neighbourhood] += count
    targets = targets_of(partnership)
    reasons = {
        given.group: given
        for given in EmptyGroupReason.objects.filter(partnership=partnership).select_related("by")
    }

    through = _organisations_by_neighbourhood(partnership)
    area = Target.Dimension.NEIGHBOURHOOD

    def gap(dimension: str, value: str, label: str) -> Gap:
        key = (dimension, value)
        return Gap(
            dimension=dimension,
            value=value,
            label=label,
            taking_part=here.get(key, 0),
            known=known.get(key, 0),
            target=targets.get(key),
            reason=reasons.get(value) if dimension == Target.Dimension.GROUP else None,
            through=tuple(through.get(value, ())) if dimension == area else (),
        )

    named = {value for dimension, value in {*here, *known, *targets} if dimension == area and value}
    return Gaps(
        groups=tuple(gap(Target.Dimension.GROUP, g.value, str(g.label)) for g in Group),
        neighbourhoods=tuple(gap(area, name, name) for name in sorted(named, key=str.casefold)),
        without_neighbourhood=here.get((area, ""), 0),
    )


def _organisations_by_neighbourhood(partnership: Partnership) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    taking_part = organisations(partnership).filter(status=Stakeholder.Status.TAKING_PART)
    for pk, name, neighbourhood in taking_part.exclude(neighbourhood="").values_list(
        "pk", "name", "neighbourhood"
    ):
        found[neighbourhood].append((pk, name))
    return found


def targets_of(partnership: Partnership) -> dict[tuple[str, str], int]:
    """Return ``(dimension, value)`` → how many at least."""
    return {
        (dimension, value): count
        for dimension, value, count in Target.objects.filter(partnership=partnership).values_list(
            "dimension", "value", "count"
        )
    }
