"""Limits on sign-in count in one place for all web processes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

COUNT = """
import django; django.setup()
from allauth.core.internal.ratelimit import consume
from django.test import RequestFactory
limit = {{"app": "allauth.account", "action": "login_failed", "key": "lena@example.org"}}
for _ in range({times}):
    print("allowed" if consume(RequestFactory().post("/"), **limit) else "refused")
"""


def attempts(home: Path, times: int) -> list[str]:
    """Fail to sign in so often, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT.format(times=times)],
        env={
            **os.environ,
            "LAMPPOST_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "lamppost.site.settings",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_limit_holds_across_processes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert attempts(home, 5) == ["allowed"] * 5
    assert attempts(home, 1) == ["refused"]
    assert stat.S_IMODE((home / "cache").stat().st_mode) == 0o700
