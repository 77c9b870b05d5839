"""What happens to groups and common ground when statements are declined, before they are.

Heavy: numpy is imported inside the functions, and large questions are computed in a task.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Sum

from .models import Conversation, Statement, Vote
from .queries.landscape import moderation_of, vote_matrix
from .queries.merging import merged_numbers, votes_that_count
from .queries.public_landscape import shown_numbers
from .queries.released import released

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape, VoteMatrix

# So many votes are computed while somebody waits; more, in a task. Measured in honest mode, both
# landscapes together: 9.6 CPU s for 20,700 votes.
AT_ONCE = 3_000
MOST_GROUPS = 6
# Beside what a task found: of which statements and votes.
STATE = "state"


@dataclass(frozen=True)
class Effect:
    """What declining statements would change.

    Attributes
    ----------
    votes
        Votes that would not count any more; votes on what was merged into them included.
    only_voters
        People all of whose votes are among them.
    groups_before, groups_after
        How many groups the page tells apart.
    compared
        People who have a group both before and after; 0 where the page shows none on one side.
    movers
        How many of them would be in another group.
    likeness
        Adjusted Rand index of the two groupings: 1 the same, 0 as by chance; None without groups.
    enter, leave
        Numbers of the statements that would come to the common ground or leave it.
    """

    votes: int
    only_voters: int = 0
    groups_before: int = 0
    groups_after: int = 0
    compared: int = 0
    movers: int = 0
    likeness: float | None = None
    enter: tuple[int, ...] = ()
    leave: tuple[int, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Say whether the picture stays as it is."""
        same_groups = self.groups_before == self.groups_after and not self.movers
        return same_groups and not self.enter and not self.leave

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, as a task keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Effect:
        """Return what `to_json` gave."""
        lists = {name: tuple(found[name]) for name in ("enter", "leave")}
        plain = {name: value for name, value in found.items() if name != STATE}
        return cls(**{**plain, **lists})


def votes_on(conversation: Conversation, numbers: Collection[int]) -> int:
    """Return how many votes hang on these statements and on what was merged into them."""
    merged = merged_numbers(conversation)
    also = {number for number, root in merged.items() if root in numbers}
    return Vote.objects.filter(
        statement__conversation=conversation, statement__number__in={*numbers, *also}
    ).count()


def state_of(conversation: Conversation) -> str:
    """Return a short name of the statements and votes as they are: the same while nothing moves."""
    votes = Vote.objects.filter(statement__conversation=conversation)
    counted = votes.aggregate(
        votes=Count("pk"), last=Max("cast_at"), newest=Max("pk"), values=Sum("value")
    )
    merged = sorted(merged_numbers(conversation).items())
    moderation = sorted(moderation_of(conversation).items())
    told = [sorted(counted.items()), merged, moderation, str(conversation.mode)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def is_large(conversation: Conversation) -> bool:
    """Say whether the effect is computed in a task."""
    return votes_that_count(conversation) > AT_ONCE


def effect_of_declining(conversation: Conversation, numbers: Collection[int]) -> Effect:
    """Compute the landscape with these statements and without them, and compare.

    Both are computed now and in the same way, so that nothing but the statements differs; and of
    both, what the page would show is compared.
    """
    votes = votes_on(conversation, numbers)
    matrix = vote_matrix(conversation)
    if matrix is None:
        return Effect(votes)
    columns = [place for place, one in enumerate(matrix.statements) if one in numbers]
    if not columns:
        return Effect(votes)
    before = _landscape(conversation, matrix)
    after = _landscape(conversation, _without(matrix, columns))
    shown = set(shown_numbers(conversation))
    views = [
        released(found.to_json(), still)
        for found, still in ((before, shown), (after, shown.difference(numbers)))
    ]
    pairs = _pairs(before, after) if all(view.get("groups") for view in views) else []
    return _compare(views[0], views[1], pairs, Effect(votes, _only_voters(matrix, columns)))


def _landscape(conversation: Conversation, matrix: VoteMatrix) -> Landscape:
    from .computing import landscape_of

    return landscape_of(conversation, matrix)


def _without(matrix: VoteMatrix, columns: Sequence[int]) -> VoteMatrix:
    """The votes as the engine gets them once these are declined: there, but set aside."""
    moderation = matrix.moderation.copy()
    moderation[list(columns)] = -1
    return replace(matrix, moderation=moderation)


def _only_voters(matrix: VoteMatrix, columns: Sequence[int]) -> int:
    import numpy as np

    voted = np.asarray(matrix.voted)
    others = voted.sum(axis=1) - voted[:, list(columns)].sum(axis=1)
    return int(((others == 0) & voted.any(axis=1)).sum())


def _pairs(before: Landscape, after: Landscape) -> list[tuple[int, int]]:
    """The group before and after of each person who has one both times."""
    both = (key for key in before.membership if key in after.membership)
    return [(before.membership[key], after.membership[key]) for key in both]


def _compare(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    pairs: Sequence[tuple[int, int]],
    effect: Effect,
) -> Effect:
    """Compare two public parts of a landscape; below ten people neither has anything."""
    ground, new_ground = (set(view.get("common_ground", ())) for view in (before, after))
    return replace(
        effect,
        groups_before=len(before.get("groups", ())),
        groups_after=len(after.get("groups", ())),
        compared=len(pairs),
        movers=movers(pairs),
        likeness=likeness(pairs) if pairs else None,
        enter=tuple(sorted(new_ground - ground)),
        leave=tuple(sorted(ground - new_ground)),
    )


def movers(pairs: Sequence[tuple[int, int]]) -> int:
    """Return how many are in another group, under the naming of groups that moves the fewest."""
    counts = Counter(pairs)
    old = sorted({one for one, _ in pairs})
    new = sorted({other for _, other in pairs})
    if not pairs or max(len(old), len(new)) > MOST_GROUPS:
        return len(pairs) - sum(max(counts[one, other] for other in new) for one in old)
    # The longer list is put in every order beside the shorter one.
    swap = len(old) > len(new)
    short, long = (new, old) if swap else (old, new)
    stay = max(
        sum(counts[(b, a) if swap else (a, b)] for a, b in zip(short, order, strict=False))
        for order in permutations(long, len(short))
    )
    return len(pairs) - stay


def likeness(pairs: Sequence[tuple[int, int]]) -> float:
    """Return the adjusted Rand index of two groupings (Hubert and Arabie, 1985)."""

    def twos(counts: Counter[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    every = len(pairs) * (len(pairs) - 1) // 2
    together = twos(Counter(pairs))
    first, second = twos(Counter(a for a, _ in pairs)), twos(Counter(b for _, b in pairs))
    by_chance = first * second / every if every else 0.0
    most = (first + second) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def statements_numbered(conversation: Conversation, numbers: Collection[int]) -> list[Statement]:
    """Return the statements with these numbers, in order, with their words."""
    found = conversation.statements.select_related("voice").filter(number__in=numbers)
    return list(found.order_by("number"))
