"""Every playbook holds what the stages ask of it."""

from __future__ import annotations

import pytest

from lamppost.pilots.actions.planning import SIGNED
from lamppost.pilots.models import Decision, GateKind, Pilot
from lamppost.pilots.playbooks import PLAYBOOKS, Playbook, document_template, playbook_of
from lamppost.vision.models import Indicator

EXPECTED = {
    "smart-street-lighting",
    "traffic-management",
    "sustainable-energy",
    "transit-app",
    "broadband-access",
    "smart-parks",
    "digital-signage",
    "green-spaces",
}
each = pytest.mark.parametrize("playbook", PLAYBOOKS.values(), ids=list(PLAYBOOKS))


def test_all_eight_technologies_have_one() -> None:
    assert set(PLAYBOOKS) == EXPECTED
    assert all(code == playbook.code for code, playbook in PLAYBOOKS.items())


@each
def test_every_part_is_filled(playbook: Playbook) -> None:
    assert str(playbook.title)
    assert str(playbook.summary)
    assert str(playbook.site_question).endswith("?")
    assert len(playbook.problem_prompts) >= 2
    assert len(playbook.stop_rules) >= 2
    assert len(playbook.indicators) >= 3
    assert len(playbook.concerns) >= 2
    assert len(playbook.not_forget) >= 3
    assert all(lesson.source for lesson in playbook.lessons)
    assert playbook.lessons


@each
def test_indicators_fit_the_visions_fields(playbook: Playbook) -> None:
    for one in playbook.indicators:
        assert one.direction in Indicator.Direction.values
        assert one.worth_it > 0
        assert len(str(one.name)) <= 160
        assert len(str(one.unit)) <= 40
        assert len(one.code) <= 60
        assert one.observed_property
    codes = [one.code for one in playbook.indicators]
    assert len(codes) == len(set(codes))


@each
def test_the_notice_fits_the_pilots_fields(playbook: Playbook) -> None:
    facts = playbook.disclosure
    assert facts.personal_data in Pilot.PersonalData.values
    for name, text in (
        ("technology", facts.technology),
        ("measured_data", facts.measured_data),
        ("retention", facts.retention),
        ("contact", facts.contact),
        ("stop_rule", playbook.stop_rules[0]),
    ):
        most = Pilot._meta.get_field(name).max_length
        assert most is not None
        assert 0 < len(str(text)) <= most


@each
def test_lessons_carry_a_level_of_the_scale(playbook: Playbook) -> None:
    assert all(0 <= lesson.level <= 5 for lesson in playbook.lessons)


def test_every_gate_but_the_decision_has_a_document_to_start_from() -> None:
    for code in [*PLAYBOOKS, "unknown"]:
        for kind in GateKind:
            if kind != GateKind.DECISION:
                assert ":" in str(document_template(code, kind.value)), (code, kind)


def test_street_lighting_names_the_pilots_that_failed_too() -> None:
    text = " ".join(str(one.finding) for one in PLAYBOOKS["smart-street-lighting"].lessons)
    assert "stopped" in text
    assert "No evidence of more collisions" in text


def test_an_unknown_playbook_has_no_contents() -> None:
    unknown = playbook_of("flying-cars")
    assert unknown.indicators == ()
    assert str(unknown.site_question)


def test_signed_fields_exist() -> None:
    names = {field.name for field in Pilot._meta.get_fields()}
    assert {name for signed in SIGNED.values() for name in signed} <= names
    assert set(SIGNED) <= set(GateKind.values)
    assert {"rollout", "expand", "replicate", "adapt", "stop"} == set(Decision.Kind.values)
