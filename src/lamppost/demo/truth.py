"""What was planted in the demo town, so that a test or a researcher can check what is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlantedEffect:
    """What the technology truly does to one indicator, in its unit.

    Attributes
    ----------
    code
        The indicator's code in the demo town.
    first_weeks
        Effect while the lamps were at full power.
    later_weeks
        Effect after they were turned down.
    average
        Mean over all weeks with the technology on: what the estimate is about.
    """

    code: str
    first_weeks: float
    later_weeks: float
    average: float

    @property
    def is_null(self) -> bool:
        """True when the technology does nothing to this indicator."""
        return self.first_weeks == 0 and self.later_weeks == 0


@dataclass(frozen=True)
class Truth:
    """Everything planted in one town.

    Attributes
    ----------
    seed
        The seed of the town.
    opinion_groups
        Names of the planted opinion groups.
    group_of
        Planted group of each participant, by participant number, an index into `opinion_groups`.
    common_ground
        Numbers of the statements that every group was made to agree with.
    dividing
        Numbers of the statements on which the groups were made to differ most.
    agree_chance
        Statement number → chance of an agree for each group, among agree and disagree.
    effects
        One for each indicator.
    pilot_sites, comparison_sites
        Names of the sites, as the lot fell.
    weeks_before, weeks_at_full_power, weeks_turned_down
        Of readings at every site.
    bridges, isolated
        Names of stakeholders who were made to meet every group, and nobody.
    thin_groups, thin_neighbourhoods
        Where fewer take part than the targets ask for.
    """

    seed: int
    opinion_groups: tuple[str, ...]
    group_of: tuple[int, ...]
    common_ground: tuple[int, ...]
    dividing: tuple[int, ...]
    agree_chance: dict[int, tuple[float, ...]]
    effects: tuple[PlantedEffect, ...]
    pilot_sites: tuple[str, ...]
    comparison_sites: tuple[str, ...]
    weeks_before: int
    weeks_at_full_power: int
    weeks_turned_down: int
    bridges: tuple[str, ...]
    isolated: tuple[str, ...]
    thin_groups: tuple[str, ...]
    thin_neighbourhoods: tuple[str, ...]

    def effect(self, code: str) -> PlantedEffect:
        """Return the planted effect on the indicator with this code."""
        return next(effect for effect in self.effects if effect.code == code)
