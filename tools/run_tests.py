"""Run all tests: first on the embedded store, then those that touch data again on PostgreSQL.

``python -m tools.run_tests [PYTEST ARGUMENTS]``. What this machine cannot run is skipped with one
line that says why. The PostgreSQL of the second run is made for it, in a temporary folder, and is
gone afterwards; ``LAMPPOST_TEST_POSTGRESQL`` names another one instead.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
# What is not kept over a crash need not be written as if it were.
FORGETFUL = " ".join(
    f"-c {option}"
    for option in (
        "synchronous_commit=off",
        "full_page_writes=off",
        "wal_level=minimal",
        "max_wal_senders=0",
        "max_wal_size=4GB",
        "shared_buffers=256MB",
        "checkpoint_timeout=1h",
    )
)


def main() -> int:
    """Run both parts; return the first status that is not 0."""
    arguments = sys.argv[1:]
    status = part("embedded store", arguments, {})
    with postgresql() as url:
        if url is None:
            print("PostgreSQL tests skipped: no initdb on this machine (install postgresql)")
            return status
        again = part("PostgreSQL", arguments, {"LAMPPOST_DATABASE_URL": url})
    if again == NOTHING_COLLECTED and arguments:
        again = 0
    return status or again


def part(name: str, arguments: list[str], extra: dict[str, str]) -> int:
    """Run pytest once; print how long it took."""
    print(f"== tests: {name}", flush=True)
    began = time.monotonic()
    workers = ["-n", "2", "--dist", "loadscope"] if (os.cpu_count() or 1) > 1 else []
    command = [sys.executable, "-m", "pytest", "-q", *workers, *arguments]
    environment = {**os.environ, "LAMPPOST_DATABASE_URL": "", **extra}
    # One home for each part, and gone afterwards.
    with tempfile.TemporaryDirectory(prefix="lamppost-test-") as home:
        environment["LAMPPOST_HOME"] = home
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    print(f"== tests: {name}: {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    return status


@contextmanager
def postgresql(*, fsync: str = "off") -> Iterator[str | None]:
    """Give the address of a database to test on, or None where there is no PostgreSQL."""
    given = os.environ.get("LAMPPOST_TEST_POSTGRESQL")
    programs = _programs()
    if given or programs is None:
        yield given or None
        return
    folder = Path(tempfile.mkdtemp(prefix="lamppost-pg-"))
    as_user = _as_another_user(folder)
    port = _free_port()
    try:
        _run([*as_user, str(programs / "initdb"), "-D", str(folder / "data"), "-U", "lamppost",
              "-A", "trust", "-E", "UTF8", "--no-sync"])  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync={fsync}"
        if fsync == "off":
            options = f"{options} {FORGETFUL}"
        control = [*as_user, str(programs / "pg_ctl"), "-D", str(folder / "data")]
        _run([*control, "-w", "-l", str(folder / "log"), "-o", options, "start"])
        yield f"postgresql://lamppost@127.0.0.1:{port}/postgres"
    finally:
        if (folder / "data").exists():
            _run([*control, "-m", "immediate", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    found = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists()), None)


def _as_another_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the folder to its own user."""
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[str], *, check: bool = True) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if check and done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


if __name__ == "__main__":
    sys.exit(main())
