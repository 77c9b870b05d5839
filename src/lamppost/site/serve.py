"""Serve the site: prepare what it needs, then watch over the web server and one worker."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType
from urllib.parse import urlparse

from django.conf import settings

from lamppost.base.commands import CommandFault, progress

PATIENCE_SECONDS = 60.0
STOP_SECONDS = 15.0


def serve(*, bind: str, workers: int, threads: int) -> int:
    """Prepare the database and static files, then serve until stopped.

    Prints ``ready URL`` to the output stream once the site answers.

    Raises
    ------
    CommandFault
        When a number is not above zero, the address is taken or the server does not come up.
    """
    for name, number in (("--workers", workers), ("--threads", threads)):
        if number < 1:
            raise CommandFault(f"{name} is {number}. Give 1 or more.")
    host, port = address(bind)
    _refuse_taken(host, port)
    _follow_port(host, port)
    from django.core.management import call_command

    progress("Preparing the database …")
    call_command("migrate", verbosity=0, interactive=False)
    collect_static()
    _say_left_out()
    return _Supervisor(host, port, workers, threads).run()


def _say_left_out() -> None:
    """Name what is wrong with the city's own playbooks; the site serves without them."""
    from lamppost.pilots.playbooks import PLAYBOOKS

    for fault in PLAYBOOKS.broken:
        progress(f"Playbook left out: {fault}")


def address(bind: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``; without one, loopback and the port of LAMPPOST_URL."""
    own = urlparse(settings.LAMPPOST_URL)
    if not bind:
        local = own.hostname in {"localhost", "127.0.0.1", "::1"}
        return "127.0.0.1", (own.port or 8000) if local else 8000
    host, separator, port = bind.rpartition(":")
    if not separator or not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandFault(f"--bind is {bind!r}. Give a host and a port, such as 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def _follow_port(host: str, port: int) -> None:
    """Let links and QR codes lead to the port served here, where no LAMPPOST_URL says otherwise.

    The web server and the worker read it from their environment.
    """
    if "LAMPPOST_URL" in os.environ or host not in {"localhost", "127.0.0.1", "::1"}:
        return
    settings.LAMPPOST_URL = os.environ["LAMPPOST_URL"] = f"http://localhost:{port}"


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandFault(
                f"{host}:{port} cannot be used ({error.strerror}). Stop what runs there, or choose "
                f"another port: --bind {host}:{port + 1}."
            ) from error


def collect_static() -> None:
    """Put static files under hashed names and compress them, unless nothing changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path))
            state = file.stat()
            digest.update(f"{file}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest.hexdigest():
        return
    progress("Preparing style sheets and scripts …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest(), encoding="ascii")


class _Supervisor:
    """Starts the web server and the worker; starts the worker again when it ends."""

    def __init__(self, host: str, port: int, workers: int, threads: int) -> None:
        self.host, self.port = host, port
        self.stopping = False
        shown = f"[{host}]" if ":" in host else host
        self.web_command = [
            sys.executable, "-m", "gunicorn", "lamppost.site.wsgi:application",
            "--bind", f"{shown}:{port}", "--worker-class", "gthread",
            "--workers", str(workers), "--threads", str(threads),
            "--timeout", "60", "--graceful-timeout", "10", "--keep-alive", "5",
            "--log-level", "warning", "--worker-tmp-dir", str(settings.HOME),
        ]  # fmt: skip
        self.worker_command = [sys.executable, "-m", "lamppost.cli", "worker"]

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lamppost.site.settings"}
        web = subprocess.Popen(self.web_command, env=environment, start_new_session=True)  # noqa: S603 - our own command
        worker = self._start_worker(environment)
        try:
            self._wait_until_ready(web)
            self._announce()
            while not self.stopping:
                if web.poll() is not None:
                    raise CommandFault(f"The web server ended with status {web.returncode}.")
                if worker.poll() is not None:
                    progress("The background worker ended; starting it again.")
                    time.sleep(2)
                    worker = self._start_worker(environment)
                time.sleep(0.3)
        finally:
            _end(web)
            _end(worker)
        return 0

    def _start_worker(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own command
            self.worker_command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
        )

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _wait_until_ready(self, web: subprocess.Popen[bytes]) -> None:
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared only
        probe = f"http://{f'[{host}]' if ':' in host else host}:{self.port}/healthz"
        request = urllib.request.Request(probe, headers={"Host": f"localhost:{self.port}"})
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and not self.stopping:
            if web.poll() is not None:
                raise CommandFault(f"The web server ended with status {web.returncode}.")
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5):  # noqa: S310
                return
            time.sleep(0.2)
        if not self.stopping:
            raise CommandFault("The site did not answer within a minute. Its messages stand above.")

    def _announce(self) -> None:
        from .start_code import start_link

        print(f"ready {settings.LAMPPOST_URL}", flush=True)
        if link := start_link():
            progress(f"Nobody has an account yet. Make the first one here: {link}")
        if settings.DEMO_MARK.exists():
            progress(
                f"Open {settings.LAMPPOST_URL} in a browser: the doors to the demo town are on the "
                "first page. Ctrl+C stops the site; what was entered stays."
            )
        else:
            progress(f"Open {settings.LAMPPOST_URL} in a browser. Ctrl+C stops the site.")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
