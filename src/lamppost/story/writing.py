"""Writing a folder: beside its place first, then moved there in one step."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from .descriptor import MARK, PRIVATE_TEXT, Checksum, datapackage, readme
from .schema import Field, Resource
from .told import MEDIA_FOLDER
from .values import cell_of

Rows = Iterable[Mapping[str, Any]]


# Bytes copied at once.
PIECE = 1 << 20


class FolderRefused(ValueError):  # noqa: N818 - an answer, not a fault of the program
    """The folder cannot be written there; the message says what to do."""


@dataclass(frozen=True)
class Written:
    """A folder that was written: where, and how many rows each table has."""

    folder: Path
    counts: Mapping[str, int]


def is_package(folder: Path) -> bool:
    """Say whether `folder` is a folder that Lamppost wrote."""
    try:
        descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(descriptor, dict) and MARK in descriptor


def check_place(folder: Path, *, force: bool) -> None:
    """Refuse a place where something stands that an export may not replace.

    Raises
    ------
    FolderRefused
        For a file, a folder with content without `force`, and, even with `force`, a folder that
        Lamppost did not write.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FolderRefused(
            _("%(folder)s is not a folder. Choose another place.") % {"folder": folder}
        )
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not is_package(folder):
        raise FolderRefused(
            _(
                "%(folder)s holds files that are no export of Lamppost. Choose an empty or new "
                "folder."
            )
            % {"folder": folder}
        )
    if not force:
        raise FolderRefused(
            _("%(folder)s holds an export already. Choose another folder, or add --force.")
            % {"folder": folder}
        )


@contextmanager
def replacing(folder: Path, *, private: bool) -> Iterator[Path]:
    """Give a temporary folder beside `folder`, and move it there when all went well.

    What was there before is only removed once the new folder stands; after an error nothing has
    changed.
    """
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield beside
        beside.chmod(0o700 if private else 0o755)
        old = beside.with_name(f"{beside.name}-old") if folder.exists() else None
        if old:
            folder.rename(old)
        try:
            beside.rename(folder)
        except OSError:
            if old:
                old.rename(folder)
            raise
        if old:
            shutil.rmtree(old)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_folder(
    folder: Path,
    *,
    slug: str,
    title: str,
    form: str,
    resources: Sequence[Resource],
    rows_of: Callable[[str], Rows],
    open_file: Callable[[str], BinaryIO],
    progress: Callable[[str], None] = lambda message: None,
    force: bool = False,
) -> Written:
    """Write a whole folder, or nothing.

    Parameters
    ----------
    rows_of
        The rows of a table.
    open_file
        Opens a file that a row of ``media.csv`` names.

    Raises
    ------
    FolderRefused
        See `check_place`.
    """
    check_place(folder, force=force)
    private = form == "private"
    counts: dict[str, int] = {}
    sums: dict[str, Checksum] = {}
    with replacing(folder, private=private) as beside:
        for resource in resources:
            fields, rows = resource.fields_in(form), rows_of(resource.name)
            if resource.name == MEDIA_FOLDER:
                rows = _with_files(beside, rows, open_file, private=private, progress=progress)
            path = beside / resource.file_name
            with _open(path, private=private) as stream:
                counts[resource.name] = _write_table(stream, fields, rows)
            sums[resource.name] = checksum_of(path)
            progress(f"{resource.file_name}: {counts[resource.name]}")
        descriptor = datapackage(
            slug=slug,
            title=title,
            form=form,
            created=timezone.now(),
            resources=resources,
            sums=sums,
        )
        texts = {
            "datapackage.json": json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n",
            "README.md": readme(title=title, form=form, resources=resources),
        }
        if private:
            texts["PRIVATE.txt"] = PRIVATE_TEXT
        for name, text in texts.items():
            with _open(beside / name, private=private) as stream:
                stream.write(text)
    return Written(folder, counts)


def _with_files(
    folder: Path,
    rows: Rows,
    open_file: Callable[[str], BinaryIO],
    *,
    private: bool,
    progress: Callable[[str], None],
) -> Iterator[Mapping[str, Any]]:
    """Copy each file beside the tables; yield its row with its size and checksum."""
    for row in rows:
        path = folder / row["file"]
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700 if private else 0o755)
            path.parent.chmod(0o700 if private else 0o755)
        try:
            with open_file(row["file"]) as source, _open(path, private=private, binary=True) as to:
                shutil.copyfileobj(source, to, PIECE)
        except FileNotFoundError:
            progress(
                _("%(file)s is missing on the disk of this instance and is left out.")
                % {"file": row["file"]}
            )
            continue
        total = checksum_of(path)
        yield {**row, "bytes": total.bytes, "sha256": total.sha256}


def checksum_of(path: Path) -> Checksum:
    """Return the size and the SHA-256 of a file."""
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256")
        return Checksum(stream.tell(), found.hexdigest())


def _open(path: Path, *, private: bool, binary: bool = False) -> Any:
    """Open for writing; a private file is its owner's alone from its first byte."""
    mode = 0o600 if private else 0o644
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    os.fchmod(descriptor, mode)
    if binary:
        return os.fdopen(descriptor, "wb")
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")


def _write_table(stream: Any, fields: Sequence[Field], rows: Rows) -> int:
    writer = csv.writer(stream, lineterminator="\r\n")
    names = [field.name for field in fields]
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([cell_of(row.get(name)) for name in names])
        count += 1
    return count
