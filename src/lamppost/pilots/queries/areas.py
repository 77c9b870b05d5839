"""Who is served: pilot sites by neighbourhood and by need, beside the people who live there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lamppost.accounts.models import Partnership

from ..models import Area, Pilot, Site
from .sites import arms_settled


@dataclass(frozen=True)
class Served:
    """One neighbourhood, or one level of need, with its share of sites and of residents.

    Attributes
    ----------
    sites, share
        Pilot sites there, and their share of all pilot sites (0 to 1); while it is not settled
        which sites get the technology, all candidates.
    residents, residents_share
        People who live there, and their share; None where that is not known.
    listed
        Whether the partnership's list of neighbourhoods has it.
    """

    name: str
    need: str
    sites: int
    share: float
    residents: int | None
    residents_share: float | None
    listed: bool = True

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def residents_percent(self) -> int | None:
        return None if self.residents_share is None else round(100 * self.residents_share)

    @property
    def left_out(self) -> bool:
        """Whether people live there and no site is."""
        return self.sites == 0


def area_names(partnership: Partnership) -> list[str]:
    """Return the names in the partnership's list of neighbourhoods; empty where it has none."""
    return list(Area.objects.filter(partnership=partnership).values_list("name", flat=True))


def served_areas(pilot: Pilot) -> list[Served]:
    """Return every neighbourhood that is known or has a site, those without a site too."""
    areas = {area.name: area for area in Area.objects.filter(partnership=pilot.partnership)}
    counts = _counts(pilot, areas)
    total, people = sum(counts.values()), _people(areas.values())
    names = sorted({*counts, *areas}, key=str.casefold)
    return [
        Served(
            name,
            str(areas[name].get_need_display()) if name in areas else "",
            counts[name],
            counts[name] / total if total else 0.0,
            areas[name].residents if name in areas else None,
            _part(areas[name].residents if name in areas else None, people),
            name in areas,
        )
        for name in names
    ]


def served_by_need(pilot: Pilot) -> list[Served]:
    """Return the shares by level of need, from high to low; empty where no need is known.

    Of sites and of residents alike only those of neighbourhoods whose need is known: else a town
    half of which nobody has looked at would seem to leave out those in need.
    """
    areas = list(Area.objects.filter(partnership=pilot.partnership).exclude(need=""))
    counts = _counts(pilot, [area.name for area in areas])
    total, people = sum(counts[area.name] for area in areas), _people(areas)
    rows = []
    for need in (Area.Need.HIGH, Area.Need.MIDDLE, Area.Need.LOW):
        here = [area for area in areas if area.need == need]
        if here:
            sites = sum(counts[area.name] for area in here)
            known = [area.residents for area in here if area.residents is not None]
            residents = sum(known) if len(known) == len(here) else None
            share = sites / total if total else 0.0
            rows.append(
                Served(str(need.label), "", sites, share, residents, _part(residents, people))
            )
    return rows


def _counts(pilot: Pilot, listed: Iterable[str]) -> Counter[str]:
    """Count sites by neighbourhood, written as in the list whatever the size of its letters."""
    known = {name.casefold(): name for name in listed}
    counted = pilot.sites.all()
    if arms_settled(pilot):
        counted = counted.filter(arm=Site.Arm.PILOT)
    found = counted.values_list("neighbourhood", flat=True)
    names = (name.strip() for name in found if name.strip())
    return Counter(known.get(name.casefold(), name) for name in names)


def _people(areas: Iterable[Area]) -> int | None:
    """Return how many live in all areas; None unless it is known of each."""
    known = [area.residents for area in areas]
    numbers = [number for number in known if number]
    return sum(numbers) if known and len(numbers) == len(known) else None


def _part(residents: int | None, people: int | None) -> float | None:
    return residents / people if residents is not None and people else None
