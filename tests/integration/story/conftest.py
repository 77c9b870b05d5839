from __future__ import annotations

from pathlib import Path

import pytest

from .town import Town, build_town


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "export"
