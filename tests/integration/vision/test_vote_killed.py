"""kill -9 in the middle of a crowd: every vote that was acknowledged is there, once."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tools.run_tests import postgresql

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STATEMENT = re.compile(r'name="statement" value="(\d+)"')
ANSWERS = {"agree": 1, "disagree": -1, "pass": 0}
VOTERS = 6
ENOUGH = 40  # acknowledged votes before the processes are killed

# In processes of their own: the tests' database is another one.
PREPARE = """
import datetime as dt, django
django.setup()
from django.conf import settings
from django.utils import timezone
from lamppost.accounts.actions import create_account, create_partnership
from django.core.management import call_command
from lamppost.vision.actions import add_seed_statements, open_conversation
# Tables as the models say, in a quarter of the time: tests of the migrations are elsewhere.
class NoMigrations(dict):
    def __contains__(self, label):
        return True
    def __getitem__(self, label):
        return None
settings.MIGRATION_MODULES = NoMigrations()
call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
lead = create_account(email="lead@example.org", name="Lead")
place = create_partnership(by=lead, name="Elm Street", problem="It is dark.")
asked = open_conversation(partnership=place, by=lead, values={"question": "What would feel right?"})
texts = [f"This is sentence {number}." for number in range(60)]
add_seed_statements(conversation=asked, by=lead, texts=texts, language="en")
print("CODE", asked.code)
"""
COUNT = """
import django
django.setup()
from django.core import signing
from lamppost.accounts.models import Partnership
from lamppost.vision.models import Vote
from lamppost.voices.identity import SALT, opaque_key
import json, sys
place = Partnership.objects.get()
keys = {}
for cookie in json.load(sys.stdin):
    device = signing.Signer(salt=SALT).unsign(cookie)
    keys[opaque_key("device:" + device, place)] = cookie
rows = Vote.objects.values_list("participant__key", "statement_id", "value")
print("ROWS", json.dumps([[keys.get(key, ""), one, value] for key, one, value in rows]))
"""


def send(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, str, http.client.HTTPMessage]:
    """Send one request over a connection of its own; return status, text and headers."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(method, path, body=body, headers={"Host": f"localhost:{port}", **headers})
        with line.getresponse() as response:
            return response.status, response.read().decode(), response.headers


class Site:
    """The real server, with a home folder of its own."""

    def __init__(self, home: Path, database: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.home, self.path = home, ""
        self.environment = {
            **os.environ,
            "LAMPPOST_HOME": str(home),
            "LAMPPOST_URL": f"http://localhost:{self.port}",
            "LAMPPOST_DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "lamppost.site.settings",
            # No hashed style sheets, which would take longer to make than everything else here.
            "LAMPPOST_DEBUG": "1",
        }
        self.server: subprocess.Popen[bytes] | None = None

    def run(self, code: str, given: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]

    def prepare(self) -> None:
        self.path = f"/v/{self.run(PREPARE).removeprefix('CODE ')}/"

    def start(self) -> None:
        """Gunicorn as `lamppost serve` starts it, without the worker."""
        command = [
            sys.executable, "-m", "gunicorn", "lamppost.site.wsgi:application",
            "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread",
            "--workers", "2", "--threads", "4", "--log-level", "critical", "--preload",
        ]  # fmt: skip
        self.server = subprocess.Popen(command, env=self.environment, start_new_session=True)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if send(self.port, "GET", self.path, {})[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the site did not come up")

    def kill(self) -> None:
        """SIGKILL to the master and its workers at once: nobody can finish anything."""
        if self.server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(10)


class Voter(threading.Thread):
    """Answers until the server is gone; remembers what was acknowledged."""

    def __init__(self, site: Site, number: int) -> None:
        super().__init__(daemon=True)
        self.site, self.random = site, random.Random(number)
        self.cookies: dict[str, str] = {}
        self.acknowledged: dict[int, int] = {}
        self.asked: dict[int, int] = {}
        self.faults: list[int] = []
        self.going = True

    def run(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            page = self.ask("GET", self.site.path)[1]
            while self.going:
                token, statement = TOKEN.search(page), STATEMENT.search(page)
                if token is None or statement is None:
                    return
                page = self.answer(token.group(1), int(statement.group(1)))

    def answer(self, token: str, statement: int) -> str:
        answer = self.random.choice(list(ANSWERS))
        form = {"csrfmiddlewaretoken": token, "statement": statement, "vote": answer}
        self.asked[statement] = ANSWERS[answer]
        status, _, location = self.ask("POST", self.site.path, urlencode(form))
        if status != 303:
            self.faults.append(status)
            return ""
        self.acknowledged[statement] = ANSWERS[answer]
        return self.ask("GET", location)[1]

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, text, found = send(self.site.port, method, path, headers, body)
        for line in found.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return status, text, found.get("Location", "")


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with contextlib.ExitStack() as stack:
        database = ""
        if request.param == "postgresql":
            database = stack.enter_context(postgresql(fsync="on")) or ""
            if not database:
                pytest.skip("no initdb on this machine (install postgresql)")
        found = Site(tmp_path / "home", database)
        stack.callback(shutil.rmtree, found.home, ignore_errors=True)
        stack.callback(found.kill)
        yield found


def vote_until_killed(site: Site, enough: int, first: int) -> list[Voter]:
    voters = [Voter(site, first + number) for number in range(VOTERS)]
    for voter in voters:
        voter.start()
    end = time.monotonic() + 30
    while sum(len(one.acknowledged) for one in voters) < enough and time.monotonic() < end:
        time.sleep(0.005)
    site.kill()
    for voter in voters:
        voter.going = False
        voter.join(35)
    return voters


def test_a_kill_in_the_middle_loses_no_acknowledged_vote(site: Site) -> None:
    site.prepare()
    site.start()
    voters = vote_until_killed(site, ENOUGH, 0)
    site.start()
    # The site takes votes again, and is killed again.
    voters += vote_until_killed(site, ENOUGH // 2, 100)
    assert [fault for one in voters for fault in one.faults] == []
    acknowledged = {
        (one.cookies.get("lamppost_participant", ""), statement): value
        for one in voters
        for statement, value in one.acknowledged.items()
    }
    assert len(acknowledged) >= ENOUGH + ENOUGH // 2
    cookies = sorted({cookie for cookie, _ in acknowledged})
    found = json.loads(site.run(COUNT, json.dumps(cookies)).removeprefix("ROWS "))
    rows = [((cookie, statement), value) for cookie, statement, value in found]
    known = [cell for cell, _ in rows if cell[0]]
    assert len(known) == len(set(known))
    held = dict(rows)
    assert {cell: held.get(cell) for cell in acknowledged} == acknowledged
    # Beyond those: at most the one press of each voter that was on its way when the kill came.
    assert len(rows) - len(acknowledged) <= len(voters)
    if not site.environment["LAMPPOST_DATABASE_URL"]:
        with contextlib.closing(sqlite3.connect(site.home / "lamppost.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
