"""Photos and recordings that residents send: what is taken, and what is kept of it.

A file is never trusted by its name: what it is follows from its first bytes. A photo is drawn
anew, so that nothing that the phone wrote into it (place, device, comments) is kept.
"""

from __future__ import annotations

import io
import os
import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lamppost.base.uploads import UploadError, size_words

MOST_BYTES = 10_000_000
LONGEST_SIDE = 1600
# A small file may unpack to a picture that no server has room for.
MOST_PIXELS = {"JPEG": 60_000_000, "MPO": 60_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}
QUALITY = 82

# Ending of a kept file → what it is served as.
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "webm": "audio/webm",
    "wav": "audio/wav",
}
_BRANDS = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"3gp4", b"3gp5"})


def _read(upload: UploadedFile[Any], too_large: str) -> bytes:
    content: bytes = upload.read(MOST_BYTES + 1)
    if not content:
        raise UploadError(_("The file is empty. Choose another one."))
    if len(content) > MOST_BYTES:
        raise UploadError(too_large % {"limit": size_words(MOST_BYTES)})
    return content


def photo_of(upload: UploadedFile[Any]) -> bytes:
    """Return the photo as a JPEG of at most 1600 pixels, without anything but the picture.

    Raises
    ------
    UploadError
        For a file that is too large, empty, broken or no photo, with the remedy.
    """
    content = _read(
        upload, _("The photo is larger than %(limit)s. Send a smaller one, or a screenshot of it.")
    )
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS.get(opened.format or "", 0):
                raise UploadError(_("The photo has too many pixels. Send a smaller one."))
            # Lets a JPEG be read at a size near the wanted one; a no-op for the others.
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            with_alpha = ImageOps.exif_transpose(opened).convert("RGBA")
    except UploadError:
        raise
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        raise UploadError(
            _("This is no photo that can be read. Choose a JPEG, PNG or WebP file.")
        ) from None
    # A new picture: comments, colour profiles and places are not carried over.
    plain = Image.new("RGB", with_alpha.size, "white")
    plain.paste(with_alpha, mask=with_alpha.getchannel("A"))
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()


def audio_of(upload: UploadedFile[Any]) -> tuple[bytes, str]:
    """Return the recording as it is, and its ending by its first bytes.

    Raises
    ------
    UploadError
        For a file that is too large, empty or no recording, with the remedy.
    """
    content = _read(upload, _("The recording is larger than %(limit)s. Send a shorter one."))
    ending = audio_ending(content)
    if not ending:
        raise UploadError(
            _("This is no recording that can be played. Choose an MP3, M4A, OGG, WebM or WAV file.")
        )
    return content, ending


def audio_ending(content: bytes) -> str:
    """Return which kind of recording begins with these bytes; empty for none."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[:4] == b"OggS":
        return "ogg"
    if content[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in content[:64]:
        return "webm"
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return "m4a"
    if content[:3] == b"ID3" or _is_mpeg_audio(content[:4]):
        return "mp3"
    return ""


def _is_mpeg_audio(head: bytes) -> bool:
    """Say whether a frame of MPEG audio, layer III, begins here."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in (0, 15) and rate != 3


_RANGE = re.compile(r"bytes=(\d{0,9})-(\d{0,9})")


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte that a player asks for; None for the whole file.

    Players of phones ask for a part first and play nothing without an answer to that.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not size or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return (max(size - int(last), 0), size - 1) if int(last) else None
    start, end = int(first), min(int(last) if last else size - 1, size - 1)
    return (start, end) if start <= end else None


def answer_with(request: HttpRequest, file: FieldFile) -> HttpResponse:
    """Answer with the file as what we kept it as, or with the part that a player asks for."""
    kind = CONTENT_TYPES.get(os.path.splitext(str(file.name))[1].lstrip("."))
    try:
        with file.storage.open(str(file.name)) as opened:
            content: bytes = opened.read()
    except FileNotFoundError:
        raise Http404 from None
    if kind is None:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    part = range_of(request.headers.get("Range", ""), len(content))
    if part is not None:
        start, end = part
        response = HttpResponse(content[start : end + 1], content_type=kind, status=206)
        response["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response
