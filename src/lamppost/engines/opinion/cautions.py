"""What a reader must know before trusting a landscape."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lamppost.engines.opinion.polis import ENOUGH_PEOPLE, ENOUGH_VOTES, PolisMap
from lamppost.engines.opinion.records import LandscapeWarning
from lamppost.engines.opinion.votes import VoteMatrix

SMALL_GROUP = 10
LEAST_STATEMENTS = 4
"""So many the honest mode needs to look for a pattern; see `pattern`."""


def reason_for_no_groups(matrix: VoteMatrix, found: PolisMap) -> LandscapeWarning | None:
    """Why no groups can be told, or None when there are groups."""
    voters = int(matrix.voted.any(axis=1).sum())
    usable = int((~matrix.set_aside).sum())
    if voters < 2:
        return _warn("too_few_participants", {"participants": voters, "needed": 2})
    if len(matrix.statements) >= 2 and usable == 0:
        return _warn("all_statements_set_aside", {"statements": len(matrix.statements)})
    if usable < 2:
        return _warn("too_few_statements", {"statements": usable, "needed": 2})
    if found.groups < 2:
        return _warn("no_differences", {"participants": voters})
    return None


def warnings_about(
    matrix: VoteMatrix, found: PolisMap, sizes: Mapping[int, int], *, has_common_ground: bool
) -> tuple[LandscapeWarning, ...]:
    """All warnings, the gravest first. ``sizes`` gives the people of each group."""
    reason = reason_for_no_groups(matrix, found)
    if reason is not None:
        return (reason,)
    warnings = [_warn("groups_not_tested", {"groups": len(sizes)})]
    present = int(found.in_conversation.sum())
    if present < ENOUGH_PEOPLE:
        warnings.append(_warn("few_participants", {"participants": present}))
    needed = min(ENOUGH_VOTES, len(matrix.statements))
    votes = np.count_nonzero(matrix.voted, axis=1)
    added = int((found.in_conversation & (votes < needed)).sum())
    if added:
        warnings.append(_warn("few_votes_each", {"participants": added, "needed": needed}))
    for group, size in sizes.items():
        if size < SMALL_GROUP:
            warnings.append(_warn("small_group", {"group": group, "size": size}))
    if not has_common_ground:
        warnings.append(_warn("no_common_ground", {"groups": len(sizes)}))
    return tuple(warnings)


def honest_warnings(
    *,
    reason: str,
    people: int,
    statements: int,
    set_aside: int,
    sizes: Mapping[int, int],
    settled: bool,
    has_common_ground: bool,
) -> tuple[LandscapeWarning, ...]:
    """What to know before trusting a landscape of the honest mode, the gravest first.

    Parameters
    ----------
    reason : str
        `pattern.Pattern.reason`.
    people, statements : int
        People with a vote, statements not set aside.
    set_aside : int
        Statements that are.
    sizes : mapping of int to int
        People of each group.
    """
    counted: dict[str, int | str] = {
        "participants": people,
        "statements": statements,
        "needed": LEAST_STATEMENTS,
    }
    if statements == 0 and set_aside:
        return (_warn("all_statements_set_aside", {"statements": set_aside}),)
    warnings = [_warn(reason, counted)] if reason in _MESSAGES else []
    if sizes and not settled:
        warnings.append(_warn("unsettled", {"groups": len(sizes)}))
    for group, size in sizes.items():
        if size < SMALL_GROUP:
            warnings.append(_warn("small_group", {"group": group, "size": size}))
    if not has_common_ground:
        warnings.append(_warn("nothing_shared", counted))
    return tuple(warnings)


_MESSAGES = {
    "too_few_people": (
        "Only {participants} people have voted enough; no pattern can be looked for yet."
    ),
    "signs": (
        "No pattern: what people differ in is how readily they agree, not what they agree with."
    ),
    "halves": (
        "No pattern: where people stand on half of the statements says too little about the rest."
    ),
    "continuum": (
        "Opinions lie on a spectrum. Its two sides are not separate groups: many people stand "
        "between them."
    ),
    "unsettled": "The groups are not settled: with other people they might come out differently.",
    "nothing_shared": "No statement is surely shared by everybody yet.",
    "too_few_participants": (
        "Only {participants} of the participants has voted; at least {needed} are needed for a map."
    ),
    "too_few_statements": (
        "Only {statements} of the statements can be used; at least {needed} are needed for a map."
    ),
    "all_statements_set_aside": (
        "All {statements} statements are rejected or about the voters themselves."
    ),
    "no_differences": "The {participants} participants who voted cannot be told apart.",
    "groups_not_tested": (
        "This mode always divides people into at least two groups; whether the {groups} groups "
        "are more than chance has not been tested."
    ),
    "few_participants": "Only {participants} participants have been grouped; expect changes.",
    "few_votes_each": (
        "{participants} participants were grouped although they gave fewer than {needed} votes."
    ),
    "small_group": "Group {group} has only {size} people, so its shares are very uncertain.",
    "no_common_ground": "No statement has the agreement of more than half of each group.",
}


def _warn(name: str, params: dict[str, int | str]) -> LandscapeWarning:
    return LandscapeWarning(f"opinion.{name}", params, _MESSAGES[name].format(**params))
