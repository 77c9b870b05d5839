"""From an empty database, migrations make what the models say; rows that were there are kept.

Every other test makes its tables from the models at once (``--nomigrations``): measured, 31 CPU
seconds a worker become 5.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.conftest import ON_POSTGRESQL

FRESH = "lamppost_migrated"

# A pilot from before the whole life was there: measuring, with its baseline signed.
BEFORE = """
import datetime as dt
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connection).loader.project_state([("pilots", "0004_channels")]).apps
now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
make = lambda model, **values: apps.get_model("pilots", model).objects.create(**values)
town = apps.get_model("accounts", "Partnership").objects.create(
    slug="elm", name="Elm", problem="Dark", created_at=now)
day = now.date()
pilot = make("Pilot", partnership=town, title="Lamps", playbook="x", problem="p", created_at=now,
             owner_department="o", data_protection_on=day, disclosure_on=day, measuring_on=day,
             technology_on=day)
make("Site", pilot=pilot, code="abc", name="A", arm="comparison")
make("Gate", pilot=pilot, kind="baseline", document="d", signed_by_name="s", passed_on=day)
# Its gates tell that it was measured for four weeks.
long = make("Pilot", partnership=town, title="Long", playbook="x", problem="p", created_at=now,
            owner_department="o", data_protection_on=day, disclosure_on=day, measuring_on=day,
            technology_on=day + dt.timedelta(30), lottery_seed=281474976710655)
make("Site", pilot=long, code="abcd", name="A", arm="comparison")
make("Gate", pilot=long, kind="baseline", document="d", signed_by_name="s",
     passed_on=day + dt.timedelta(28))
other = make("Pilot", partnership=town, title="Old", playbook="x", problem="p", created_at=now,
             owner_department="o", decided_on=day)
make("Decision", pilot=other, kind="scale", reason="r", decided_by="c", decided_on=day)
oak = apps.get_model("accounts", "Partnership").objects.create(
    slug="oak", name="Oak", problem="Dark", created_at=now)
# The only pilot there that a view on "the decision" can be about.
make("Pilot", partnership=oak, title="Bare", playbook="x", problem="p", created_at=now,
     owner_department="o", data_protection_on=day, disclosure_on=day, measuring_on=day)
for where in (town, oak):
    said = apps.get_model("stakeholders", "Stakeholder").objects.create(
        partnership=where, name="Club", group="community", created_at=now)
    apps.get_model("vision", "OrganisationView").objects.create(
        partnership=where, stakeholder=said, subject="decision", text="Yes", written_at=now)
"""
AFTER = """
from lamppost.pilots.models import Decision, EndingView, Pilot
from lamppost.vision.models import OrganisationView
pilot = Pilot.objects.get(title="Lamps")
print(pilot.measuring, pilot.compared, pilot.baseline_on, Decision.objects.get().kind)
print(pilot.joined_late_on is not None, pilot.baseline_days)
long = Pilot.objects.get(title="Long")
print(long.joined_late_on, long.baseline_days, long.lottery_seed + 1)
print(EndingView.objects.get().pilot.title, OrganisationView.objects.get().partnership.slug)
"""


@pytest.fixture
def environment(tmp_path: Path, db: None) -> Iterator[dict[str, str]]:
    """The environment of a site on an empty database of its own."""
    kept = {**os.environ, "LAMPPOST_HOME": str(tmp_path)}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    if not ON_POSTGRESQL:
        yield kept
        return
    address = urlsplit(os.environ["LAMPPOST_DATABASE_URL"])
    name = f"{FRESH}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    yield {**kept, "LAMPPOST_DATABASE_URL": urlunsplit(address._replace(path=f"/{name}"))}
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP DATABASE {name}")


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "lamppost.cli", "manage", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_from_an_empty_database_and_from_an_older_one(environment: dict[str, str]) -> None:
    manage(environment, "migrate", "pilots", "0004", "-v0", "--skip-checks")
    manage(environment, "shell", "--no-imports", "-c", BEFORE)
    manage(environment, "migrate", "-v0", "--skip-checks")
    told = manage(environment, "shell", "--no-imports", "-c", AFTER)
    assert told.split() == [
        # No device of it stands in the register: nothing is measured until one does.
        *("False", "True", "2026-01-01", "rollout"),
        # Measured for no day before the technology: it counts as entered late.
        # A number that was drawn before is the same number.
        *("True", "0", "None", "28", "281474976710656"),
        *("Bare", "elm"),
    ]
    assert "No changes" in manage(
        environment, "makemigrations", "--check", "--dry-run", "--skip-checks"
    )
