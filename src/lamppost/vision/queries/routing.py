"""Which statement is asked next: what the engine needs to know, kept for some seconds.

Counts are read at most once in `KEPT_FOR` seconds for each conversation, by one request; the
others go on with the earlier ones meanwhile. They only weigh the choice: what is shown is read
afresh, so that a statement that was declined is gone at once.
"""

from __future__ import annotations

import datetime as dt
import time
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Count, Max, Value

from ..models import Conversation, ConversationTranslation, Landscape, StatementTranslation, Vote
from .votable import votable

if TYPE_CHECKING:
    from lamppost.engines.opinion.routing import Choice, Priority, StatementState

KEPT_FOR = 20.0  # seconds
# However slow it is to count a large conversation: at most this share of the time goes into it.
MOST_OF_THE_TIME = 0.02
_USABLE_FOR = 60 * 60
_ONE_COUNTS = 30

Cells = Mapping[int, tuple[tuple[tuple[int, int], ...], float]]


@dataclass(frozen=True)
class Routing:
    """What weighs the choice in one conversation.

    Attributes
    ----------
    priorities
        Of every statement that could be voted on when this was made, by id.
    languages
        Into which the question or a statement of it was translated.
    made_at, good_for
        When, and for how many seconds.
    question_languages
        Into which the question was translated.
    """

    priorities: Mapping[int, Priority]
    languages: tuple[str, ...]
    made_at: float
    good_for: float
    question_languages: tuple[str, ...] = ()


def routing_of(conversation: Conversation, *, afresh: bool = False) -> Routing:
    """Return what weighs the choice, at most some seconds old; `afresh` counts again now."""
    key = f"vision.routing.{conversation.code}"
    kept: Routing | None = None if afresh else cache.get(key)
    if kept is not None:
        old = time.time() - kept.made_at > kept.good_for
        if not old or not cache.add(f"{key}.counting", 1, _ONE_COUNTS):
            return kept
    made = _made(conversation)
    cache.set(key, made, _USABLE_FOR)
    cache.delete(f"{key}.counting")
    return made


def choose_next(routing: Routing, done: Collection[int], seed: str) -> Choice | None:
    """Return the choice among the statements that are not done; None when there is none left.

    The chance comes from `seed` and from how many are done: the same statement until one answers.
    """
    from lamppost.engines.opinion.routing import choose

    waiting = [one for one in routing.priorities if one not in done]
    return choose(f"{seed}|{len(done)}", waiting, routing.priorities)


def _made(conversation: Conversation) -> Routing:
    from lamppost.engines.opinion.routing import priorities

    start = time.perf_counter()
    found = priorities(statement_states(conversation))
    languages, of_question = _languages(conversation)
    spent = time.perf_counter() - start
    good_for = max(KEPT_FOR, spent / MOST_OF_THE_TIME)
    return Routing(found, languages, time.time(), good_for, of_question)


def statement_states(conversation: Conversation) -> dict[int, StatementState]:
    """Return what the engine needs of each statement that others vote on, by id.

    How often one was shown is not kept, since reading writes nothing: at least as often as it was
    answered.
    """
    from lamppost.engines.opinion.routing import QUOTA, StatementState

    rows = votable(conversation).order_by("pk")
    opened = {
        pk: (number, state_at or said_at)
        for pk, number, state_at, said_at in rows.values_list(
            "pk", "number", "voice__state_at", "voice__said_at"
        )
    }
    counts = _counts(conversation)
    votes = {pk: sum(counts.get(pk, {}).values()) for pk in opened}
    young = {pk: at for pk, (_number, at) in opened.items() if votes[pk] < QUOTA}
    eligible = _eligible(conversation, young)
    cells = _cells(conversation)
    width = max((len(groups) for groups, _ in cells.values()), default=0)
    none: tuple[tuple[tuple[int, int], ...], float] = (((0, 0),) * width, 0.0)
    return {
        pk: StatementState(
            votes=votes[pk],
            agrees=counts.get(pk, {}).get(1, 0),
            passes=counts.get(pk, {}).get(0, 0),
            shown=votes[pk],
            eligible=eligible.get(pk, 0),
            groups=cells.get(number, none)[0],
            extremity=cells.get(number, none)[1],
        )
        for pk, (number, _at) in opened.items()
    }


def shortfalls(conversation: Conversation, *, people: int, votes: int) -> dict[int, str]:
    """Return why a statement has few votes although enough people came, as a code, by id.

    Of statements below the quota after their first visitors; others are not in it.

    Parameters
    ----------
    conversation
    people, votes
        How many answered it, and how many answers they gave.
    """
    from lamppost.engines.opinion.routing import FIRST_VISITORS, QUOTA, shortfall

    if people < FIRST_VISITORS:
        return {}
    states = statement_states(conversation)
    young = {pk: one for pk, one in states.items() if one.votes < QUOTA}
    each = votes / people
    found = {
        pk: shortfall(one, waiting=len(young), answers_per_visitor=each)
        for pk, one in young.items()
        if one.eligible >= FIRST_VISITORS
    }
    return {pk: code for pk, code in found.items() if code is not None}


def _counts(conversation: Conversation) -> dict[int, dict[int, int]]:
    """Statement → value → votes."""
    rows = (
        Vote.objects.filter(statement__conversation=conversation)
        .order_by()
        .values_list("statement_id", "value")
        .annotate(count=Count("pk"))
    )
    found: dict[int, dict[int, int]] = {}
    for statement, value, count in rows:
        found.setdefault(statement, {})[value] = count
    return found


def _eligible(conversation: Conversation, opened: Mapping[int, dt.datetime]) -> dict[int, int]:
    """How many people answered something since each statement was opened."""
    if not opened:
        return {}
    last = (
        Vote.objects.filter(statement__conversation=conversation, cast_at__gte=min(opened.values()))
        .order_by()
        .values("participant")
        .annotate(last=Max("cast_at"))
        .values_list("last", flat=True)
    )
    times = sorted(last)
    return {pk: len(times) - bisect_left(times, at) for pk, at in opened.items()}


def _cells(conversation: Conversation) -> Cells:
    """Number → agrees and votes in each opinion group, and how far it sets people apart."""
    newest = Landscape.objects.filter(conversation=conversation).order_by("-computed_at", "-pk")
    pk = newest.values_list("pk", flat=True).first()
    if pk is None:
        return {}
    key = f"vision.cells.{pk}"
    kept: Cells | None = cache.get(key)
    if kept is None:
        results = newest.filter(pk=pk).values_list("result__results", flat=True).first() or []
        kept = {item["statement"]: _cell(item) for item in results}
        cache.set(key, kept, _USABLE_FOR)
    return kept


def _cell(item: Mapping[str, Any]) -> tuple[tuple[tuple[int, int], ...], float]:
    groups = tuple((int(one["agree"]), int(one["seen"])) for one in item.get("groups", ()))
    return groups, float(item.get("extremity", 0.0))


def _languages(conversation: Conversation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Into which the question or a statement was translated, and into which the question."""
    of_statements = StatementTranslation.objects.filter(statement__conversation=conversation)
    of_question = ConversationTranslation.objects.filter(conversation=conversation)
    rows = list(
        of_statements.order_by()
        .values_list("language", Value(0))
        .union(of_question.order_by().values_list("language", Value(1)))
    )
    asked = sorted(language for language, is_question in rows if is_question)
    return tuple(sorted({language for language, _ in rows})), tuple(asked)
