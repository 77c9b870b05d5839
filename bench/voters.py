"""64 voters at once: does every vote arrive, once, and how fast are the answers?

Starts the site as a city does (`lamppost serve`: gunicorn, 2 processes with 8 threads, and the
background worker) on the embedded store, in a home folder of its own that is deleted afterwards.
Every voter behaves like a browser without JavaScript: opens the page, reads the form, sends it
with cookies and CSRF token, follows the redirect. Whoever has answered everything starts anew as
somebody else. At the end the votes in the database are compared with what each voter saw counted.

    .venv/bin/python bench/voters.py
    .venv/bin/python bench/voters.py --voters 128 --seconds 30 --json

Exits 0 when no response failed and no vote was lost or doubled, else 1.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STATEMENT = re.compile(r'name="statement" value="(\d+)"')
ANSWERS = {"agree": 1, "disagree": -1, "pass": 0}
DEVICE_COOKIE = "lamppost_participant"
PATIENCE = 30.0


@dataclass
class Log:
    """What one voter saw."""

    times: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "POST": []})
    failures: Counter[str] = field(default_factory=Counter)
    # Signed device cookie → statement → last answer that was counted.
    counted: dict[str, dict[int, int]] = field(default_factory=dict)
    accepted: int = 0
    started_anew: int = 0


class Voter(threading.Thread):
    """A browser without JavaScript that answers until the time is over."""

    def __init__(self, number: int, port: int, path: str, start: threading.Barrier, seconds: float):
        super().__init__(daemon=True)
        self.port, self.path, self.begin, self.seconds = port, path, start, seconds
        self.random = random.Random(number)
        self.cookies: dict[str, str] = {}
        self.log = Log()
        self.connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def run(self) -> None:
        self.begin.wait()
        end = time.monotonic() + self.seconds
        page = self._ask("GET", self.path)
        while time.monotonic() < end:
            form = self._form(page)
            if form is None:  # everything answered, or a fault: come back as somebody else
                self.cookies.clear()
                self.log.started_anew += 1
                page = self._ask("GET", self.path)
                continue
            page = self._answer(*form)
        self.connection.close()

    def _form(self, page: tuple[int, str, str]) -> tuple[str, int] | None:
        token, statement = TOKEN.search(page[1]), STATEMENT.search(page[1])
        if page[0] != 200 or token is None or statement is None:
            return None
        return token.group(1), int(statement.group(1))

    def _answer(self, token: str, statement: int) -> tuple[int, str, str]:
        answer = self.random.choice(list(ANSWERS))
        form = {"csrfmiddlewaretoken": token, "statement": str(statement), "vote": answer}
        status, text, location = self._ask("POST", self.path, urlencode(form))
        if status == 303:
            self.log.accepted += 1
            mine = self.log.counted.setdefault(self.cookies.get(DEVICE_COOKIE, ""), {})
            mine[statement] = ANSWERS[answer]
            return self._ask("GET", location)
        return status, text, location

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """Return status, text and redirect; status 0 when no answer came."""
        headers = {
            "Host": f"localhost:{self.port}",
            "Origin": f"http://localhost:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        try:
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.log.failures[f"{method} {type(error).__name__}"] += 1
            self.connection.close()
            self.connection = self._connect()
            return 0, "", ""
        self.log.times[method].append(time.perf_counter() - started)
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if response.status not in {200, 303}:
            self.log.failures[f"{method} {response.status}"] += 1
        return response.status, text, response.headers.get("Location", "")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(statements: int) -> tuple[int, str]:
    """Make an empty instance with one open question; return its id and path."""
    import django

    django.setup()
    from django.urls import reverse
    from django.utils import timezone

    from lamppost.accounts.actions import create_account, create_partnership
    from lamppost.base.commands import prepare_database
    from lamppost.site.serve import collect_static
    from lamppost.vision.actions import add_seed_statement, open_conversation

    prepare_database()
    collect_static()
    lead = create_account(email="lead@example.org", name="Lead")
    partnership = create_partnership(by=lead, name="Sixty-four voters", problem="Many at once.")
    now = timezone.now()
    question = open_conversation(
        partnership=partnership,
        by=lead,
        values={
            "question": "How many can answer at once?",
            "opens_at": now - dt.timedelta(minutes=1),
            "closes_at": now + dt.timedelta(days=1),
        },
    )
    for number in range(statements):
        add_seed_statement(
            conversation=question, by=lead, text=f"This is sentence {number + 1}.", language="en"
        )
    return question.pk, reverse("vote", args=[question.code])


def start(port: int, home: Path, *, plain: bool) -> subprocess.Popen[bytes]:
    """Start the site and wait until it answers."""
    command = [sys.executable, "-m", "lamppost.cli", "serve", "--bind", f"127.0.0.1:{port}"]
    if plain:
        command = [
            sys.executable, "-m", "gunicorn", "lamppost.site.wsgi:application", "--bind",
            f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "8",
            "--log-level", "warning",
        ]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(home / "log").open("wb"))
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if server.poll() is not None:
            raise SystemExit((home / "log").read_text(encoding="utf-8"))
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
            if connection.getresponse().status < 500:
                return server
        except OSError:
            time.sleep(0.2)
    server.terminate()
    raise SystemExit("the site did not come up")


def warm_up(port: int, path: str) -> None:
    """Ask for the page a few times, so that every process has read its templates."""
    for _ in range(40):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        connection.getresponse().read()
        connection.close()


def compare(question: int, logs: list[Log]) -> dict[str, int]:
    """Compare the database with what the voters saw counted."""
    from django.core import signing

    from lamppost.vision.models import Conversation, ReplacedVote, Vote
    from lamppost.voices.identity import SALT, opaque_key

    partnership = Conversation.objects.get(pk=question).partnership
    seen: dict[tuple[str, int], int] = {}
    without_cookie = 0
    for log in logs:
        for cookie, answers in log.counted.items():
            if not cookie:
                without_cookie += len(answers)
                continue
            device = signing.Signer(salt=SALT).unsign(cookie)
            key = opaque_key(f"device:{device}", partnership)
            seen.update({(key, statement): value for statement, value in answers.items()})
    rows = Vote.objects.filter(statement__conversation=question).values_list(
        "participant__key", "statement_id", "value"
    )
    held = Counter((key, statement) for key, statement, _ in rows)
    values = {(key, statement): value for key, statement, value in rows}
    return {
        "votes in the database": sum(held.values()),
        "votes seen counted": len(seen),
        "lost": sum(1 for cell, value in seen.items() if values.get(cell) != value)
        + without_cookie,
        "doubled": sum(count - 1 for count in held.values()),
        "never confirmed": sum(1 for cell in values if cell not in seen),
        "replaced": ReplacedVote.objects.filter(vote__statement__conversation=question).count(),
        "voters in the database": len({key for key, _ in values}),
    }


def milliseconds(times: list[float]) -> dict[str, float]:
    if len(times) < 2:
        return {"count": len(times)}
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {
        "count": len(times),
        **{f"p{n}": round(cuts[n - 1] * 1000, 1) for n in (50, 95, 99)},
        "max": round(max(times) * 1000, 1),
    }


def measure(voters: int, seconds: float, statements: int, *, plain: bool) -> dict[str, Any]:
    """Run the whole thing in a home folder of its own and return the figures."""
    with tempfile.TemporaryDirectory(prefix="lamppost-voters-") as folder:
        port = free_port()
        os.environ |= {
            "LAMPPOST_HOME": folder,
            "LAMPPOST_URL": f"http://localhost:{port}",
            "DJANGO_SETTINGS_MODULE": "lamppost.site.settings",
        }
        os.environ.pop("LAMPPOST_DATABASE_URL", None)
        question, path = prepare(statements)
        server = start(port, Path(folder), plain=plain)
        try:
            warm_up(port, path)
            barrier = threading.Barrier(voters + 1)
            people = [Voter(n, port, path, barrier, seconds) for n in range(voters)]
            for voter in people:
                voter.start()
            barrier.wait()
            started = time.monotonic()
            for voter in people:
                voter.join(seconds + 2 * PATIENCE)
            took = time.monotonic() - started
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        logs = [voter.log for voter in people]
        failures = sum((log.failures for log in logs), Counter())
        accepted = sum(log.accepted for log in logs)
        return {
            "voters": voters,
            "seconds": round(took, 1),
            "cores": os.cpu_count(),
            "load before": round(os.getloadavg()[2], 1),
            "responses": sum(len(times) for log in logs for times in log.times.values()),
            "failed responses": sum(failures.values()),
            "failures": dict(failures),
            "voters who started anew": sum(log.started_anew for log in logs),
            "votes confirmed": accepted,
            "votes a second": round(accepted / took, 1),
            "page, ms": milliseconds([t for log in logs for t in log.times["GET"]]),
            "vote, ms": milliseconds([t for log in logs for t in log.times["POST"]]),
            **compare(question, logs),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voters", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--statements", type=int, default=30)
    parser.add_argument("--plain", action="store_true", help="gunicorn alone, without the worker")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    found = measure(options.voters, options.seconds, options.statements, plain=options.plain)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name:<24}{value}")
    return 1 if found["failed responses"] or found["lost"] or found["doubled"] else 0


if __name__ == "__main__":
    sys.exit(main())
