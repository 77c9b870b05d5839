"""The rules of the house are kept, and each of them fails when it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the checkout, or the copy of it, in `folder`."""
    program = (
        "import sys; sys.path.insert(0, 'src');"
        "from importlinter.cli import lint_imports_command as run; run()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the code that may be spoiled."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_contracts_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("vision/queries_spoiled.py", "from lamppost.impact import models", "Stages build on"),
        ("engines/opinion/spoiled.py", "import django", "Engines know no web"),
        (
            "engines/opinion/spoiled.py",
            "import lamppost.engines.impact",
            "An engine knows no other",
        ),
        ("charts/spoiled.py", "import lamppost.engines.impact", "Charts know no web"),
    ],
)
def test_a_broken_contract_is_named(copy: Path, file: str, line: str, contract: str) -> None:
    spoiled = copy / "src" / "lamppost" / file
    spoiled.write_text(f"{line}\n", encoding="utf-8")
    try:
        done = lint(copy)
    finally:
        spoiled.unlink()
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [row for row in done.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken), done.stdout


def test_web_workers_start_without_scipy() -> None:
    """`scipy.stats` alone costs three times Django's own start."""
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings';"
        "import lamppost.site.wsgi, lamppost.site.urls;"
        "heavy = {'scipy', 'pandas', 'networkx'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"imported at start: {done.stderr.strip()}"
