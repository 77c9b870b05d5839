"""100 voters at once: does every vote arrive, once, and how fast are the answers?

Starts the site as a city does (`lamppost serve`: gunicorn, 2 processes with 8 threads, and the
background worker) in a home folder of its own that is deleted afterwards, on the embedded store or
on a PostgreSQL that is started for it (with fsync, unlike in tests). Every voter behaves like a
browser without JavaScript: opens the page, reads the statement for a while, sends the form with
cookies and CSRF token, follows the redirect. Whoever has answered everything starts anew as
somebody else. At the end the votes in the database are compared with what each voter saw counted.

    .venv/bin/python bench/voters.py                         (reads 4 s a statement on average)
    .venv/bin/python bench/voters.py --think 0               (no pause: what it can do at most)
    .venv/bin/python bench/voters.py --voters 500 --think 10 --database postgresql --json

Exits 0 when no response failed and no vote was lost or doubled, else 1.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(statements: int) -> tuple[int, str]:
    """Make an empty instance with one open question; return its id and path."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.urls import reverse
    from django.utils import timezone

    from lamppost.accounts.actions import create_account, create_partnership
    from lamppost.site.serve import collect_static
    from lamppost.vision.actions import add_seed_statement, open_conversation

    call_command("migrate", verbosity=0, interactive=False)
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


def compare(question: int, counted: list[Any]) -> dict[str, int]:
    """Compare the database with what the voters saw counted."""
    from django.core import signing

    from lamppost.vision.models import Conversation, ReplacedVote, Vote
    from lamppost.voices.identity import SALT, opaque_key

    partnership = Conversation.objects.get(pk=question).partnership
    seen: dict[tuple[str, int], int] = {}
    without_cookie = 0
    for cookie, answers in counted:
        if not cookie:
            without_cookie += len(answers)
            continue
        device = signing.Signer(salt=SALT).unsign(cookie)
        key = opaque_key(f"device:{device}", partnership)
        seen.update({(key, statement): value for statement, value in answers})
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


def processes_under(root: int) -> dict[int, tuple[str, float]]:
    """Return id → command line and CPU seconds of a process and all that it started."""
    parents: dict[int, int] = {}
    found: dict[int, tuple[str, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        found[int(folder.name)] = (line, (int(fields[11]) + int(fields[12])) / TICKS)

    def descends(one: int) -> bool:
        while one in parents and one != root:
            one = parents[one]
        return one == root

    return {one: what for one, what in found.items() if descends(one)}


def busy() -> float:
    """Return how many CPU seconds the whole machine has worked."""
    fields = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _wait, irq, soft, *_ = map(int, fields)
    return (user + nice + system + irq + soft) / TICKS


def cpu(server: int, database: str) -> Counter[str]:
    """Return CPU seconds spent so far by part: web, worker, database, machine."""
    spent: Counter[str] = Counter(machine=busy())
    for line, seconds in processes_under(server).values():
        spent["worker" if " worker" in line and "gunicorn" not in line else "web"] += seconds
    port = database.rpartition(":")[2].partition("/")[0]
    if port:
        for one, (line, _) in processes_under(1).items():
            if line.startswith("/usr/lib/postgresql") and f"-p {port} " in line:
                spent["database"] += sum(s for _, s in processes_under(one).values())
    return spent


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind != "postgresql":
        yield ""
        return
    sys.path.insert(0, str(ROOT))
    from tools.run_tests import postgresql

    with postgresql(fsync="on") as url:
        if url is None:
            raise SystemExit("no PostgreSQL on this machine")
        yield url


def measure(options: argparse.Namespace, url: str) -> dict[str, Any]:
    """Run the whole thing in a home folder of its own and return the figures."""
    with tempfile.TemporaryDirectory(prefix="lamppost-voters-") as folder:
        port = free_port()
        os.environ |= {
            "LAMPPOST_HOME": folder,
            "LAMPPOST_URL": f"http://localhost:{port}",
            "LAMPPOST_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "lamppost.site.settings",
        }
        question, path = prepare(options.statements)
        server = start(port, Path(folder), plain=options.plain)
        try:
            warm_up(port, path)
            load, before = os.getloadavg()[0], cpu(server.pid, url)
            asked = {"port": port, "path": path, "voters": options.voters}
            asked |= {"seconds": options.seconds, "think": options.think}
            client = [sys.executable, str(Path(__file__).with_name("voters_client.py"))]
            done = subprocess.run(
                client, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True
            )
            spent = cpu(server.pid, url)
            spent.subtract(before)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        seen = json.loads(done.stdout)
        return figures(options, seen, spent, load) | compare(question, seen["counted"])


def figures(
    options: argparse.Namespace, seen: dict[str, Any], spent: Counter[str], load: float
) -> dict[str, Any]:
    responses = sum(len(times) for times in seen["times"].values())
    spent["client"] = seen["cpu"]
    own = sum(seconds for part, seconds in spent.items() if part != "machine")
    took = seen["took"]
    return {
        "database": options.database,
        "voters": options.voters,
        "seconds": round(took, 1),
        "think, s": options.think,
        "cores": os.cpu_count(),
        "load before": round(load, 1),
        "cores used by others": round((spent["machine"] - own) / took, 2),
        "responses": responses,
        "failed responses": sum(seen["failures"].values()),
        "failures": seen["failures"],
        "voters who started anew": seen["started_anew"],
        "votes confirmed": seen["accepted"],
        "votes a second": round(seen["accepted"] / took, 1),
        "page, ms": milliseconds(seen["times"]["GET"]),
        "vote, ms": milliseconds(seen["times"]["POST"]),
        "both, ms": milliseconds(seen["times"]["GET"] + seen["times"]["POST"]),
        "cores used": {p: round(s / took, 2) for p, s in sorted(spent.items()) if p != "machine"},
        "CPU ms a response": {
            part: round(1000 * spent[part] / responses, 2)
            for part in ("web", "database", "client")
            if spent[part]
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voters", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--think", type=float, default=4.0, help="mean seconds to read a statement")
    parser.add_argument("--statements", type=int, default=30)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--plain", action="store_true", help="gunicorn alone, without the worker")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with database(options.database) as url:
        found = measure(options, url)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            print(f"{name:<24}{value}")
    return 1 if found["failed responses"] or found["lost"] or found["doubled"] else 0


if __name__ == "__main__":
    sys.exit(main())
