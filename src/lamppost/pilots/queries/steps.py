"""When the technology comes to each site, and what each step of a rollout is compared with.

A site is compared with those that do not have the technology yet, and with those that never get
it: comparison sites, and sites whose turn comes after the pilot has ended. The last step of a
rollout that leaves none of these is compared with nothing.

`site_starts` and `change_dates` are what the stage of impact reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..models import Pilot, Site


def site_starts(pilot: Pilot) -> dict[str, dt.date | None]:
    """Return the day from which each site has the technology; None where it never comes.

    Returns
    -------
    dict
        By the name of the site, unique within a pilot, sorted. The later of the day of the gate
        and of the site's own step; before that gate is passed, as it is planned. None at
        comparison sites, and at a pilot site for which no day is known yet.
    """
    return {site.name: start_of(pilot, site) for site in pilot.sites.order_by("name")}


def start_of(pilot: Pilot, site: Site) -> dt.date | None:
    """Return the day from which one site has the technology; as of `site_starts`."""
    if site.arm == Site.Arm.COMPARISON:
        return None
    if pilot.technology_on is None:
        return site.starts_on or pilot.technology_starts_on
    return max(pilot.technology_on, site.starts_on or pilot.technology_on)


def change_dates(pilot: Pilot) -> list[dt.date]:
    """Return the days from which something was changed, oldest first; people count anew then."""
    return list(
        pilot.changes.order_by("changed_on").values_list("changed_on", flat=True).distinct()
    )


@dataclass(frozen=True)
class Step:
    """Sites that get the technology together, and what they are compared with.

    Attributes
    ----------
    number
        Of the step; None for sites that come with the pilot, outside a stepped rollout.
    starts_on
        From which day; None where it is not known yet.
    sites
        Names of the sites of this step.
    later
        Names of the sites that come later: they serve until their own turn.
    never
        Names of the sites that never get it while the pilot runs.
    """

    number: int | None
    starts_on: dt.date | None
    sites: tuple[str, ...]
    later: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def compared(self) -> bool:
        return bool(self.later or self.never)


def steps_of(pilot: Pilot, sites: Iterable[Site] | None = None) -> list[Step]:
    """Return the steps in their order, each with what serves as its comparison.

    Without a stepped rollout that is one step; without a pilot site none.
    """
    found = sorted(pilot.sites.all() if sites is None else sites, key=lambda one: one.name)
    treated = [site for site in found if site.arm == Site.Arm.PILOT and not _after(pilot, site)]
    never = tuple(site.name for site in found if site not in treated)
    groups: dict[tuple[int, dt.date | None], list[Site]] = {}
    for site in treated:
        groups.setdefault((site.step or 0, site.starts_on), []).append(site)
    order = sorted(groups, key=lambda key: (key[1] or dt.date.min, key[0]))
    return [
        Step(
            number=key[0] or None,
            starts_on=start_of(pilot, groups[key][0]),
            sites=_names(groups[key]),
            later=_names(site for after in order[place + 1 :] for site in groups[after]),
            never=never,
        )
        for place, key in enumerate(order)
    ]


def _after(pilot: Pilot, site: Site) -> bool:
    """Say whether a site's turn comes only when the pilot is over."""
    last = pilot.ends_on
    return last is not None and site.starts_on is not None and site.starts_on > last


def _names(sites: Iterable[Site]) -> tuple[str, ...]:
    return tuple(site.name for site in sites)


def uncompared(pilot: Pilot, sites: Sequence[Site] | None = None) -> list[Step]:
    """Return the steps for which no site is left that does not have the technology."""
    return [step for step in steps_of(pilot, sites) if not step.compared]


def is_compared(pilot: Pilot) -> bool:
    """Say whether every step is compared with a site that does not have the technology then."""
    steps = steps_of(pilot)
    return bool(steps) and all(step.compared for step in steps)
