"""Every code that a result of this engine can carry, so that a page can hold words for each.

``tests/unit/engines/impact/test_impact_codes.py`` compares these with what the engine says.
"""

from __future__ import annotations

WORDS = ("caused", "likely", "suggests", "no_sign", "cannot_tell")

REASONS = (
    "sites_drawn_by_lot",
    "permutation_not_small_enough",
    "few_sites_drawn_by_lot",
    "permutation_disagrees",
    "sites_chosen",
    "within_worth_it",
    "interval_includes_zero",
    "no_worth_it_stated",
    "no_interval",
    "no_comparison",
)

CAVEATS = (
    "site_left_out",
    "too_few_sites_for_interval",
    "no_variation_between_sites",
    "equal_spread_assumed",
    "unequal_spread",
    "few_sites",
    "permutation_cannot_reach_level",
    "empty_cells",
    "gaps_differ_by_arm",
    "period_of_start_left_out",
)

DOUBTS = (
    "no_comparison",
    "sites_chosen",
    "permutation_disagrees",
    "too_few_sites_for_interval",
    "no_variation_between_sites",
    "few_sites",
    "permutation_cannot_reach_level",
    "gaps_differ_by_arm",
    "unequal_spread",
    "site_left_out",
    "empty_cells",
)

LEFT_OUT_REASONS = ("no_readings", "no_before", "no_after")

EVIDENCE_REASONS = (
    "lottery",
    "as_good_as_lottery",
    "comparison_before_and_after",
    "lottery_of_few_sites",
    "one_site_in_an_arm",
    "adjusted_comparison_after",
    "before_and_after_only",
    "comparison_after_only",
    "no_comparison_and_no_baseline",
)
