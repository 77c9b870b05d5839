"""Files in a folder: where they may lie, and what they must be."""

from __future__ import annotations

import hashlib
import io
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lamppost.pilots.attachments import ending_of as document_ending
from lamppost.pilots.attachments import scan_ending
from lamppost.vision.media import LONGEST_SIDE, MOST_BYTES, audio_ending

Row = dict[str, Any]
# One folder deep; no dot at the beginning of a name, so nothing leads up or is hidden.
PATH = re.compile(r"media/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", re.ASCII)


class FileFault(ValueError):  # noqa: N818 - a fault of the folder, not of the program
    """A file that cannot be taken; the message says what is wrong and what to do."""


def content_of(folder: Path, row: Row) -> bytes:
    """Return the content of a file that a row of ``media.csv`` names, checked.

    Raises
    ------
    FileFault
        For a path that leads elsewhere, a missing, changed or too large file, and one that is not
        of its kind.
    """
    path = _path_of(folder, row["file"])
    content = path.read_bytes()
    if not content or len(content) > MOST_BYTES:
        raise FileFault(_("The file is empty, or larger than 10 MB. Take the row out."))
    size, digest = row.get("bytes"), row.get("sha256")
    if (size is not None and size != len(content)) or (
        digest and digest != hashlib.sha256(content).hexdigest()
    ):
        raise FileFault(
            _(
                "“%(file)s” is not the file that was exported. Copy it again, or clear bytes and "
                "sha256 in this row if you changed it on purpose."
            )
            % {"file": row["file"]}
        )
    if row["kind"] != "photo" and not ending_of(row["kind"], content):
        raise FileFault(_NOT_THAT[row["kind"]]() % row)
    if row["kind"] == "photo" and not _is_plain_photo(content):
        raise FileFault(
            _(
                "“%(file)s” is not a plain JPEG of at most %(side)d pixels without a place or "
                "other data of the camera in it. Save it so, or take the row out."
            )
            % {"file": row["file"], "side": LONGEST_SIDE}
        )
    return content


def ending_of(kind: str, content: bytes) -> str:
    """Return the ending under which a file is kept, from what it is."""
    endings = {"audio": audio_ending, "scan": scan_ending, "document": document_ending}
    return "jpg" if kind == "photo" else endings[kind](content)


_NOT_THAT: dict[str, Callable[[], str]] = {
    "audio": lambda: _("“%(file)s” is no recording. Take the row out."),
    "scan": lambda: _("“%(file)s” is no PDF, PNG or JPEG file. Take the row out."),
    "document": lambda: _("“%(file)s” is no PDF, ODT or DOCX file. Take the row out."),
}


def _path_of(folder: Path, name: str) -> Path:
    if not PATH.fullmatch(name) or ".." in name:
        raise FileFault(
            _(
                "“%(file)s” is no path in the folder “media”. Write media/ and a name of letters "
                "and digits."
            )
            % {"file": name}
        )
    path = folder / name
    try:
        is_there = stat.S_ISREG(path.lstat().st_mode) and not path.parent.is_symlink()
    except OSError:
        is_there = False
    if not is_there:
        raise FileFault(
            _("There is no file “%(file)s”. Copy it here, or take the row out.") % {"file": name}
        )
    return path


def _is_plain_photo(content: bytes) -> bool:
    """Say whether this is what `vision.media.photo_of` would have kept."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
            small = max(opened.size) <= LONGEST_SIDE
            told = opened.info.keys() & {"exif", "comment", "icc_profile", "xmp", "photoshop"}
            if not small or told or opened.getexif():
                return False
            opened.load()
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return False
    return True
