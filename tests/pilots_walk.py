"""Everything that may happen to a stored pilot, what must never come of it, and how it goes on."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry, User
from lamppost.pilots import actions
from lamppost.pilots.actions import agreement, jurors, register, signing, specification, tasks
from lamppost.pilots.actions.gate_use import choose_gates
from lamppost.pilots.models import (
    MANDATORY,
    WITNESSED,
    ClauseCode,
    Decision,
    GateKind,
    GateSigner,
    Pilot,
    PilotTask,
    Site,
)
from lamppost.pilots.playbooks import document_template
from lamppost.pilots.queries import accepts_readings
from lamppost.pilots.queries.gates import gate_obstacles, life_of
from lamppost.pilots.queries.open_questions import open_questions
from lamppost.pilots.queries.specification import piloted_lines
from lamppost.pilots.queries.tasks import is_all_down, sites_still_there
from lamppost.pilots.until import is_kept, last_day
from lamppost.sensing.actions import datastream
from lamppost.sensing.models import Observation
from lamppost.sensing.queries import main_indicator, moment_of
from lamppost.sensing.store import write_observations
from lamppost.stakeholders.models import Stakeholder
from tests.impact_world import noon
from tests.pilots_orders_record import RECORD_EVENTS, RecordEvents
from tests.pilots_world import add_device, day, sign_by_another

ORDER = list(GateKind.values)
OPTIONAL = sorted(set(ORDER) - MANDATORY)
# A refusal is an answer: the message says why. Anything else is a fault.
REFUSALS = (
    actions.GateShut,
    actions.PlanFixed,
    actions.SitesFixed,
    actions.LotRefused,
    actions.LifeRefused,
    specification.SpecificationFixed,
    actions.ChangeFixed,
    agreement.RecordFixed,
    signing.SigningRefused,
    signing.LinkRefused,
    tasks.TaskRefused,
    jurors.DeclarationRefused,
)
FACTS = (
    "problem", "owner_department", "stop_rule", "technology", "measured_data", "retention",
    "purpose", "recipients", "contact", "city_number", "feedback_read",
)  # fmt: skip
MOST_ONWARD = 60
# Read so often that making the words of the query anew is a sixth of the whole walk.
THE_PILOT = "SELECT * FROM pilots_pilot WHERE id = %s"


class Walk(RecordEvents):
    """One pilot and the people around it, and a source of chance.

    Attributes
    ----------
    told
        How often each event happened, and how often it was refused.
    done
        What happened in this order, for whoever reads of a fault.
    """

    def __init__(self, pilot: Pilot, lead: User, other: User, chance: random.Random) -> None:
        self.id, self.lead, self.other, self.chance = pilot.pk, lead, other, chance
        self.told: Counter[str] = Counter()
        self.done: list[str] = []
        self.indicators = list(pilot.indicators.all())
        self.partnership = pilot.partnership

    @property
    def pilot(self) -> Pilot:
        """The stored pilot, read anew: no event knows what another left in memory."""
        stored: Pilot = Pilot.objects.raw(THE_PILOT, [self.id])[0]
        stored.partnership = self.partnership  # nothing here changes it
        return stored

    # What may happen ------------------------------------------------------------------------

    def step(self) -> None:
        """Let one thing happen, one time in three the next gate, and look at what came of it.

        What is refused is undone as a whole, so that there is nothing new to look at.
        """
        name = "onward" if self.chance.random() < 0.34 else self.chance.choice(EVENTS)
        try:
            with transaction.atomic():
                self.done.append(name)
                getattr(self, name)()
            self.told[name] += 1
        except REFUSALS:
            self.told[f"{name} refused"] += 1
            self.done[-1] = f"{name} refused"
            return
        self.check()

    def maybe(self) -> bool:
        return self.chance.random() < 0.5

    def onward(self) -> None:
        """Pass the next gate as it is; where that is refused, do first what it asks for."""
        pilot = self.pilot
        kind = life_of(pilot).waiting
        if kind is None:
            return
        try:
            with transaction.atomic():
                self.pass_honestly(pilot, kind)
        except REFUSALS:
            self.mend(self.pilot)
            self.pass_honestly(self.pilot, kind)

    def pass_honestly(self, pilot: Pilot, kind: str) -> None:
        """Pass a gate as people do who do what it asks for."""
        if kind == GateKind.DECISION:
            self.decide("adapt")
        elif kind == GateKind.LESSON:
            actions.publish_lesson_gate(pilot=pilot, by=self.lead, on=day())
        else:
            if kind in WITNESSED or pilot.signers.filter(kind=kind).exists():
                for signer in pilot.signers.filter(kind=kind, signed_at=None):
                    signer.delete()
                sign_by_another(pilot, self.lead, kind, day())
            self.press(kind, "The document")

    def press(self, kind: str, document: str = "D", on: int = 0) -> None:
        actions.pass_gate(
            pilot=self.pilot, by=self.lead, kind=kind, document=document,
            signed_by_name="Sam Signer", passed_on=day(on),
        )  # fmt: skip
        if kind == "technology":
            self.check_read(self.pilot)

    def press_any(self) -> None:
        waiting = life_of(self.pilot).waiting or "problem"
        kind = waiting if self.maybe() else self.chance.choice(ORDER)
        text = self.half_answered(kind) if self.chance.random() < 0.2 else "D"
        self.press(kind, text, on=self.chance.choice([-30, -1, 0, 0, 1]))

    def press_technology(self) -> None:
        self.press("technology")

    def reopen(self) -> None:
        gates = list(self.pilot.gates.all())
        gates.sort(key=lambda gate: ORDER.index(gate.kind))
        if gates:
            gate = gates[-1] if self.maybe() else self.chance.choice(gates)
            actions.reopen_gate(gate=gate, by=self.lead, reason="R")

    def choose_gates(self) -> None:
        used = {kind for kind in OPTIONAL if self.maybe()}
        choose_gates(partnership=self.pilot.partnership, by=self.lead, used=used)

    def pause(self) -> None:
        actions.pause_pilot(pilot=self.pilot, by=self.lead, reason="A lamp fell down.")

    def resume(self) -> None:
        actions.resume_pilot(pilot=self.pilot, by=self.lead)

    def pause_for_a_while(self) -> None:
        self.pause()
        self.check()
        self.resume()

    def stop(self) -> None:
        self.decide("stop")

    def decide(self, kind: str = "") -> None:
        actions.decide(
            pilot=self.pilot, by=self.lead, kind=kind or self.chance.choice(Decision.Kind.values),
            reason="R", decided_by="The council", decided_on=day(), second_year="The office",
        )  # fmt: skip

    def publish_lesson(self) -> None:
        actions.publish_lesson_gate(pilot=self.pilot, by=self.lead, on=day())

    def take_lesson_back(self) -> None:
        actions.open_lesson_gate(pilot=self.pilot, by=self.lead)

    def write_specification(self) -> None:
        lines = [("luminous flux", f"{self.chance.randrange(900, 2_900)} lm")]
        specification.set_specification(pilot=self.pilot, by=self.lead, lines=lines)

    def join_late(self) -> None:
        on = day(self.chance.choice([-9, 0, 1]))
        actions.join_late(pilot=self.pilot, by=self.lead, technology_on=on)

    def change_plan(self) -> None:
        name = self.chance.choice(FACTS)
        values = {name: self.chance.choice(["", f"Said {self.chance.random()}"])}
        self.change(values)

    def plan_the_baseline(self) -> None:
        self.change({"baseline_weeks": self.chance.choice([1, 4, 6])})

    def change_protected(self) -> None:
        personal = self.chance.choice(Pilot.PersonalData.values)
        self.change({"purpose": f"Purpose {self.chance.random()}", "personal_data": personal})

    def change(self, values: dict[str, Any], **more: Any) -> None:
        pilot, reopens = self.pilot, self.maybe()
        actions.change_pilot(pilot=pilot, by=self.lead, values=values, reopens=reopens, **more)

    def no_indicator(self) -> None:
        self.change({}, indicators=[])

    def somebody_leaves(self) -> None:
        people = list(self.pilot.partnership.stakeholders.order_by("pk"))
        Stakeholder.objects.filter(pk=self.chance.choice(people).pk).update(status="left")

    # Readings, sites and devices

    def read(self) -> None:
        """Take in readings at some of the sites, of a few weeks, where they may come in."""
        sites = [site for site in self.pilot.sites.order_by("pk") if self.maybe()]
        self.write(sites, self.chance.choice([1, 2, 4, 6]), self.chance.choice([1, 5, 7]))

    def write(self, sites: Iterable[Site], weeks: int, days: int = 7) -> None:
        """Write a reading every so many days until yesterday at each site."""
        pilot = self.pilot
        indicator = main_indicator(pilot)
        if indicator is None or not accepts_readings(pilot):
            return
        streams = [datastream(site=site, indicator=indicator).pk for site in sites]
        times = [noon(day(-1 - days * number)) for number in range(weeks)]
        write_observations([(stream, time, 1.0) for stream in streams for time in times])

    def site(self) -> Site | None:
        return self.chance.choice([*self.pilot.sites.order_by("pk"), None])

    def add_site(self) -> None:
        values = {"name": f"Street {self.chance.random()}", "arm": self.arm()}
        actions.add_site(pilot=self.pilot, by=self.lead, values=values, **self.reopening())

    def reopening(self) -> dict[str, Any]:
        """Whether gates open and a draw is given up for it; a draw is not without a reason."""
        return {"reopens": self.maybe(), "reason": "It was closed" if self.maybe() else ""}

    def arm(self) -> str:
        return self.chance.choice(Site.Arm.values)

    def move_site(self) -> None:
        if site := self.site():
            values = {"arm": self.arm()}
            actions.change_site(site=site, by=self.lead, values=values, **self.reopening())

    def delete_site(self) -> None:
        if site := self.site():
            actions.delete_site(site=site, by=self.lead, **self.reopening())

    def take_down(self) -> None:
        """Take down a site: a removal task is done at some of the sites, or one of them is."""
        task = self.pilot.tasks.filter(kind=PilotTask.Kind.REMOVAL, done_on=None).first()
        if task is None:
            values = {"text": "Take it down", "owner": "The company", "due_on": day(3)}
            clause = ClauseCode.REMOVAL
            task = tasks.add_task(pilot=self.pilot, by=self.lead, values=values, clause=clause)
        site = self.site()
        sites = [site] if site else []
        tasks.do_task(task=task, by=self.lead, done_on=day(), proof="A photo", sites=sites)

    def move_removal(self) -> None:
        """Move the day by which things are taken down; a reason may be missing."""
        found = [one for one in self.pilot.tasks.filter(done_on=None) if one.is_removal]
        if found:
            why = self.chance.choice(["", "The street was closed."])
            values = {"due_on": day(self.chance.randrange(-5, 300))}
            task = self.chance.choice(found)
            tasks.change_task(task=task, by=self.lead, values=values, why=why)

    def put_back(self) -> None:
        if site := self.site():
            tasks.put_back(site=site, by=self.lead)

    def draw(self) -> None:
        with contextlib.suppress(actions.LotRefused):
            actions.promise_lot(pilot=self.pilot, by=self.lead)
        actions.draw_by_lot(pilot=self.pilot, by=self.lead, pilot_sites=1)

    def add_device(self) -> None:
        kind = self.chance.choice(["proximity", "chemical"])
        name = f"Device {self.chance.random()}"
        add_device(self.pilot, self.lead, name=name, sensor_type=kind, reopens=self.maybe())

    def change_device(self) -> None:
        entry = self.pilot.register_entries.order_by("?").first()
        if entry:
            values: dict[str, Any] = self.chance.choice(
                [
                    {"sensor_type": "chemical"},
                    {"active_until": day(self.chance.choice([-1, 30]))},
                    {"contains_personal_data": True, "legal_ground": "public_task",
                     "privacy_url": "https://city.example/privacy"},
                ]
            )  # fmt: skip
            register.change_entry(entry=entry, by=self.lead, values=values, reopens=self.maybe())

    def delete_device(self) -> None:
        if entry := self.pilot.register_entries.first():
            register.delete_entry(entry=entry, by=self.lead)

    # Signatures

    def half_answered(self, kind: str) -> str:
        """The questions of a gate's document, with an answer to the last of them alone."""
        questions = str(document_template(self.pilot.playbook, kind)).strip()
        return f"{questions}\nThe street office." if questions else "D"

    def draft(self) -> None:
        kind = self.chance.choice(ORDER[:-2])
        half = self.half_answered(kind)
        text = self.chance.choice(["D", "The document", "Another text", half])
        signing.save_draft(pilot=self.pilot, by=self.lead, kind=kind, text=text)

    def ask_for_signatures(self) -> None:
        kind = self.chance.choice(ORDER[:-2])
        signing.add_usual_signers(pilot=self.pilot, by=self.lead, kind=kind)

    def signer(self) -> GateSigner | None:
        return self.chance.choice([*self.pilot.signers.order_by("pk"), None])

    def hand_over(self) -> None:
        if signer := self.signer():
            person: dict[str, Any] = self.chance.choice(
                [{"user": self.other}, {"user": self.lead, "deputy": self.other}, {"name": "Ola"}]
            )
            side = self.chance.choice([None, None, "", *GateSigner.Side.values])
            signing.hand_over(signer=signer, by=self.lead, side=side, **person)

    def outsider_signs(self) -> None:
        """Sign by a link; now and then it is used twice, or by whoever made it."""
        if signer := self.signer():
            token = signing.make_link(signer=signer, by=self.lead)
            if self.maybe():
                self.draft()
            name = self.chance.choice([signer.name, "Somebody else", self.lead.name])
            signing.sign_by_link(token=token, name=name)
            if self.maybe():
                signing.sign_by_link(token=token, name=name)

    def deputy_signs(self) -> None:
        if signer := self.signer():
            signing.sign(signer=signer, by=self.other, sha256=signing._to_sign(signer))

    def dismiss_signer(self) -> None:
        if signer := self.signer():
            signing.remove_signer(signer=signer, by=self.lead)

    # What must hold -------------------------------------------------------------------------

    def check(self) -> None:
        """Read the stored record itself, not what the actions say of it."""
        stored = self.pilot
        gates = {gate.kind: gate for gate in stored.gates.all()}
        life = life_of(stored, gates)
        there = stored.register_entries.filter(active_until__gte=day()).exists()
        # Every gate for it may be in force, and yet nothing be there that measures.
        assert stored.measuring == (life.measuring and not is_all_down(stored))
        assert accepts_readings(stored) == (stored.measuring and there)
        if stored.measuring:
            self.check_measuring(stored, set(gates))
        self.check_technology(stored, set(gates))
        self.check_record(stored, set(gates))
        for gate in gates.values():
            # Nothing was passed on questions that nobody answered.
            assert "\n" not in gate.document or not open_questions(stored, gate.kind, gate.document)
        if stored.decided_on is not None:
            self.check_what_stands(stored)
            assert "decision" in gates
            before = set(life.needed_before("decision")) & MANDATORY & life.used
            assert stored.decision.kind == "stop" or before <= set(gates)
        if "lesson" in gates:
            assert stored.decided_on is not None
        for gate in gates.values():
            if gate.kind in WITNESSED:
                assert gate.witnesses
                assert {one["name"] for one in gate.signatures} - {self.lead.name}
        # What was signed and opened again is never lost.
        signed = LedgerEntry.objects.filter(
            action="pilots.gate.passed", partnership=stored.partnership
        )
        assert len(gates) + stored.past_gates.count() == signed.count()

    def check_what_stands(self, stored: Pilot) -> None:
        """After a decision everybody knows whether it stays, or by which day it goes."""
        removals = [one for one in stored.tasks.all() if one.is_removal]
        assert all(one["why"] for task in removals for one in task.moves)
        if is_kept(stored):
            assert last_day(stored) is None
            ours = [one for one in removals if one.kind == PilotTask.Kind.REMOVAL]
            left = {site.arm for task in ours for site in sites_still_there(task)}
            assert left <= {Site.Arm.COMPARISON}
            return
        up = stored.disclosure_on or stored.measuring_on or stored.technology_on
        if up and stored.sites.filter(removed_on=None).exists():
            assert removals
        ahead = [one.due_on for one in removals if one.done_on is None and one.site_id is None]
        latest = last_day(stored)
        assert latest is not None
        assert latest >= max(ahead, default=latest)

    def check_measuring(self, stored: Pilot, passed: set[str]) -> None:
        assert {"data_protection", "disclosure", "measuring"} <= passed
        assert None not in {stored.data_protection_on, stored.disclosure_on, stored.measuring_on}
        assert stored.paused_on is None
        assert stored.decided_on is None
        assert stored.measured_data
        assert stored.retention
        assert stored.personal_data
        arms = set(stored.sites.values_list("arm", flat=True))
        assert Site.Arm.PILOT in arms
        assert Site.Arm.COMPARISON in arms or stored.no_comparison_reason
        assert stored.pilot_indicators.exists()

    def check_technology(self, stored: Pilot, passed: set[str]) -> None:
        assert "technology" not in passed or stored.technology_on is not None
        if stored.technology_on is None or stored.joined_late_on is not None:
            return
        # Data protection may have been opened since; the baseline stays.
        assert {"problem", "baseline", "technology"} <= passed
        assert stored.measuring_on is not None
        assert stored.baseline_on is not None
        assert stored.measuring_on <= stored.baseline_on <= stored.technology_on
        assert stored.stop_rule
        assert piloted_lines(stored)
        assert stored.decision_due_on
        assert stored.compared or stored.no_comparison_reason
        assert stored.baseline_days is not None
        assert stored.baseline_days >= max(7, 7 * (stored.baseline_weeks - 1))

    def check_read(self, stored: Pilot) -> None:
        """Look at the readings themselves, on the day on which the technology comes on."""
        indicator, on = main_indicator(stored), stored.technology_on
        assert on is not None
        found = Observation.objects.filter(
            datastream__site__pilot=stored, datastream__indicator=indicator, time__lt=noon(on)
        )
        spans = found.values_list("datastream__site").annotate(Min("time"), Max("time"))
        days = {
            site: (timezone.localdate(moment_of(last)) - timezone.localdate(moment_of(first))).days
            for site, first, last in spans
        }
        for site in stored.sites.values_list("pk", flat=True):
            assert days.get(site, 0) >= max(7, 7 * (stored.baseline_weeks - 1)), (site, days)

    # No dead end ----------------------------------------------------------------------------

    def mend(self, pilot: Pilot) -> None:
        """Do what the gates ask for, each thing by the action that a page offers for it."""
        empty = {name: f"Said again: {name}" for name in FACTS if not getattr(pilot, name)}
        if not pilot.personal_data:
            empty["personal_data"] = Pilot.PersonalData.NONE
        lacking = not pilot.pilot_indicators.exists()
        indicators = self.indicators if lacking else None
        if empty or lacking:
            actions.change_pilot(
                pilot=pilot, by=self.lead, values=empty, indicators=indicators, reopens=True
            )
        Stakeholder.objects.filter(partnership=pilot.partnership, status="left").update(
            status=Stakeholder.Status.TAKING_PART
        )
        if not piloted_lines(self.pilot):
            with contextlib.suppress(specification.SpecificationFixed):
                self.write_specification()
        self.mend_record(self.pilot)
        self.mend_places(self.pilot)
        self.write(self.pilot.sites.all(), max(2, self.pilot.baseline_weeks))

    def mend_places(self, pilot: Pilot) -> None:
        if pilot.decided_on is not None:
            return
        arms = set(pilot.sites.values_list("arm", flat=True))
        for arm in set(Site.Arm.values) - arms:
            if arm == Site.Arm.PILOT or not pilot.no_comparison_reason:
                missing = {"name": f"Mended {self.chance.random()}", "arm": arm}
                with contextlib.suppress(*REFUSALS):
                    self.add_missing(missing)
        personal = pilot.personal_data not in ("", Pilot.PersonalData.NONE)
        if not personal:  # what says otherwise is corrected
            for entry in pilot.register_entries.filter(contains_personal_data=True):
                values = {"contains_personal_data": False, "legal_ground": "", "privacy_url": ""}
                with contextlib.suppress(*REFUSALS):
                    register.change_entry(entry=entry, by=self.lead, values=values, reopens=True)
        there = pilot.register_entries.filter(active_until__gte=day())
        if not there.filter(contains_personal_data=personal).exists():
            name = f"Mended {self.chance.random()}"
            with contextlib.suppress(*REFUSALS):
                add_device(self.pilot, self.lead, name=name, reopens=True)

    def add_missing(self, values: dict[str, Any]) -> None:
        why = "Some were closed."
        actions.add_site(pilot=self.pilot, by=self.lead, values=values, reopens=True, reason=why)

    def way_out(self, *, by_stopping: bool) -> str:
        """Go on until the technology is on or the pilot has ended; return why it cannot."""
        refusals = []
        for _number in range(MOST_ONWARD):
            pilot = self.pilot
            if pilot.decided_on is not None or pilot.technology_on is not None:
                return ""
            if by_stopping:
                self.stop()
                continue
            if pilot.paused_on:
                self.resume()
            try:
                self.onward()
            except REFUSALS as refused:
                pilot = self.pilot
                waiting = life_of(pilot).waiting
                left = gate_obstacles(pilot, waiting) if waiting else []
                refusals.append(f"{waiting}: {refused} {[str(one.text) for one in left]}")
                if not self.step_back():
                    return refusals[-1]
        return f"it goes round in circles: {refusals[-3:]}"

    def step_back(self) -> bool:
        """Open the last gate again, as the messages tell people to."""
        last = life_of(self.pilot).last()
        if last is None:
            return False
        with contextlib.suppress(*REFUSALS):
            actions.reopen_gate(gate=self.pilot.gates.get(kind=last), by=self.lead, reason="R")
            return True
        return False


EVENTS = (
    "press_any", "press_technology", "reopen", "reopen", "choose_gates", "pause", "resume",
    "write_specification",
    "pause_for_a_while", "stop", "decide", "publish_lesson", "take_lesson_back", "join_late",
    "change_plan", "plan_the_baseline", "change_protected",
    "no_indicator", "read", "somebody_leaves", "add_site", "move_site", "delete_site", "take_down",
    "put_back", "move_removal", "draw", "add_device", "change_device", "delete_device", "draft",
    "ask_for_signatures", "hand_over", "outsider_signs", "deputy_signs", "dismiss_signer",
    *RECORD_EVENTS,
)  # fmt: skip
