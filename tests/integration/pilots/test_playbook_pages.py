"""What a playbook's page shows, and a city's own playbooks among the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from lamppost.accounts.models import Partnership
from lamppost.pilots import checks
from lamppost.pilots.models import Pilot
from lamppost.pilots.playbooks import PLAYBOOKS
from lamppost.pilots.playbooks.shelf import SHIPPED
from tests.unit.pilots.test_playbook_files import OWN

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def own(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A folder with one good playbook and one broken one."""
    (tmp_path / "benches.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "broken.toml").write_text(OWN.replace('"up"', '"upp"'), encoding="utf-8")
    settings.PLAYBOOKS_FOLDER = str(tmp_path)
    PLAYBOOKS.forget()
    yield tmp_path
    PLAYBOOKS.forget()


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


@pytest.mark.parametrize("code", SHIPPED)
def test_the_page_shows_all_of_it(client: Client, partnership: Partnership, code: str) -> None:
    page = text(client.get(reverse("pilots:playbook", args=["elm-street", code])))
    playbook = PLAYBOOKS[code]
    wanted = [
        *playbook.residents_say,
        *playbook.problem_prompts,
        *playbook.stop_rules,
        *playbook.not_forget,
        *playbook.checklist,
        *(one.text for one in playbook.pulse),
        *(one.risk for one in playbook.risks),
        *(one.measure for one in playbook.risks),
        *(one.worry for one in playbook.concerns),
        *(one.finding for one in playbook.lessons),
        *(one.source for one in playbook.lessons),
        *(one.observed_property for one in playbook.indicators),
        *(said for one in playbook.indicators for line in one.elsewhere for said in line),
        *(one.counted_nowhere or one.unknown_in for one in playbook.indicators),
        *(one.unchecked_in for one in playbook.indicators),
        *(f"{category}/{element}" for category, element in playbook.disclosure.elements),
        playbook.disclosure.measured_data,
    ]
    missing = [str(one) for one in wanted if escape(str(one)) not in page]
    assert missing == []


def test_a_citys_own_playbook_starts_a_pilot_and_a_broken_one_is_named(
    lead_client: Client, partnership: Partnership, own: Path
) -> None:
    page = text(lead_client.get(reverse("pilots:new", args=["elm-street"])))
    assert '<span lang="nl" dir="ltr">Slimme banken</span>' in page
    assert "broken.toml: indicators[1].direction" in page
    assert "Write one of: up, down" in page
    assert [one.id for one in checks.own_playbooks()] == ["pilots.W001"]
    assert "This city added this playbook" in text(
        lead_client.get(reverse("pilots:playbook", args=["elm-street", "smart-benches"]))
    )
    new = reverse("pilots:new_from", args=["elm-street", "smart-benches"])
    form = lead_client.get(new).context["form"]
    assert form["stop_rule"].value() == "Niemand zit er."
    sent = {
        name: "" if form[name].value() is None else form[name].value() for name in form.fields
    } | {
        "owner_department": "Parks",
        "problem": "Nowhere to sit.",
        "other_indicators": [],
        "take_indicators": [],
    }
    answer = lead_client.post(new, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Pilot.objects.get().playbook == "smart-benches"


def test_visitors_are_not_told_of_broken_files(
    client: Client, partnership: Partnership, own: Path
) -> None:
    page = client.get(reverse("pilots:playbook", args=["elm-street", "smart-benches"]))
    assert page.status_code == 200
    assert "broken.toml" not in text(page)
