"""What a landscape says, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _

Params = Mapping[str, int | str]


def percent(share: float) -> str:
    """Return a share from 0 to 1 as whole percent in the reader's locale."""
    return _("%(number)s %%") % {"number": number_format(round(share * 100))}


def group_name(letter: str) -> str:
    """Return the name of an opinion group."""
    return _("Group %(letter)s") % {"letter": letter}


def at_least(count: int | None) -> str:
    """Return a released count in words; small ones are not told."""
    if count is None:
        return _("fewer than ten")
    return _("at least %(count)s") % {"count": number_format(count, force_grouping=True)}


def caution(code: str, params: Params) -> str:
    """Return the sentence of an engine's warning; empty for one that readers need not know."""
    words = _CAUTIONS.get(code.removeprefix("opinion."))
    return words(params) if words else ""


def _number(params: Params, name: str) -> str:
    return number_format(params.get(name, ""), force_grouping=True)


_CAUTIONS: dict[str, Callable[[Params], str]] = {
    "groups_not_tested": lambda _params: _(
        "This method always finds at least two groups, even where opinions differ by chance only. "
        "Whether these groups are more than chance has not been tested."
    ),
    "few_participants": lambda _params: _(
        "Only a few people could be placed. Expect changes when more people vote."
    ),
    "few_votes_each": lambda params: (
        _(
            "Some people were placed although they voted fewer than %(needed)s times. Their "
            "place is very uncertain."
        )
        % {"needed": _number(params, "needed")}
    ),
    "small_group": lambda _params: _(
        "At least one group is so small that its numbers are not shown. So nothing is listed as "
        "common ground: the list would tell how a small group leans."
    ),
    "no_common_ground": lambda _params: _(
        "No statement has the agreement of more than half of each group. That is a finding too."
    ),
    "too_few_participants": lambda _params: _(
        "Too few people have voted to tell groups of opinion."
    ),
    "too_few_statements": lambda _params: _(
        "Too few statements can be used. At least two are needed to tell groups of opinion."
    ),
    "all_statements_set_aside": lambda _params: _(
        "No statement is accepted yet, so there is nothing to compare."
    ),
    "no_differences": lambda _params: _(
        "The people who voted cannot be told apart: they answered alike."
    ),
}
