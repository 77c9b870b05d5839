"""How the places were chosen and what was measured: all that a verdict owes to the design."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from lamppost.engines.core.errors import EngineError
from lamppost.engines.impact.found import MethodResult
from lamppost.engines.impact.study import Study


@dataclass(frozen=True)
class Design:
    """The design of a pilot, and the words of its sentence.

    Attributes
    ----------
    randomised : bool
        A lottery drew the pilot places, or the order of a rollout.
    treated, comparison : int
        Pilot places; places that never got the technology, or not yet.
    before, after : int
        Periods before the first start, and from then on.
    period : str
        ``day``, ``week``, ``month``, ``quarter``, ``year`` or ``period``.
    outcome, unit : str
        Name of what was measured, and its unit; for the sentence.
    as_good_as_random : bool
        Something that has nothing to do with the outcome decided (a cut-off, a depot's list).
    adjusted : bool
        A comparison that was measured only afterwards was matched or adjusted.
    joined_late : bool
        The pilot ran already when it was entered, so nobody saw how it was set up.
    replications : int
        Other evaluations, by others and with a comparison, that found the same.
    manual : bool
        What was done is written down so that others can do the same.

    Raises
    ------
    EngineError
        ``impact.design.negative``, ``.lottery_without_comparison``.
    """

    randomised: bool = False
    treated: int = 1
    comparison: int = 0
    before: int = 0
    after: int = 1
    period: str = "period"
    outcome: str = "the measure"
    unit: str = ""
    as_good_as_random: bool = False
    adjusted: bool = False
    joined_late: bool = False
    replications: int = 0
    manual: bool = False

    def __post_init__(self) -> None:
        counts = ("treated", "comparison", "before", "after", "replications")
        for name in counts:
            if getattr(self, name) < 0:
                raise EngineError(
                    "impact.design.negative",
                    f"The design has {getattr(self, name)} as {name}. Give zero or more.",
                    {"name": name, "value": getattr(self, name)},
                )
        if self.randomised and not self.comparison:
            raise EngineError(
                "impact.design.lottery_without_comparison",
                "The design names a lottery but no comparison place. Name the places that were "
                "not drawn.",
                {},
            )

    @classmethod
    def of(cls, study: Study, **known: Any) -> Design:
        """Count places and periods of a study; ``known`` gives what it cannot know.

        In a rollout in which everybody starts, those that start last are the comparison.
        """
        treated = study.treated
        starts = study.starts[treated]
        first = int(starts.min()) if starts.size else len(study.times)
        later = int((study.starts > first).sum())
        never = int((~treated).sum())
        counted: dict[str, Any] = {
            "treated": int(treated.sum()),
            "comparison": never or later,
            "before": first,
            "after": len(study.times) - first,
        }
        return cls(**{**counted, **known})

    def as_used(self, result: MethodResult) -> Design:
        """The same with the places that the method really used.

        A place without readings before and after counts for nothing, and a single series whose
        comparison places could not be used has none.
        """
        facts, treated, comparison = result.facts, self.treated, self.comparison
        if "site_changes" in facts:
            arms = [bool(one["treated"]) for one in facts["site_changes"]]
            treated, comparison = sum(arms), len(arms) - sum(arms)
        elif "comparison_units" in facts:
            used = facts["comparison_units"]
            comparison = int(used) if isinstance(used, int) else len(used)
        randomised = self.randomised and comparison > 0
        return replace(self, treated=treated, comparison=comparison, randomised=randomised)

    def to_json(self) -> dict[str, Any]:
        """Return a plain JSON object."""
        return asdict(self)
