"""A pilot's record as it is kept while a pilot runs: call, signatures, pulse, promises, tasks."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lamppost.accounts.models import User
from lamppost.pilots import actions
from lamppost.pilots.actions import (
    agreement,
    commitments,
    endings,
    outcome,
    pulse,
    signing,
    tasks,
    themes,
)
from lamppost.pilots.actions.specification import set_bought, set_specification
from lamppost.pilots.models import (
    WITNESSED,
    Alert,
    Bid,
    Change,
    Commitment,
    Feedback,
    GateKind,
    GateSigner,
    Pilot,
    PilotTask,
    Site,
    Theme,
)
from lamppost.pilots.queries.feedback import unanswered
from lamppost.pilots.queries.signing import signed_hash

from ..words import record as record_words
from .clock import at, noon
from .ground import Ground

Lines = Sequence[tuple[str, str]]
DAY = dt.timedelta(days=1)


def _side(kind: str, role: str) -> str:
    """Return for which side somebody signs the agreement."""
    if kind != GateKind.AGREEMENT:
        return ""
    of_company = role == record_words.COMPANY_SIGNS
    return GateSigner.Side.COMPANY if of_company else GateSigner.Side.CITY


class Record:
    """The record of one pilot; every method is something that its lead does on a day."""

    def __init__(self, ground: Ground, pilot: Pilot) -> None:
        self.ground = ground
        self.pilot = pilot
        self.lead = ground.user_of("lead")

    # Call, selection, agreement ----------------------------------------------------------------

    def call(self, words: Mapping[str, str], opens: dt.date | None, closes: dt.date | None) -> None:
        """Open the call with its criteria; or say on `opens` why there is none."""
        given = {"link": "", "criteria": "", "no_call_reason": "", **words}
        is_open = not given["no_call_reason"]
        with at(noon(opens or self.ground.town.dates.today, 9)):
            agreement.save_call(
                pilot=self.pilot,
                by=self.lead,
                values={
                    **given,
                    "opened_on": opens if is_open else None,
                    "closes_on": closes if is_open else None,
                },
            )

    def selection(
        self,
        bids: Iterable[tuple[str, str, str, str]],
        declarations: Iterable[tuple[str, str]],
        *,
        chosen_by: str,
        chosen_why: str,
        on: dt.date,
    ) -> None:
        """Record the offers, of which the first is chosen, and what those who chose declared."""
        declared = list(declarations)
        with at(noon(on, 10)):
            made = [
                agreement.add_bid(
                    pilot=self.pilot,
                    by=self.lead,
                    values={
                        "organisation": organisation,
                        "amount": amount,
                        "currency": "HCR",
                        "score": score,
                        "reason": reason,
                    },
                )
                for organisation, amount, score, reason in bids
            ]
            for juror, interest in declared:
                agreement.declare_interest(
                    pilot=self.pilot,
                    by=self.lead,
                    values={
                        "juror": juror,
                        "none": not interest,
                        "interest": interest,
                        "declared_on": on,
                    },
                )
        with at(noon(on, 15)):
            agreement.choose_bid(
                pilot=self.pilot,
                by=self.lead,
                bid=made[0],
                chosen_on=on,
                chosen_by=chosen_by,
                chosen_why=chosen_why,
                jurors=[juror for juror, _interest in declared],
            )

    def clauses(
        self,
        answers: Mapping[str, tuple[str, str]],
        on: dt.date,
        tasks: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Say where the agreement settles what, and why what is missing is.

        Parameters
        ----------
        tasks
            Code of a clause → what follows from it, where that is not what the rule says.
        """
        own = tasks or {}
        with at(noon(on, 11)):
            agreement.save_clauses(
                pilot=self.pilot,
                by=self.lead,
                answers={
                    code: {
                        "settled": bool(where),
                        "where": where,
                        "missing_reason": missing,
                        **own.get(code, {}),
                    }
                    for code, (where, missing) in answers.items()
                },
            )

    def keep(self, clause: str, proof: str, until: dt.date) -> None:
        """Do what follows from a clause and is due until that day, each a day before its own."""
        for task in self.pilot.tasks.filter(clause=clause, done_on=None, due_on__lte=until):
            done = task.due_on - DAY
            with at(noon(done, 12)):
                tasks.do_task(
                    task=task,
                    by=self.lead,
                    done_on=done,
                    proof=proof,
                    sites=self.pilot.sites.filter(removed_on=None) if clause == "removal" else (),
                )

    # Gates -------------------------------------------------------------------------------------

    @property
    def supplier(self) -> str:
        """The organisation whose offer was chosen."""
        return str(Bid.objects.get(call__pilot=self.pilot, chosen=True).organisation)

    def pass_gate(
        self,
        kind: str,
        document: str,
        signed_by: str,
        on: dt.date,
        signers: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        """Pass a gate; where signers are named, once all of them have signed its draft.

        A gate that somebody else than the lead has to sign is signed by `signed_by`, by a link.
        """
        named = list(signers)
        if kind in WITNESSED and not named:
            name, _comma, office = signed_by.partition(", ")
            named = [(office or record_words.ROLES[kind], name, "")]
        if kind == GateKind.AGREEMENT and len(named) == 1:
            named.append((record_words.COMPANY_SIGNS, record_words.FOR_COMPANY[self.supplier], ""))
        if named:
            self._sign(kind, document, named, on)
        with at(noon(on, 17)):
            actions.pass_gate(
                pilot=self.pilot,
                by=self.lead,
                kind=kind,
                document=document,
                signed_by_name=signed_by,
                passed_on=on,
            )

    def _sign(
        self, kind: str, document: str, signers: Iterable[tuple[str, str, str]], on: dt.date
    ) -> None:
        with at(noon(on, 10)):
            signing.save_draft(pilot=self.pilot, by=self.lead, kind=kind, text=document)
        self.pilot.refresh_from_db()
        sha256 = signed_hash(self.pilot, kind, document)
        for minute, (role, name, account) in enumerate(signers):
            user: User | None = self.ground.user_of(account) if account else None
            with at(noon(on, 11, minute)):
                signer = signing.add_signer(
                    pilot=self.pilot,
                    by=self.lead,
                    kind=kind,
                    role=role,
                    side=_side(kind, role),
                    user=user,
                    name=name,
                )
            with at(noon(on, 14, minute)):
                if user is not None:
                    signing.sign(signer=signer, by=user, sha256=sha256)
                else:
                    token = signing.make_link(signer=signer, by=self.lead)
                    signing.sign_by_link(token=token, name=name)

    # What is piloted ---------------------------------------------------------------------------

    def specification(self, lines: Lines, on: dt.date) -> None:
        """Write down what is piloted."""
        with at(noon(on, 9)):
            set_specification(pilot=self.pilot, by=self.lead, lines=lines)

    def bought(self, lines: Lines, on: dt.date) -> None:
        """Write down what is to be bought."""
        with at(noon(on, 9)):
            set_bought(pilot=self.pilot, by=self.lead, lines=lines)

    def views(self, views: Iterable[tuple[str, str, str, int]], after: dt.date) -> None:
        """Record what each of the five groups says about the ending."""
        for group, text, said_by, days in views:
            on = after + days * DAY
            with at(noon(on, 13)):
                outcome.record_view(
                    pilot=self.pilot,
                    by=self.lead,
                    group=group,
                    text=text,
                    said_by=said_by,
                    said_on=on,
                )

    def own_views(self) -> None:
        """Let organisations say themselves how the pilot should end."""
        for view in self.ground.town.views:
            if view.subject == "decision":
                with at(noon(view.written_on, 14)):
                    endings.write_ending_view(
                        pilot=self.pilot,
                        stakeholder=self.ground.stakeholders[view.organisation],
                        by=self.ground.users[view.by],
                        text=view.text,
                        language=view.language,
                    )

    # Listening ---------------------------------------------------------------------------------

    def pulse(self, text: str, translations: Mapping[str, str], scale: str, on: dt.date) -> None:
        """Ask a question at all sites, from the first round on."""
        with at(noon(on, 9)):
            pulse.set_pulse_question(
                pilot=self.pilot,
                by=self.lead,
                values={
                    "text": text,
                    "language": "en",
                    "translations": dict(translations),
                    "scale": scale,
                    "indicator": None,
                },
            )

    def pulse_round(
        self, sites: Sequence[Site], first: dt.date, chance: Mapping[str, float], how: str
    ) -> None:
        """Ask ten people at each site within two weeks.

        Parameters
        ----------
        chance
            Of a yes, by arm.
        """
        rng = random.Random(f"{self.ground.town.truth.seed}/{first}")  # noqa: S311 - made up
        with at(noon(first, 8)):
            made = pulse.set_pulse_round(
                pilot=self.pilot, by=self.lead, starts_on=first, ends_on=first + 13 * DAY
            )
            pulse.set_turnout(
                round=made,
                by=self.lead,
                channel="web",
                how=how,
                invited=[(site, 40 + rng.randrange(60)) for site in sites],
            )
        (question,) = self.pilot.pulse_questions.all()
        people = len(self.ground.town.conversation.participants)
        for place, site in enumerate(sites):
            for person in range(10):
                moment = noon(first + rng.randrange(14) * DAY, 18, rng.randrange(60))
                number = (place * 10 + person) % people
                participant = self.ground.participant(number, moment, "web")
                with at(moment):
                    pulse.answer_pulse(
                        question=question,
                        site=site,
                        participant=participant,
                        value=int(rng.random() < chance[site.arm]),
                    )

    def settle_alerts(self, outcome_words: str, before: dt.datetime) -> None:
        """Say of every alert raised before a moment what was done."""
        found = Alert.objects.filter(
            feedback__site__pilot=self.pilot, closed_at=None, raised_at__lt=before
        )
        for alert in found:
            with at(alert.raised_at + dt.timedelta(hours=5)):
                actions.close_alert(
                    alert=alert, outcome=outcome_words, by=self.ground.user_of("facilitator")
                )

    # Promises and tasks ------------------------------------------------------------------------

    def theme(self, values: Mapping[str, str], on: dt.date, feedback: Iterable[Feedback]) -> Theme:
        """Put what several people speak of under a name."""
        with at(noon(on, 15)):
            return themes.make_theme(
                pilot=self.pilot, by=self.lead, values=values, feedback=feedback
            )

    def reply(self, values: Mapping[str, str], on: dt.date) -> None:
        """Reply to all words to which nobody answered before that day."""
        waiting = unanswered(Feedback.objects.filter(site__pilot=self.pilot))
        waiting = waiting.filter(given_at__lt=noon(on, 0)).select_related("site", "voice")
        if answers := list(waiting):
            self.theme(values, on, answers)

    def promise(
        self,
        words: tuple[str, str, int, str, str, str],
        on: dt.date,
        feedback: Iterable[Feedback] = (),
        theme: Theme | None = None,
    ) -> Commitment:
        """Promise something, and let it stand as `words` say."""
        you_said, owner, days, we_will, state, why_not = words
        with at(noon(on, 16)):
            made = commitments.make_commitment(
                pilot=self.pilot,
                by=self.lead,
                values={
                    "you_said": you_said,
                    "owner": owner,
                    "due_on": on + days * DAY,
                    "theme": theme,
                },
                feedback=feedback,
            )
        later = on + min(days - 5, 20) * DAY
        with at(noon(later, 16)):
            if state == "done":
                self._keep(made, we_will, later)
            elif state == "doing":
                commitments.start_commitment(commitment=made, by=self.lead, we_will=we_will)
            elif state == "wont":
                commitments.refuse_commitment(commitment=made, by=self.lead, reason=why_not)
        return made

    def _keep(self, made: Commitment, we_did: str, on: dt.date) -> Change:
        return commitments.keep_commitment(commitment=made, by=self.lead, we_did=we_did, done_on=on)

    def task(
        self,
        text: str,
        owner: str,
        due_on: dt.date,
        *,
        on: dt.date,
        clause: str = "",
        kind: str = PilotTask.Kind.OTHER,
        proof: str = "",
    ) -> None:
        """Add a dated task; with a proof it is done a day before it is due."""
        with at(noon(on, 12)):
            made = tasks.add_task(
                pilot=self.pilot,
                by=self.lead,
                values={"text": text, "owner": owner, "due_on": due_on},
                kind=PilotTask.Kind.OBLIGATION if clause else kind,
                clause=clause,
            )
        if proof:
            done = due_on - DAY
            with at(noon(done, 12)):
                tasks.do_task(task=made, by=self.lead, done_on=done, proof=proof)
