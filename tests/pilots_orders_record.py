"""Random events about choice, agreement and the day of the decision, for `tests.pilots_orders`."""

from __future__ import annotations

import random
from typing import Any

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions import agreement, jurors, tasks
from lamppost.pilots.models import Bid, Clause, ClauseCode, ConflictOfInterest, Pilot
from lamppost.pilots.queries.agreement import clause_lines
from tests.pilots_world import day

SETTLED = {"settled": True, "where": "§ 1", "missing_reason": ""}


class RecordEvents:
    """What happens to the written record of a pilot, how it is mended, and what must hold of it."""

    lead: User
    chance: random.Random

    @property
    def pilot(self) -> Pilot:
        raise NotImplementedError

    def maybe(self) -> bool:
        raise NotImplementedError

    def change_clause(self) -> None:
        """Settle a clause with its task or without, or leave it out; a reason may be missing."""
        why = self.chance.choice(["", "It is not needed"])
        given: dict[str, Any] = self.chance.choice(
            [
                {"settled": False, "where": "", "missing_reason": why},
                {**SETTLED, "no_task_reason": why},
                {**SETTLED, "task_text": "Ask", "task_owner": "Desk", "task_due_on": day(9)},
            ]
        )
        code = self.chance.choice(ClauseCode.values)
        agreement.save_clauses(pilot=self.pilot, by=self.lead, answers={code: given})

    def delete_task(self) -> None:
        """Delete what the agreement asks for, or something else."""
        if task := self.pilot.tasks.order_by("?").first():
            tasks.delete_task(task=task, by=self.lead)

    def choose_again(self) -> None:
        bid = Bid.objects.get(call__pilot=self.pilot)
        named = self.chance.choice([["Chair"], ["Chair", "Nina Neighbour"], ["Nina Neighbour"]])
        said = {"chosen_on": day(-2), "chosen_by": "Jury", "chosen_why": "Best"}
        agreement.choose_bid(pilot=self.pilot, by=self.lead, bid=bid, jurors=named, **said)

    def jurors_of(self) -> list[ConflictOfInterest]:
        return list(ConflictOfInterest.objects.filter(call__pilot=self.pilot).order_by("pk"))

    def juror(self) -> ConflictOfInterest | None:
        return self.chance.choice([*self.jurors_of(), None])

    def juror_declares(self) -> None:
        """Declare by a link, which now and then is used twice, or by whoever made it."""
        if juror := self.juror():
            token = jurors.make_declaration_link(declaration=juror, by=self.lead)
            name = self.chance.choice([juror.juror, self.lead.name])
            jurors.declare_by_link(token=token, name=name, interest="")
            if self.maybe():
                jurors.declare_by_link(token=token, name=name, interest="Shares")

    def juror_is_excused(self) -> None:
        if juror := self.juror():
            reason = self.chance.choice(["", "Nobody reaches them."])
            jurors.say_why_missing(declaration=juror, by=self.lead, reason=reason)

    def drop_declaration(self) -> None:
        if juror := self.juror():
            agreement.delete_declaration(declaration=juror, by=self.lead)

    def move_decision(self) -> None:
        to = self.chance.choice([None, day(self.chance.randrange(60, 200))])
        why = self.chance.choice(["", "The winter was mild."])
        values = {"decision_due_on": to}
        actions.change_pilot(pilot=self.pilot, by=self.lead, values=values, why_later=why)

    # What a page offers where it is missing -------------------------------------------------

    def mend_record(self, pilot: Pilot) -> None:
        passed = set(pilot.gates.values_list("kind", flat=True))
        if pilot.decision_due_on is None:
            values = {"decision_due_on": day(100)}
            actions.change_pilot(pilot=self.pilot, by=self.lead, values=values)
        if "selection" not in passed:
            self.mend_choice()
        if "agreement" not in passed:
            for line in clause_lines(self.pilot):
                if not line.answered or (line.settled and not line.follows):
                    given = {**SETTLED, "no_task_reason": "Nothing follows from it."}
                    agreement.save_clauses(
                        pilot=self.pilot, by=self.lead, answers={line.code: given}
                    )

    def mend_choice(self) -> None:
        if not self.jurors_of():
            self.choose_again()
        for juror in self.jurors_of():
            if juror.state == "waiting":
                jurors.say_why_missing(declaration=juror, by=self.lead, reason="Is abroad.")

    # What must hold -------------------------------------------------------------------------

    def check_record(self, stored: Pilot, passed: set[str]) -> None:
        """Read what was signed from the rows themselves."""
        if "problem" in passed:
            assert stored.decision_due_on is not None
        if stored.first_decision_due_on is not None:
            assert stored.decision_moves
            assert all(one["why"] for one in stored.decision_moves)
        if "selection" in passed:
            declared = self.jurors_of()
            assert declared
            assert [one for one in declared if not (one.declared_on or one.missing_reason)] == []
        if "agreement" in passed:
            self.check_agreement(stored)
        if stored.lottery_seed is not None:
            drawn = set(stored.drawn_sites.values_list("site", flat=True))
            assert drawn == set(stored.sites.values_list("pk", flat=True))
            assert stored.randomised

    def check_agreement(self, stored: Pilot) -> None:
        clauses = {one.code: one for one in Clause.objects.filter(pilot=stored)}
        assert set(clauses) == set(ClauseCode.values)
        dated = set(stored.tasks.values_list("clause", flat=True))
        for code, clause in clauses.items():
            assert clause.settled or clause.missing_reason
            assert not clause.settled or clause.no_task_reason or code in dated, code


RECORD_EVENTS = (
    "change_clause", "delete_task", "choose_again", "juror_declares", "juror_is_excused",
    "drop_declaration", "move_decision",
)  # fmt: skip
