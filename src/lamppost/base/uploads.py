"""Files that somebody sends: read once, within limits, and never trusted by their name."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _

MEGABYTE = 1_000_000


class UploadError(ValueError):
    """A file that is not taken; the message says what to do."""


def size_words(count: int) -> str:
    """Say how large a file is: in MB from one million bytes on, else in kB."""
    if count >= MEGABYTE:
        return _("%(size)s MB") % {"size": number_format(f"{count / MEGABYTE:.3g}")}
    return _("%(size)s kB") % {"size": number_format(count // 1000)}


def read_upload(upload: UploadedFile[Any], *, most_bytes: int) -> bytes:
    """Return the content of `upload`.

    Raises
    ------
    UploadError
        For an empty file and for one larger than `most_bytes`, with the remedy.
    """
    content: bytes = upload.read(most_bytes + 1)
    if not content.strip():
        raise UploadError(_("The file is empty. Choose another one."))
    if len(content) > most_bytes:
        raise UploadError(
            _("The file is larger than %(limit)s. Split it into smaller files.")
            % {"limit": size_words(most_bytes)}
        )
    return content
