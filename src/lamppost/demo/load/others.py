"""Three more pilots: one measures its baseline, one runs, one joined late and is overdue."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Sequence
from itertools import product

from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.models import EvaluationPlan
from lamppost.pilots import actions
from lamppost.pilots.actions.register import add_entry
from lamppost.pilots.actions.signing import save_draft
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.sensing.actions import import_observations
from lamppost.vision.actions.goals import add_indicator
from lamppost.vision.models import Goal, Indicator
from lamppost.voices.actions import moderate_voice

from ..pictures import broken_bench
from ..readings import CODE_LETTERS
from ..records import OtherPilot
from ..words import others as words
from .clock import at, noon
from .ground import Ground
from .record import DAY, Record
from .tried import foresee

WEEK = dt.timedelta(weeks=1)
STEPS = 4


class Other:
    """One of the other pilots while it is loaded."""

    def __init__(self, ground: Ground, planned: OtherPilot, number: int) -> None:
        self.ground = ground
        self.planned = planned
        self.number = number
        self.lead = ground.user_of("lead")
        today = ground.town.dates.today
        self.monday = today - today.weekday() * DAY
        self.rng = random.Random(f"{ground.town.truth.seed}/{planned.title}")  # noqa: S311
        with at(noon(self.week(planned.planned), 9)):
            self.indicator = self._measure()
            self.pilot = self._start()
            self._add_sites()
            until = self.week(planned.ends) + 30 * DAY
            entry = {**planned.device, "active_until": until}
            add_entry(pilot=self.pilot, by=self.lead, values=entry)
        self.sites = list(self.pilot.sites.select_related("pilot").order_by("pk"))
        self.record = Record(ground, self.pilot)

    def week(self, number: int) -> dt.date:
        """Return the Monday that lies `number` weeks from this week's."""
        return self.monday + number * WEEK

    def _measure(self) -> Indicator:
        one = self.planned.measure
        goals = Goal.objects.filter(partnership=self.ground.partnership)
        return add_indicator(
            goal=goals[one.goal],
            by=self.lead,
            values={
                "name": one.name,
                "unit": one.unit,
                "direction": one.direction,
                "worth_it": one.worth_it,
                "code": one.code,
                "baseline_source": one.source,
            },
        )

    def _start(self) -> Pilot:
        planned = self.planned
        late = planned.technology < planned.planned
        return actions.start_pilot(
            partnership=self.ground.partnership,
            by=self.lead,
            values={
                "title": planned.title,
                "playbook": planned.playbook,
                **planned.plan,
                "baseline_starts_on": None if late else self.week(planned.measuring),
                "technology_starts_on": None if late else self.week(planned.technology),
                "ends_on": self.week(planned.ends) - DAY,
                "decision_due_on": self.week(planned.due),
                "results_due_on": self.week(planned.due + 4),
            },
            indicators=[self.indicator],
        )

    def _add_sites(self) -> None:
        actions.add_sites(
            pilot=self.pilot,
            by=self.lead,
            rows=[
                {
                    "name": name,
                    "code": "".join(self.rng.choices(CODE_LETTERS, k=6)),
                    "arm": arm,
                    "neighbourhood": neighbourhood,
                    "latitude": round(0.003 + 0.0021 * (place // 3) + 0.0004 * self.number, 5),
                    "longitude": round(-0.005 + 0.0032 * (place % 3) + 0.0005 * self.number, 5),
                    "reason": reason,
                }
                for place, (name, neighbourhood, arm, reason) in enumerate(self.planned.places)
            ],
        )

    def choose(self) -> None:
        """Record call, offers and agreement, where there were any."""
        if not self.planned.call:
            return
        start = self.week(self.planned.planned)
        self.pass_gates("problem", "stakeholders")
        self.record.call(self.planned.call, start + 2 * DAY, start + 30 * DAY)
        self.pass_gates("call")
        self.record.selection(
            self.planned.bids,
            self.planned.declarations,
            chosen_by=self.planned.chosen_by,
            chosen_why=self.planned.chosen_why,
            on=self._day_of("selection"),
        )
        self.record.clauses(self.planned.clauses, self._day_of("agreement"))
        self.pass_gates("selection", "agreement")

    def _day_of(self, kind: str) -> dt.date:
        weeks = next(weeks for gate, _document, _by, weeks in self.planned.gates if gate == kind)
        return self.week(self.planned.planned + weeks)

    def pass_gates(self, *kinds: str) -> None:
        """Pass these gates on their days."""
        for kind, document, signed_by, _weeks in self.planned.gates:
            if kind in kinds:
                self.record.pass_gate(kind, document, signed_by, self._day_of(kind))

    def judge(
        self, on: dt.date, question: str, period: EvaluationPlan.Period = EvaluationPlan.Period.WEEK
    ) -> None:
        """Say how the pilot will be judged."""
        with at(noon(on, 16)):
            set_plan(
                pilot=self.pilot,
                by=self.ground.user_of("analyst"),
                values={
                    "question": question,
                    "indicator": self.indicator,
                    "period": period,
                    "level": 0.95,
                    "worth_it": self.indicator.worth_it,
                },
            )

    def readings(
        self,
        first: int,
        last: int,
        name: str,
        without: Iterable[int] = (),
        nights: Sequence[int] = (3,),
        moment: dt.datetime | None = None,
    ) -> None:
        """Take in readings of every site, from week `first` to the one before `last`.

        Parameters
        ----------
        nights
            Of each week, from Monday on, in which there is one.
        moment
            When they are taken in; else when the last week is over.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["site", "indicator", "time", "value"])
        one, left_out = self.planned.measure, set(without)
        for site in self.sites:
            level = random.Random(f"{site.name}").gauss(one.level, one.spread)  # noqa: S311
            for week, night in product(range(first, last), nights):
                on = week >= self.planned.technology and site.arm == Site.Arm.PILOT
                value = level + self.rng.gauss(0, one.spread / 4) + (one.effect if on else 0)
                if week not in left_out:
                    read = noon(self.week(week) + night * DAY, 20)
                    value = round(max(0.0, value), one.digits)
                    writer.writerow([site.name, one.code, read.isoformat(), value])
        with at(moment or noon(self.week(last), 0)):
            import_observations(
                pilot=self.pilot,
                by=self.ground.user_of("analyst"),
                content=text.getvalue().encode(),
                file_name=name,
            )

    def answer(self, day: dt.date, rating: str, said: str = "", language: str = "en") -> Feedback:
        """Take in one answer at a pilot site; words are moderated in the morning."""
        moment = noon(day, 16 + self.rng.randrange(6), self.rng.randrange(60))
        people = len(self.ground.town.conversation.participants)
        person = self.ground.participant(self.rng.randrange(people), moment, "web")
        sites = [site for site in self.sites if site.arm == Site.Arm.PILOT]
        with at(moment):
            return actions.give_feedback(
                site=self.rng.choice(sites),
                participant=person,
                rating=rating,
                words=said,
                language=language,
                consent=bool(said),
                given_at=moment,
            )

    def accept(self, feedback: Feedback) -> None:
        """Let a moderator accept the words of an answer on the next morning."""
        if feedback.voice is not None:
            with at(feedback.given_at + dt.timedelta(hours=14)):
                moderate_voice(
                    voice=feedback.voice,
                    state="accepted",
                    reason="",
                    by=self.ground.user_of("facilitator"),
                )

    def hear(self, first: int, last: int, counts: Iterable[int]) -> None:
        """Take in answers week by week; words come with some of them, each once."""
        wanted = list(self.planned.answers)
        for week, count in zip(range(first, last), counts, strict=False):
            for number in range(count):
                day = self.week(week) + self.rng.randrange(7) * DAY
                if number == 0 and wanted:
                    self.accept(self.answer(day, *wanted.pop(0)))
                else:
                    rating = self.rng.choices(("better", "same", "worse"), (5, 3, 2))[0]
                    self.answer(day, rating)


def load_others(ground: Ground) -> None:
    """Load the three pilots, each as far as it is."""
    signals, park, broadband = (
        Other(ground, planned, number) for number, planned in enumerate(words.OTHERS)
    )
    _load_signals(signals)
    _load_park(park)
    _load_broadband(broadband)


def _load_signals(one: Other) -> None:
    """It measures its baseline; the order of the crossings was drawn."""
    drawn = one.week(one.planned.planned + 3)
    starts = [one.week(one.planned.technology + 5 * step) for step in range(STEPS)]
    with at(noon(drawn, 18)):
        seed = one.ground.town.truth.seed + 1
        actions.promise_lot(pilot=one.pilot, by=one.lead, seed=seed)
        actions.draw_steps(pilot=one.pilot, by=one.lead, starts=starts)
    one.pilot.refresh_from_db()
    one.sites = list(one.pilot.sites.select_related("pilot").order_by("pk"))
    one.choose()
    one.pass_gates("data_protection", "disclosure", "measuring")
    one.judge(one.week(-4), words.SIGNALS_JUDGED_BY, EvaluationPlan.Period.DAY)
    # The signals write their log every night, so that four weeks are past enough to ask.
    one.readings(-4, 0, "signals.csv", nights=range(7))
    days = (one.planned.ends - one.planned.technology) * 7
    foresee(one.pilot, one.lead, one.indicator, days, noon(one.week(0), 1))
    with at(noon(one.week(-1), 10)):
        text = "Eight weeks of the log are to lie here before the first crossing is changed."
        save_draft(pilot=one.pilot, by=one.ground.user_of("analyst"), kind="baseline", text=text)
    one.record.task(
        "Count by hand on two evenings, and hold it against the log.",
        "University of Harbourlea",
        one.week(2),
        on=one.week(-2),
    )


# Answers by week; some weeks stay below ten.
PARK_WEEKS = (14, 12, 6, 11, 4, 13, 10, 3, 0, 2, 12, 10, 5, 11, 14, 7, 10, 12)


def _load_park(one: Other) -> None:
    """It runs; it was paused once, and an alert is open."""
    start = one.planned.technology
    one.choose()
    one.pass_gates("data_protection", "disclosure", "measuring")
    one.judge(one.week(one.planned.measuring), words.PARK_JUDGED_BY)
    in_on = one.week(start) - 3 * DAY
    one.readings(one.planned.measuring, start, "book.csv", moment=noon(in_on, 9))
    foresee(one.pilot, one.lead, one.indicator, one.planned.ends - start, noon(in_on, 10))
    with at(noon(one.week(start) - 2 * DAY, 10)):
        freeze_plan(pilot=one.pilot, by=one.ground.user_of("analyst"))
    one.pass_gates("baseline")
    one.record.specification(one.planned.specification, one.week(start))
    one.pass_gates("technology")
    one.hear(start, 0, PARK_WEEKS)
    with at(noon(one.week(-10), 8)):
        actions.pause_pilot(pilot=one.pilot, by=one.lead, reason=words.PAUSED)
    with at(noon(one.week(-8), 8)):
        actions.resume_pilot(pilot=one.pilot, by=one.lead, text=words.RESUMED)
    one.accept(one.answer(one.week(-12) + DAY, "worse", words.SETTLED_DANGER))
    one.record.settle_alerts(words.SETTLED, noon(one.week(-1), 0))
    one.readings(start, 0, "park.csv", without=(-10, -9))
    for promise in words.PARK_PROMISES:
        one.record.promise(promise, one.week(-8) + DAY)
    # After the promise that was kept: it made another version, which the estimate has to know.
    with at(noon(one.week(0), 0)):
        compute_estimate(pilot=one.pilot)
    _add_photo(one)
    # The evening before today: still within its time, and nobody has said yet what was done.
    one.answer(one.ground.town.dates.today - DAY, "worse", words.OPEN_DANGER)


def _add_photo(one: Other) -> None:
    """A photo that may not be shown: whoever sent it did not agree."""
    given = one.answer(one.week(-3) + 2 * DAY, "worse", words.PHOTO_SAID)
    with at(given.given_at + dt.timedelta(minutes=1)):
        actions.set_feedback_photo(
            feedback=given,
            content=broken_bench(),
            words=words.PHOTO_WORDS,
            may_show=False,
            language="en",
        )
    given.refresh_from_db()
    one.accept(given)


def _load_broadband(one: Other) -> None:
    """It ran already when it was entered, and its decision is overdue."""
    with at(noon(one.week(one.planned.planned), 11)):
        technology_on = one.week(one.planned.technology)
        actions.join_late(pilot=one.pilot, by=one.lead, technology_on=technology_on)
    one.record.specification(one.planned.specification, one.week(one.planned.planned))
    one.pass_gates("data_protection", "disclosure", "measuring")
    one.readings(one.planned.measuring, one.planned.ends, "speed.csv")
    one.hear(one.planned.measuring, one.planned.ends, (3, 2, 4, 1, 5, 2, 3, 4, 2, 1, 3, 4, 2, 3))
