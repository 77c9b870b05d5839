"""The four pilots that are over: gates, readings, answers, and what was found month by month."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable

from lamppost.accounts.models import User
from lamppost.impact.actions import compute_estimate, freeze_plan, set_plan
from lamppost.impact.foresight_actions import compute_foresight, request_foresight
from lamppost.impact.foresight_record import usual_drawing
from lamppost.impact.models import EvaluationPlan
from lamppost.pilots import actions
from lamppost.pilots.actions.register import add_entry
from lamppost.pilots.models import Feedback, Pilot, Site
from lamppost.sensing.actions import import_observations
from lamppost.sensing.devices import Done, note_devices
from lamppost.sensing.models import DeviceNote
from lamppost.sensing.surveys import import_survey, population_of
from lamppost.vision.actions.goals import add_indicator
from lamppost.vision.models import Goal, Indicator
from lamppost.voices.actions import moderate_voice

from ..records import TriedPilot
from ..tried import WEEKS_BEFORE, lot_seed, sites_of, survey_of
from ..words.record import KEPT_OF_OTHERS, READ
from ..words.tried import DUE, ENDS, MEASURING, PLANNED, TECHNOLOGY, TRIED
from .clock import at, noon
from .ground import Ground
from .record import DAY, Record

WEEK = dt.timedelta(weeks=1)
ANSWERS_A_WEEK = 4


class Tried:
    """One of these pilots while it is loaded."""

    def __init__(self, ground: Ground, planned: TriedPilot, number: int) -> None:
        self.ground, self.planned, self.number = ground, planned, number
        self.lead, self.analyst = ground.user_of("lead"), ground.user_of("analyst")
        seed = ground.town.truth.seed
        self.rng = random.Random(f"{seed}/{planned.title}/answers")  # noqa: S311
        today = ground.town.dates.today
        self.monday = today - today.weekday() * DAY
        self.made = sites_of(planned, seed)
        self.indicator = self._measure()
        self.said = self._ask()
        self._start()
        self.record = Record(ground, self.pilot)
        self._choose_sites()

    def week(self, number: int) -> dt.date:
        """Return the Monday that lies `number` weeks from this week's."""
        return self.monday + number * WEEK

    def _measure(self) -> Indicator:
        one = self.planned.process
        with at(noon(self.week(PLANNED), 9)):
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
                    "baseline_source": "The fourteen weeks before, at every site",
                },
            )

    def _ask(self) -> Indicator | None:
        """Add what people are asked, as an indicator of its own beside what is read."""
        one = self.planned.asked
        if one is None:
            return None
        with at(noon(self.week(PLANNED), 9)):
            goals = Goal.objects.filter(partnership=self.ground.partnership)
            return add_indicator(
                goal=goals[self.planned.process.goal],
                by=self.lead,
                values={
                    "name": one.name,
                    "unit": "of 100",
                    "direction": "up",
                    "worth_it": one.worth_it,
                    "code": one.code,
                    "baseline_source": "Asked at every site, two weeks before",
                },
            )

    def _start(self) -> None:
        planned = self.planned
        with at(noon(self.week(PLANNED), 10)):
            self.pilot = actions.start_pilot(
                partnership=self.ground.partnership,
                by=self.lead,
                values={
                    "title": planned.title,
                    "playbook": planned.playbook,
                    **planned.plan,
                    "baseline_weeks": WEEKS_BEFORE - 4,
                    "baseline_starts_on": self.week(MEASURING),
                    "technology_starts_on": self.week(TECHNOLOGY),
                    "ends_on": self.week(ENDS) - DAY,
                    "decision_due_on": self.week(DUE),
                    "results_due_on": self.week(DUE + 4),
                },
                indicators=[self.indicator, *filter(None, [self.said])],
            )
            actions.add_sites(pilot=self.pilot, by=self.lead, rows=list(self._site_rows()))
            entry = {**planned.device, "active_until": self.week(ENDS) + 50 * DAY}
            add_entry(pilot=self.pilot, by=self.lead, values=entry)

    def _site_rows(self) -> Iterable[dict[str, object]]:
        for place, site in enumerate(self.made):
            arm = Site.Arm.PILOT if site.is_pilot and not self.planned.drawn else None
            yield {
                "name": site.name,
                "code": site.code,
                "arm": arm or Site.Arm.COMPARISON,
                "neighbourhood": site.neighbourhood,
                "latitude": round(0.002 + 0.0023 * (place // 4) + 0.0002 * self.number, 5),
                "longitude": round(-0.006 + 0.0027 * (place % 4) + 0.0003 * self.number, 5),
                "reason": site.reason,
            }

    def _choose_sites(self) -> None:
        if self.planned.drawn:
            with at(noon(self.week(PLANNED) + 16 * DAY, 18)):
                seed = lot_seed(self.planned, self.ground.town.truth.seed)
                actions.promise_lot(pilot=self.pilot, by=self.lead, seed=seed)
                actions.draw_by_lot(pilot=self.pilot, by=self.lead, pilot_sites=self.planned.drawn)
            self.pilot.refresh_from_db()
        self.sites = {site.name: site for site in self.pilot.sites.select_related("pilot")}
        drawn = {name for name, site in self.sites.items() if site.arm == Site.Arm.PILOT}
        if drawn != {site.name for site in self.made if site.is_pilot}:
            raise RuntimeError(f"the lot drew {sorted(drawn)}")

    def prepare(self) -> None:
        """Pass every gate up to the technology, with the plan frozen and the baseline read."""
        planned, start = self.planned, self.week(PLANNED)
        self._pass("problem", "stakeholders")
        self.record.call(planned.call, start + 2 * DAY, None)
        self._pass("call")
        self.record.selection(
            planned.bids,
            planned.declarations,
            chosen_by=planned.chosen_by,
            chosen_why=planned.chosen_why,
            on=self._day("selection"),
        )
        self.record.clauses(planned.clauses, self._day("agreement"))
        self._pass("selection", "agreement", "data_protection", "disclosure", "measuring")
        with at(noon(self.week(MEASURING), 16)):
            set_plan(
                pilot=self.pilot,
                by=self.analyst,
                values={
                    "question": planned.question,
                    "indicator": self.indicator,
                    "period": EvaluationPlan.Period.WEEK,
                    "level": 0.95,
                    "worth_it": self.indicator.worth_it,
                    "looks": EvaluationPlan.Looks.HALF,
                },
            )
        self._take_in(MEASURING, TECHNOLOGY, "baseline.csv")
        self._survey(self.asked_on[0])
        foresee(self.pilot, self.lead, self.indicator, ENDS - TECHNOLOGY, self._before_launch())
        with at(noon(self.week(TECHNOLOGY) - 2 * DAY, 10)):
            freeze_plan(pilot=self.pilot, by=self.analyst)
        self._pass("baseline")
        self.record.specification(planned.specification, self.week(TECHNOLOGY) - 2 * DAY)
        self._pass("technology")

    def _before_launch(self) -> dt.datetime:
        return noon(self.week(TECHNOLOGY) - 3 * DAY, 10)

    @property
    def asked_on(self) -> tuple[dt.date, dt.date]:
        """The days on which people were asked: before the technology, and near the end."""
        return self.week(TECHNOLOGY - 2) + 2 * DAY, self.week(ENDS - 2) + 2 * DAY

    def _survey(self, day: dt.date) -> None:
        """Take in one wave of the survey, the day after people were asked."""
        if self.said is None or self.planned.asked is None:
            return
        groups = population_of(self.ground.partnership, "age")
        first, second = (one.isoformat() for one in self.asked_on)
        seed = self.ground.town.truth.seed
        rows = survey_of(self.planned, seed, (first, second), groups).splitlines()
        wave = [rows[0], *(row for row in rows[1:] if f",{day.isoformat()}," in row)]
        with at(noon(day + DAY, 9)):
            import_survey(
                pilot=self.pilot,
                indicator=self.said,
                by=self.analyst,
                content="\n".join(wave).encode(),
                file_name=f"asked {day.isoformat()}.csv",
                counted=self.planned.asked.answers[0],
                population=groups,
                by_what="age",
            )

    def _pass(self, *kinds: str) -> None:
        for kind, document, signed_by, _weeks in self.planned.gates:
            if kind in kinds:
                self.record.pass_gate(kind, document, signed_by, self._day(kind))

    def _day(self, kind: str) -> dt.date:
        weeks = next(weeks for gate, _text, _by, weeks in self.planned.gates if gate == kind)
        return self.week(PLANNED + weeks)

    def _take_in(self, first: int, last: int, name: str) -> None:
        """Take in the readings from week `first` to the one before `last`."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["site", "indicator", "time", "value"])
        for site in self.made:
            for week in range(first, last):
                value = site.readings[week - MEASURING]
                if value is not None:
                    moment = noon(self.week(week) + 3 * DAY, 20)
                    code = self.planned.process.code
                    writer.writerow([site.name, code, moment.isoformat(), value])
        with at(noon(self.week(last), 1)):
            import_observations(
                pilot=self.pilot,
                by=self.analyst,
                content=text.getvalue().encode(),
                file_name=name,
            )

    def run(self) -> None:
        """Take in what was read, hear residents, and estimate: once halfway and once at the end."""
        halfway = (TECHNOLOGY + ENDS) // 2
        self._hear()
        for first, last, name in (
            (TECHNOLOGY, halfway, "first half.csv"),
            (halfway, ENDS, "second half.csv"),
        ):
            self._take_in(first, last, name)
            if last == ENDS:
                self._survey(self.asked_on[1])
            self._look_at_devices(last)
            with at(noon(self.week(last) + DAY, 9)):
                compute_estimate(pilot=self.pilot)

    def _look_at_devices(self, week: int) -> None:
        """Note that every device was looked at and is what it was: so the verdict can say so."""
        with at(noon(self.week(week), 15)):
            day = self.week(week) - DAY
            rows = [Done(site, day, DeviceNote.What.CHECKED) for site in self.sites.values()]
            note_devices(pilot=self.pilot, by=self.analyst, rows=rows)
        self.record.reply(READ, self.week(ENDS) + DAY)
        for clause, proof in KEPT_OF_OTHERS.items():
            self.record.keep(clause, proof, self.ground.town.dates.today)

    def _hear(self) -> None:
        wanted = list(self.planned.answers)
        pilots = [site for site in self.sites.values() if site.arm == Site.Arm.PILOT]
        people = len(self.ground.town.conversation.participants)
        for week in range(TECHNOLOGY, ENDS):
            for number in range(ANSWERS_A_WEEK):
                rating, said, language = ("", "", "en")
                if number == 0 and wanted and week % 3 == 0:
                    rating, said, language = wanted.pop(0)
                else:
                    rating = self.rng.choices(("better", "same", "worse"), self.planned.ratings)[0]
                moment = noon(self.week(week) + self.rng.randrange(7) * DAY, 17, 7 * number)
                person = self.ground.participant(self.rng.randrange(people), moment, "web")
                with at(moment):
                    given = actions.give_feedback(
                        site=self.rng.choice(pilots),
                        participant=person,
                        rating=rating,
                        words=said,
                        language=language,
                        consent=bool(said),
                        given_at=moment,
                    )
                self._accept(given)

    def _accept(self, feedback: Feedback) -> None:
        if feedback.voice is not None:
            with at(feedback.given_at + dt.timedelta(hours=14)):
                moderate_voice(
                    voice=feedback.voice,
                    state="accepted",
                    reason="",
                    by=self.ground.user_of("facilitator"),
                )


def foresee(
    pilot: Pilot, by: User, indicator: Indicator, periods: int, moment: dt.datetime
) -> None:
    """Ask before the launch how small a change could be noticed, as the page does."""
    with at(moment):
        asked = request_foresight(
            pilot=pilot,
            by=by,
            indicator=indicator,
            periods=periods,
            drawn=usual_drawing(pilot),
            worth_it=indicator.worth_it,
        )
        compute_foresight(asked=asked)


def load_tried(ground: Ground) -> None:
    """Load the four pilots that are over."""
    for number, planned in enumerate(TRIED):
        one = Tried(ground, planned, number)
        one.prepare()
        one.run()
