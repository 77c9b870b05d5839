"""Which sites are alike, from what is known of them and from their readings before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..models import Pilot, Site, SiteCovariate
from ..ports import BASELINE_SERIES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Known:
    """What is known of the sites: one row a site, one column a thing.

    Attributes
    ----------
    columns
        (sites, names) array, NaN where it is not known.
    """

    sites: list[Site]
    names: list[str]
    columns: NDArray[np.float64]


def known_of(pilot: Pilot) -> Known:
    """Return covariates, and level and trend of the readings before, of every site."""
    import numpy as np

    from lamppost.engines.impact.matching import level_and_trend

    sites = list(pilot.sites.order_by("code"))
    row = {site.pk: number for number, site in enumerate(sites)}
    found = SiteCovariate.objects.filter(site__pilot=pilot).values_list("site", "name", "value")
    names = sorted({name for _site, name, _value in found})
    place = {name: number for number, name in enumerate(names)}
    columns = np.full((len(sites), len(names)), np.nan)
    for site, name, value in found:
        columns[row[site], place[name]] = value
    for title, series in (one for answer in BASELINE_SERIES.ask(pilot) for one in answer):
        values: list[Sequence[float]] = [series.get(site.pk, ()) for site in sites]
        columns = np.column_stack([columns, level_and_trend(values)])
        names += [
            _("%(what)s before, average") % {"what": title},
            _("%(what)s before, change a week") % {"what": title},
        ]
    return Known(sites, names, columns)


@dataclass(frozen=True)
class Alike:
    """A site with those that are most like it."""

    site: Site
    near: list[tuple[Site, float]]


@dataclass(frozen=True)
class Balanced:
    """How unlike pilot and comparison sites are in one thing.

    Attributes
    ----------
    difference
        Standardised mean difference; None where it cannot be computed.
    unlike
        Whether it is beyond a quarter of a standard deviation.
    """

    name: str
    difference: float | None
    unlike: bool


def suggestions(pilot: Pilot) -> list[Alike]:
    """Return for each pilot site the comparison sites that are most alike.

    While sites are only candidates, every other site is one.
    """
    from lamppost.engines.impact.matching import distances, suggest

    known = known_of(pilot)
    if not known.names:
        return []
    treated, others = _arms(known.sites)
    table = distances(known.columns)
    if not others:
        treated = others = list(range(len(known.sites)))
    found = suggest(table, treated, others)
    alike = [
        Alike(known.sites[site], [(known.sites[one], distance) for one, distance in near])
        for site, near in zip(treated, found, strict=True)
    ]
    # As the list of sites goes; those of which nothing is known come last.
    return sorted(alike, key=lambda one: (not one.near, one.site.name))


def balance_of(pilot: Pilot) -> list[Balanced]:
    """Return how alike both kinds of sites are in everything that is known of them."""
    from lamppost.engines.impact.matching import UNLIKE, balance

    known = known_of(pilot)
    treated, others = _arms(known.sites)
    if not known.names or not treated or not others:
        return []
    return [
        Balanced(name, value if value == value else None, abs(value) > UNLIKE)
        for name, value in zip(
            known.names, map(float, balance(known.columns, treated, others)), strict=True
        )
    ]


def pairs_of(pilot: Pilot) -> list[tuple[int, int]]:
    """Return pairs of sites that are alike, as ids, for a lot within each pair."""
    from lamppost.engines.impact.matching import distances, pair_up

    known = known_of(pilot)
    if not known.names:
        return []
    pks = [site.pk for site in known.sites]
    return [(pks[a], pks[b]) for a, b in pair_up(distances(known.columns))]


def _arms(sites: list[Site]) -> tuple[list[int], list[int]]:
    of = {Site.Arm.PILOT: [], Site.Arm.COMPARISON: []}  # type: dict[str, list[int]]
    for number, site in enumerate(sites):
        of[site.arm].append(number)
    return of[Site.Arm.PILOT], of[Site.Arm.COMPARISON]
