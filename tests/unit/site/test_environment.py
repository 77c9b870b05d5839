"""The home folder: what an instance writes is read by its own account alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lamppost.site import environment


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", [0o755, 0o750, 0o777])
def test_a_folder_of_ones_own_is_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(before)
    monkeypatch.setenv("LAMPPOST_HOME", str(folder))
    assert environment.home() == folder
    assert mode(folder) == 0o700


def test_a_folder_that_all_share_stays_open_and_is_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    monkeypatch.setenv("LAMPPOST_HOME", str(folder))
    environment.home()
    assert mode(folder) == 0o1777
    assert f"can look into {folder}" in capsys.readouterr().err


def test_a_folder_of_somebody_else_is_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setenv("LAMPPOST_HOME", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    environment.home()
    assert mode(tmp_path) == 0o755
    assert "LAMPPOST_HOME" in capsys.readouterr().err


@pytest.mark.parametrize(
    "start",
    [
        "from lamppost.cli import main; main(['--version'])",
        "import lamppost.site.wsgi",
    ],
)
def test_files_are_made_for_the_owner_alone(tmp_path: Path, start: str) -> None:
    made = tmp_path / "made"
    code = f"import os; os.umask(0o022); {start}; open({str(made)!r}, 'w').close()"
    environ = {**os.environ, "LAMPPOST_HOME": str(tmp_path / "home")}
    environ["DJANGO_SETTINGS_MODULE"] = "lamppost.site.settings"
    subprocess.run([sys.executable, "-c", code], env=environ, check=True, capture_output=True)
    assert mode(made) == 0o600
