"""The question with statements and votes; landscapes, goals, organisations' views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from lamppost.accounts.models import User
from lamppost.vision import actions
from lamppost.vision.actions.curation import mend_statement, merge_statement
from lamppost.vision.actions.goals import add_goal, add_indicator
from lamppost.vision.actions.views import write_view
from lamppost.vision.models import Conversation, Indicator
from lamppost.vision.models import Statement as StatementRecord
from lamppost.voices.actions import moderate_voice

from ..records import Statement
from ..words import stories as words
from .clock import at, noon
from .ground import Ground

LOOK = dt.timedelta(minutes=1)


class Talk:
    """The conversation while it is loaded."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.town = ground.town
        self.asked = ground.town.conversation
        self.statements: dict[int, StatementRecord] = {}
        dates = self.town.dates
        with at(noon(dates.question_opens, 8)):
            self.record = self._open()

    def _open(self) -> Conversation:
        dates = self.town.dates
        return actions.open_conversation(
            partnership=self.ground.partnership,
            by=self.ground.user_of("lead"),
            values={
                "question": self.asked.question,
                "background": self.asked.background,
                "asked_by": self.asked.asked_by,
                "decides": self.asked.decides,
                "language": "en",
                "asks": list(words.SAY_SO),
                "opens_at": noon(dates.question_opens, 8),
                "closes_at": noon(dates.question_closes, 20),
            },
        )

    def go_on(
        self, since: dt.datetime, until: dt.datetime, besides: Callable[[], None] | None = None
    ) -> None:
        """Load what was said and voted from `since` on and before `until`, and the landscape.

        `besides` loads what else the landscape counts: marks, sheets of paper.
        """
        fresh = [one for one in self.asked.statements if since <= one.said_at < until]
        for one in fresh:
            self._say(one)
        for one in fresh:
            self._moderate(one)
        self._vote(since, until)
        for one in fresh:
            self._decline(one)
            self._mend(one)
            self._merge(one)
        if besides is not None:
            besides()
        with at(until):
            actions.compute_landscape(conversation=self.record)

    def load_participants(self) -> None:
        """Make everybody who votes, in the order in which they came."""
        for person in self.asked.participants:
            self.ground.participant(person.number, person.came_at, person.channel)

    def _say(self, one: Statement) -> None:
        with at(one.said_at):
            if one.author is None:
                record = actions.add_seed_statement(
                    conversation=self.record,
                    by=self.ground.user_of("lead"),
                    text=one.text,
                    language=one.language,
                )
            else:
                record = self._added(one)
        if record.number != one.number:
            raise RuntimeError(f"statement {one.number} became number {record.number}")
        self.statements[one.number] = record

    def _added(self, one: Statement) -> StatementRecord:
        channel = self.asked.participants[one.author or 0].channel
        return actions.submit_statement(
            conversation=self.record,
            participant=self.ground.participants[one.author or 0],
            text=one.earlier or one.text,
            language=one.language,
            channel=channel,
            consent=one.consent,
            by=None if channel == "web" else self._who_types(channel),
        )

    def _who_types(self, channel: str) -> User:
        return self.ground.user_of("organisation" if channel == "paper" else "facilitator")

    def _moderate(self, one: Statement) -> None:
        if one.author is None or one.moderated_at is None:
            return
        shown = one.state == "accepted" or one.number in self._voted_on
        if shown:
            seen = one.moderated_at if one.state == "accepted" else one.said_at + LOOK
            self._set_state(one, "accepted", "", seen)

    def _decline(self, one: Statement) -> None:
        if one.state == "declined" and one.moderated_at is not None:
            self._set_state(one, "declined", one.reason, one.moderated_at)

    def _mend(self, one: Statement) -> None:
        if one.earlier and one.moderated_at is not None:
            with at(one.moderated_at + LOOK):
                mend_statement(
                    statement=self.statements[one.number],
                    text=one.text,
                    reason=one.mended_because,
                    by=self.ground.user_of("facilitator"),
                )

    def _merge(self, one: Statement) -> None:
        if one.merged_into is not None and one.merged_at is not None:
            with at(one.merged_at):
                merge_statement(
                    statement=self.statements[one.number],
                    into=self.statements[one.merged_into],
                    by=self.ground.user_of("facilitator"),
                )

    def _set_state(self, one: Statement, state: str, reason: str, moment: dt.datetime) -> None:
        with at(moment):
            moderate_voice(
                voice=self.statements[one.number].voice,
                state=state,
                reason=reason,
                by=self.ground.user_of("facilitator"),
            )

    @property
    def _voted_on(self) -> set[int]:
        return {vote.statement for vote in self.asked.votes}

    def _vote(self, since: dt.datetime, until: dt.datetime) -> None:
        cast = sorted(
            (*self.asked.votes, *self.asked.second_thoughts), key=lambda vote: vote.cast_at
        )
        actions.bulk_votes(
            conversation=self.record,
            rows=(
                (
                    self.ground.participants[vote.participant].pk,
                    self.statements[vote.statement].pk,
                    vote.value,
                    vote.cast_at,
                    vote.channel,
                )
                for vote in cast
                if since <= vote.cast_at < until
            ),
        )


def load_goals(ground: Ground, talk: Talk) -> list[Indicator]:
    """Agree on the goals with their indicators; return these in the order of the town."""
    day = ground.town.dates.goals_agreed
    lead = ground.user_of("lead")
    with at(noon(day, 20)):
        goals = [
            add_goal(
                partnership=ground.partnership,
                by=lead,
                values={"title": goal.title, "description": goal.description, "agreed_on": day},
                statements=[talk.statements[number] for number in goal.statements],
            )
            for goal in ground.town.goals
        ]
        return [
            add_indicator(
                goal=goals[one.goal],
                by=lead,
                values={
                    "name": one.name,
                    "unit": one.unit,
                    "direction": one.direction,
                    "worth_it": one.worth_it,
                    "code": one.code,
                    "baseline_source": words.BASELINES.get(one.code, ""),
                },
            )
            for one in ground.town.indicators
        ]


def load_views(ground: Ground) -> None:
    """Let organisations say what they think of the vision; see `Trial.end` for the decision."""
    for view in ground.town.views:
        if view.subject != "vision":
            continue
        with at(noon(view.written_on, 14)):
            write_view(
                stakeholder=ground.stakeholders[view.organisation],
                by=ground.users[view.by],
                subject=view.subject,
                text=view.text,
                language=view.language,
            )
