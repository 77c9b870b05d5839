"""The pilot: sites, lot, gates, readings, feedback, changes, estimate, decision, lesson."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping

from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.models import EvaluationPlan
from lamppost.lessons.actions import change_lesson, draft_lesson, publish_lesson
from lamppost.pilots import actions
from lamppost.pilots.actions.gate_use import choose_gates
from lamppost.pilots.actions.register import add_entry, change_entry
from lamppost.pilots.actions.sites import set_areas
from lamppost.pilots.actions.tasks import do_task
from lamppost.pilots.models import Feedback, Pilot, PilotTask, Site
from lamppost.sensing.actions import import_observations
from lamppost.sensing.devices import Done, note_devices
from lamppost.sensing.models import DeviceNote
from lamppost.vision.models import Indicator
from lamppost.voices.actions import moderate_voice

from ..records import Change, Comment, Gate, Reading
from ..words import pilot as words
from ..words import record as record_words
from .clock import at, noon
from .ground import Ground
from .record import DAY, Record
from .tried import foresee


class Trial:
    """The pilot while it is loaded."""

    def __init__(self, ground: Ground, indicators: list[Indicator]) -> None:
        self.ground = ground
        self.town = ground.town
        self.dates = ground.town.dates
        self.planned = ground.town.pilot
        self.indicators = indicators
        self.lead = ground.user_of("lead")
        with at(noon(self.dates.pilot_planned, 9)):
            choose_gates(partnership=ground.partnership, by=self.lead, used=record_words.GATES_USED)
            self._write_down_areas()
            self.pilot = self._start()
            self._add_sites()
            self._enter_device()
        self.record = Record(ground, self.pilot)
        self.sites: dict[str, Site] = {}
        self.given: list[tuple[Comment, Feedback]] = []

    def _start(self) -> Pilot:
        planned = self.planned
        return actions.start_pilot(
            partnership=self.ground.partnership,
            by=self.lead,
            values={
                "title": planned.title,
                "playbook": self.town.playbook,
                "problem": planned.problem,
                "owner_department": planned.owner_department,
                "technology": planned.technology,
                "stop_rule": planned.stop_rule,
                "baseline_starts_on": planned.starts_on,
                "technology_starts_on": planned.technology_on,
                "ends_on": planned.ends_on,
                "decision_due_on": planned.decision_due_on,
                "results_due_on": planned.decision_due_on + 14 * DAY,
                "baseline_weeks": 12,
                **planned.notice,
            },
            indicators=self.indicators,
        )

    def _add_sites(self) -> None:
        actions.add_sites(
            pilot=self.pilot,
            by=self.lead,
            rows=[
                {
                    "name": place.name,
                    "code": place.code,
                    "arm": Site.Arm.COMPARISON,
                    "neighbourhood": place.neighbourhood,
                    "latitude": place.latitude,
                    "longitude": place.longitude,
                    "reason": place.reason,
                    "known": dict(
                        zip(record_words.KNOWN, (4.5 + number % 7, 3 + number % 5), strict=True)
                    ),
                }
                for number, place in enumerate(self.planned.sites)
            ],
        )

    def _enter_device(self) -> None:
        """Enter the counter in the sensor register, until everything is taken down."""
        until = self.planned.ends_on + dt.timedelta(days=self.pilot.removal_days)
        add_entry(pilot=self.pilot, by=self.lead, values={**words.DEVICE, "active_until": until})

    def _write_down_areas(self) -> None:
        names = ("name", "residents", "need", "need_source")
        rows = [dict(zip(names, row, strict=True)) for row in record_words.AREAS]
        set_areas(partnership=self.ground.partnership, by=self.lead, rows=rows)

    def _choose(self) -> None:
        """Open the call, choose among the offers, and agree."""
        for kind in ("problem", "stakeholders"):
            self._pass(kind)
        day = self.dates.pilot_planned
        self.record.call(record_words.CALL, day + DAY, day + 17 * DAY)
        self._pass("call")
        self.record.selection(
            record_words.BIDS,
            record_words.DECLARATIONS,
            chosen_by=record_words.CHOSEN_BY,
            chosen_why=record_words.CHOSEN_WHY,
            on=day + 20 * DAY,
        )
        self._pass("selection")
        own = {
            clause: {
                "task_text": text,
                "task_owner": owner,
                "task_due_on": self.dates.pilot_ends + days * DAY,
                "task_every_year": False,
            }
            for clause, (text, owner, days) in record_words.OBLIGATIONS.items()
        }
        self.record.clauses(record_words.CLAUSES, day + 21 * DAY, own)
        self._pass("agreement")

    def prepare(self) -> None:
        """Draw the sites in public, pass the gates up to the baseline, take in its readings."""
        self._choose()
        with at(noon(self.planned.drawn_on, 18)):
            seed, wanted = self.town.truth.seed, len(self.town.truth.pilot_sites)
            actions.promise_lot(pilot=self.pilot, by=self.lead, seed=seed)
            actions.draw_by_lot(pilot=self.pilot, by=self.lead, pilot_sites=wanted)
        self.pilot.refresh_from_db()
        self.sites = {site.name: site for site in self.pilot.sites.select_related("pilot")}
        drawn = {name for name, site in self.sites.items() if site.arm == Site.Arm.PILOT}
        if drawn != set(self.town.truth.pilot_sites):
            raise RuntimeError(f"the lot drew {sorted(drawn)}")
        for kind in ("data_protection", "disclosure", "measuring"):
            self._pass(kind)
        self.record.pulse(
            record_words.PULSE,
            {"es": record_words.PULSE_SPANISH, "ar": record_words.PULSE_ARABIC},
            "yes_no",
            self.dates.measuring_starts,
        )
        self._ask(self.dates.measuring_starts + 28 * DAY, {"pilot": 0.44, "comparison": 0.46})
        main = self.indicators[0]
        with at(noon(self.dates.measuring_starts, 16)):
            set_plan(
                pilot=self.pilot,
                by=self.ground.user_of("analyst"),
                values={
                    "question": words.JUDGED_BY,
                    "indicator": main,
                    "period": EvaluationPlan.Period.WEEK,
                    "level": 0.95,
                    "worth_it": main.worth_it,
                },
            )
        # The last of them is of a Thursday: the plan is tried out on them, and then frozen.
        start, in_on = noon(self.dates.technology_on, 0), self.dates.technology_on - 3 * DAY
        baseline = (one for one in self.town.readings if one.at < start)
        self._take_in("baseline.csv", baseline, noon(in_on, 9))
        weeks = (self.dates.pilot_ends - self.dates.technology_on).days // 7 + 1
        foresee(self.pilot, self.lead, main, weeks, noon(in_on, 10))

    def run(self) -> None:
        """Switch the lamps on after the baseline; take in the readings of the weeks with them."""
        with at(noon(self.dates.technology_on - dt.timedelta(days=2), 10)):
            freeze_plan(pilot=self.pilot, by=self.ground.user_of("analyst"))
        self._pass("baseline")
        self.record.specification(record_words.SPECIFICATION, self.dates.technology_on)
        self._pass("technology")
        self._ask(self.dates.turned_down + 42 * DAY, {"pilot": 0.68, "comparison": 0.45})
        start = noon(self.dates.technology_on, 0)
        over = noon(self.dates.pilot_ends + dt.timedelta(days=1), 0)
        self._take_in("pilot.csv", (one for one in self.town.readings if one.at >= start), over)

    def _pass(self, kind: str) -> None:
        gate: Gate = next(gate for gate in self.planned.gates if gate.kind == kind)
        self.record.pass_gate(
            kind,
            gate.document,
            gate.signed_by_name,
            gate.passed_on,
            record_words.SIGNERS.get(kind, ()),
        )

    def _ask(self, first: dt.date, chance: Mapping[str, float]) -> None:
        """Hold a round of the pulse: at the pilot sites, and at as many of the others."""
        every = [self.sites[place.name] for place in self.planned.sites]
        pilot = [site for site in every if site.arm == Site.Arm.PILOT]
        others = [site for site in every if site.arm == Site.Arm.COMPARISON]
        sites = pilot + others[: len(pilot)]
        self.record.pulse_round(sites, first, chance, record_words.PULSE_HOW)

    def _take_in(self, name: str, readings: Iterable[Reading], moment: dt.datetime) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["site", "indicator", "time", "value"])
        writer.writerows(
            [one.site, one.indicator, one.at.isoformat(timespec="minutes"), one.value]
            for one in readings
        )
        with at(moment):
            import_observations(
                pilot=self.pilot,
                by=self.ground.user_of("company"),
                content=text.getvalue().encode(),
                file_name=name,
            )

    def hear(self) -> None:
        """Take in what residents answered at the sites, and moderate their words."""
        for comment in self.town.comments:
            self.given.append((comment, self._give(comment)))
        self.record.settle_alerts(record_words.ALERT_OUTCOME, noon(self.dates.today - 3 * DAY, 0))

    def _give(self, comment: Comment) -> Feedback:
        number = comment.participant
        typed = comment.channel == "paper"
        participant = (
            None
            if number is None
            else self.ground.participant(number, comment.given_at, comment.channel)
        )
        with at(comment.given_at):
            feedback = actions.give_feedback(
                site=self.sites[comment.site],
                participant=participant,
                rating=comment.rating,
                words=comment.words,
                language=comment.language,
                channel=comment.channel,
                consent=comment.consent,
                given_at=comment.given_at,
                by=self.ground.user_of("organisation") if typed else None,
            )
        if comment.state in {"accepted", "declined"} and feedback.voice is not None:
            with at(comment.given_at + dt.timedelta(hours=14)):
                moderate_voice(
                    voice=feedback.voice,
                    state=comment.state,
                    reason=comment.reason,
                    by=self.ground.user_of("facilitator"),
                )
        return feedback

    def change(self) -> None:
        """Record what was changed because of what residents said."""
        for change in self.planned.changes:
            with at(noon(change.changed_on, 19)):
                actions.record_change(
                    pilot=self.pilot,
                    by=self.lead,
                    you_said=change.you_said,
                    we_did=change.we_did,
                    changed_on=change.changed_on,
                    feedback=self._behind(change),
                    version=record_words.VERSION_TWO if change.about_brightness else "",
                    lines=self._lines() if change.about_brightness else None,
                )
        on = self.dates.turned_down + 7 * DAY
        theme = self.record.theme(record_words.THEME, on, self._about_brightness(on))
        for words_of in record_words.COMMITMENTS:
            answers = theme if words_of is record_words.COMMITMENTS[-1] else None
            self.record.promise(words_of, on, theme=answers)

    def reply(self) -> None:
        """Say something to the words about which nothing had to be promised."""
        on = self.dates.pilot_ends + DAY
        self.record.reply(record_words.EVERYTHING_ELSE, on)
        for clause, proof in record_words.KEPT.items():
            self.record.keep(clause, proof, self.dates.today)

    @staticmethod
    def _lines() -> list[tuple[str, str]]:
        """What is piloted since it was turned down, and what is to be bought."""
        changed = record_words.TURNED_DOWN
        return [(name, changed.get(name, value)) for name, value in record_words.SPECIFICATION]

    def _behind(self, change: Change) -> list[Feedback]:
        return self._about_brightness(change.changed_on) if change.about_brightness else []

    def _about_brightness(self, before: dt.date) -> list[Feedback]:
        return [
            feedback
            for comment, feedback in self.given
            if comment.about_brightness and comment.given_at.date() < before
        ]

    def estimate(self) -> None:
        """Note that the counters stayed as they were, and estimate what changed."""
        rows = [
            Done(site, self.dates.pilot_ends, DeviceNote.What.CHECKED)
            for site in self.sites.values()
        ]
        with at(noon(self.dates.pilot_ends + DAY, 15)):
            note_devices(pilot=self.pilot, by=self.ground.user_of("company"), rows=rows)
        with at(noon(self.dates.pilot_ends + dt.timedelta(days=2), 9)):
            compute_estimate(pilot=self.pilot)

    def end(self) -> None:
        """Decide, and publish the lesson."""
        decision = self.planned.decision
        self.record.views(record_words.GROUP_VIEWS, self.dates.pilot_ends)
        self.record.own_views()
        self.record.bought(self._lines(), self.dates.pilot_ends + 5 * DAY)
        with at(noon(decision.decided_on, 20)):
            actions.decide(
                pilot=self.pilot,
                by=self.lead,
                kind=decision.kind,
                reason=decision.reason,
                decided_by=decision.decided_by,
                decided_on=decision.decided_on,
                next_step=decision.next_step,
                second_year=words.NOTICE["second_year"],
            )
        self._register_anew(decision.decided_on)
        with at(noon(self.dates.lesson, 11)):
            lesson = draft_lesson(pilot=self.pilot, by=self.lead)
            change_lesson(lesson=lesson, by=self.lead, values=self.town.lesson)
            lesson.refresh_from_db()
            publish_lesson(lesson=lesson, by=self.lead)

    def _register_anew(self, decided_on: dt.date) -> None:
        """Say in the register how long the lamps stay, as a dated task asks once it is scaled."""
        with at(noon(decided_on, 21)):
            until = {"active_until": decided_on + 730 * DAY}
            for entry in self.pilot.register_entries.all():
                change_entry(entry=entry, by=self.lead, values=until)
            for task in self.pilot.tasks.filter(kind=PilotTask.Kind.DISCLOSURE, done_on=None):
                proof = record_words.REGISTER_ANEW
                do_task(task=task, by=self.lead, done_on=decided_on, proof=proof)
