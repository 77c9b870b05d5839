"""Deletes files of residents that no row points to: what a fault between two writes left behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.utils import timezone

from lamppost.base.daily import run_again_later

from ..models import Story
from ..ports import KEPT_FILES, KeptFiles

FOLDER = "stories"
# Younger ones may belong to a story that is being written right now.
KEPT_ANYWAY = dt.timedelta(days=1)


def sweep_story_files() -> int:
    """Delete photos and recordings that no row names and that are older than a day.

    Those of stories, and those of later stages (`ports.KEPT_FILES`). Returns how many. Files are
    listed before the rows are read, so that one which is written meanwhile is not in the list.
    """
    return sum(_sweep(kept) for kept in (KeptFiles(FOLDER, _of_stories), *KEPT_FILES.ask()))


def _of_stories() -> set[str]:
    return {name for row in Story.objects.values_list("photo", "audio") for name in row if name}


def _sweep(kept: KeptFiles) -> int:
    before = timezone.now() - KEPT_ANYWAY
    files = list(_files(kept.folder))
    old = [name for name in files if default_storage.get_modified_time(name) < before]
    if not old:
        return 0
    named = set(kept.named())
    lost = [name for name in old if name not in named]
    for name in lost:
        default_storage.delete(name)
    return len(lost)


def _files(folder: str) -> Iterator[str]:
    """Names of all files that lie in the folders below `folder`."""
    if not default_storage.exists(folder):
        return
    within, _files = default_storage.listdir(folder)
    for one in within:
        _folders, names = default_storage.listdir(f"{folder}/{one}")
        yield from (f"{folder}/{one}/{name}" for name in names)


def sweep_again_later() -> bool:
    """Let the task run in a day unless that is arranged already; say whether it was arranged now.

    The worker calls it when it starts, and the task itself.
    """
    from ..tasks import sweep_files

    return run_again_later(sweep_files)
