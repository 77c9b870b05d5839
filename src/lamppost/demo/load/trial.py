"""The pilot: sites, lot, gates, readings, feedback, changes, estimate, decision, lesson."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable

from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.models import EvaluationPlan
from lamppost.lessons.actions import change_lesson, draft_lesson, publish_lesson
from lamppost.pilots import actions
from lamppost.pilots.actions.register import add_entry
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.sensing.actions import import_observations
from lamppost.vision.models import Indicator
from lamppost.voices.actions import moderate_voice

from ..records import Change, Comment, Gate, Reading
from ..words import pilot as words
from .clock import at, noon
from .ground import Ground


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
            self.pilot = self._start()
            self._add_sites()
            self._enter_device()
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
                "company": planned.company,
                "baseline_starts_on": planned.starts_on,
                "technology_starts_on": planned.technology_on,
                "ends_on": planned.ends_on,
                "decision_due_on": planned.decision_due_on,
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
                }
                for place in self.planned.sites
            ],
        )

    def _enter_device(self) -> None:
        """Enter the counter in the sensor register, until everything is taken down."""
        until = self.planned.ends_on + dt.timedelta(days=self.pilot.removal_days)
        add_entry(pilot=self.pilot, by=self.lead, values={**words.DEVICE, "active_until": until})

    def prepare(self) -> None:
        """Draw the sites in public, pass the gates up to the baseline, take in its readings."""
        with at(noon(self.planned.drawn_on, 18)):
            actions.draw_by_lot(
                pilot=self.pilot,
                by=self.lead,
                pilot_sites=len(self.town.truth.pilot_sites),
                seed=self.town.truth.seed,
            )
        self.pilot.refresh_from_db()
        self.sites = {site.name: site for site in self.pilot.sites.select_related("pilot")}
        drawn = {name for name, site in self.sites.items() if site.arm == Site.Arm.PILOT}
        if drawn != set(self.town.truth.pilot_sites):
            raise RuntimeError(f"the lot drew {sorted(drawn)}")
        for kind in ("problem", "stakeholders", "data_protection", "disclosure", "measuring"):
            self._pass(kind)
        with at(noon(self.dates.measuring_starts, 16)):
            main = self.indicators[0]
            set_plan(
                pilot=self.pilot,
                by=self.ground.user_of("analyst"),
                values={
                    "indicator": main,
                    "period": EvaluationPlan.Period.WEEK,
                    "level": 0.95,
                    "worth_it": main.worth_it,
                },
            )
        start = noon(self.dates.technology_on, 0)
        self._take_in("baseline.csv", (one for one in self.town.readings if one.at < start), start)

    def run(self) -> None:
        """Switch the lamps on after the baseline; take in the readings of the weeks with them."""
        with at(noon(self.dates.technology_on - dt.timedelta(days=2), 10)):
            freeze_plan(pilot=self.pilot, by=self.ground.user_of("analyst"))
        self._pass("baseline")
        self._pass("technology")
        start = noon(self.dates.technology_on, 0)
        over = noon(self.dates.pilot_ends + dt.timedelta(days=1), 0)
        self._take_in("pilot.csv", (one for one in self.town.readings if one.at >= start), over)

    def _pass(self, kind: str) -> None:
        gate: Gate = next(gate for gate in self.planned.gates if gate.kind == kind)
        with at(noon(gate.passed_on, 17)):
            actions.pass_gate(
                pilot=self.pilot,
                by=self.lead,
                kind=gate.kind,
                document=gate.document,
                signed_by_name=gate.signed_by_name,
                passed_on=gate.passed_on,
            )

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
                )

    def _behind(self, change: Change) -> list[Feedback]:
        if not change.about_brightness:
            return []
        return [
            feedback
            for comment, feedback in self.given
            if comment.about_brightness and comment.given_at.date() < change.changed_on
        ]

    def estimate(self) -> None:
        """Estimate what changed."""
        with at(noon(self.dates.pilot_ends + dt.timedelta(days=2), 9)):
            compute_estimate(pilot=self.pilot)

    def end(self) -> None:
        """Decide, and publish the lesson."""
        decision = self.planned.decision
        with at(noon(decision.decided_on, 20)):
            actions.decide(
                pilot=self.pilot,
                by=self.lead,
                kind=decision.kind,
                reason=decision.reason,
                decided_by=decision.decided_by,
                decided_on=decision.decided_on,
                next_step=decision.next_step,
            )
        with at(noon(self.dates.lesson, 11)):
            lesson = draft_lesson(pilot=self.pilot, by=self.lead)
            change_lesson(lesson=lesson, by=self.lead, values=self.town.lesson)
            lesson.refresh_from_db()
            publish_lesson(lesson=lesson, by=self.lead)
