from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from lamppost.impact.actions import compute_estimate
from lamppost.story.actions import export_folder
from lamppost.vision.actions import compute_landscape

from .town import Town, build_town


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "export"


@dataclass(frozen=True)
class Exports:
    """Both exports of one town that the database has forgotten since."""

    private: Path
    public: Path


@pytest.fixture(scope="session")
def made_once(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Exports:
    place = tmp_path_factory.mktemp("exports")
    with django_db_blocker.unblock(), transaction.atomic():
        town = build_town()
        compute_landscape(conversation=town.conversation)
        compute_estimate(pilot=town.pilot)
        export_folder(partnership=town.partnership, folder=place / "private", private=True)
        export_folder(partnership=town.partnership, folder=place / "public")
        transaction.set_rollback(True)
    return Exports(place / "private", place / "public")


@pytest.fixture
def private(made_once: Exports, folder: Path) -> Path:
    """A private export, to be read and spoilt at will."""
    return Path(shutil.copytree(made_once.private, folder))


@pytest.fixture
def public(made_once: Exports, folder: Path) -> Path:
    """A public export, to be read and spoilt at will."""
    return Path(shutil.copytree(made_once.public, folder))
