"""The home folder: what an instance writes is read by its own account alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lamppost.base.commands import CommandFault
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


def test_a_home_that_cannot_be_used_is_named_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LAMPPOST_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SystemExit, match=r"cannot be used .* Set LAMPPOST_HOME to a folder"):
        environment.home()


@pytest.mark.parametrize(
    "given", ["foo", "lamps.example.org", "ftp://a.org", "http://", "http://a:b"]
)
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("LAMPPOST_URL", given)
    with pytest.raises(SystemExit, match="Give a whole address"):
        environment.own_url()


def test_an_address_is_taken_without_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMPPOST_URL", "https://lamps.example.org/")
    assert environment.own_url() == "https://lamps.example.org"


@pytest.mark.parametrize("numbers", [{"workers": 0, "threads": 8}, {"workers": 2, "threads": -1}])
def test_nothing_is_served_without_a_process(numbers: dict[str, int]) -> None:
    from lamppost.site.serve import serve

    with pytest.raises(CommandFault, match="Give 1 or more"):
        serve(bind="", **numbers)
