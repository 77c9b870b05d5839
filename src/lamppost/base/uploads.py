"""Files that somebody sends: read once, within limits, and never trusted by their name."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _


class UploadError(ValueError):
    """A file that is not taken; the message says what to do."""


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
            _("The file is larger than %(limit)d kB. Split it into smaller files.")
            % {"limit": most_bytes // 1000}
        )
    return content
