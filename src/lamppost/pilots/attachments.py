"""Documents that somebody sends: what is taken, by their content and never by their name."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from lamppost.base.uploads import UploadError, read_upload

MOST_BYTES = 10_000_000
MOST_PARTS = 5_000
MOST_PIXELS = 100_000_000

# Ending of a kept document → what it is served as.
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
    "jpg": "image/jpeg",
}


def document_of(upload: UploadedFile[Any]) -> tuple[bytes, str]:
    """Return the document as it is, and its ending by its content.

    Raises
    ------
    UploadError
        For a file that is empty, too large, or no document that is taken, with the remedy.
    """
    content = read_upload(upload, most_bytes=MOST_BYTES)
    ending = ending_of(content)
    if not ending:
        raise UploadError(_("This is no PDF, ODT or DOCX file. Save the document as PDF first."))
    return content, ending


def scan_of(upload: UploadedFile[Any]) -> tuple[bytes, str]:
    """Return the scan of a signed paper as it is, and its ending by its content.

    Raises
    ------
    UploadError
        For a file that is empty, too large, or no PDF, PNG or JPEG that can be read.
    """
    content = read_upload(upload, most_bytes=MOST_BYTES)
    ending = scan_ending(content)
    if not ending:
        raise UploadError(_("This is no PDF, PNG or JPEG file that can be read. Scan it again."))
    return content, ending


def scan_ending(content: bytes) -> str:
    """Return ``pdf``, ``png`` or ``jpg`` for a scan that can be read; empty for anything else."""
    if content.startswith(b"%PDF-"):
        return "pdf" if b"%%EOF" in content[-2048:] else ""
    return _picture(content)


def _picture(content: bytes) -> str:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            kind, pixels = opened.format, opened.width * opened.height
            opened.verify()
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return ""
    return {"PNG": "png", "JPEG": "jpg"}.get(kind or "", "") if pixels <= MOST_PIXELS else ""


def ending_of(content: bytes) -> str:
    """Return ``pdf``, ``odt`` or ``docx`` by what the file holds; empty for anything else."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if not content.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return _ending_of_package(opened)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return ""


def _ending_of_package(package: zipfile.ZipFile) -> str:
    names = set(package.namelist()[:MOST_PARTS])
    # A document with a program inside is none that others are asked to open.
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        return ""
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        return "docx"
    if "mimetype" in names and package.getinfo("mimetype").file_size < 100:
        kind = package.read("mimetype").strip()
        return "odt" if kind == CONTENT_TYPES["odt"].encode() else ""
    return ""


def attachment(file: FieldFile, name: str) -> HttpResponse:
    """Answer with a kept document, to be saved and never opened as a page of this site.

    Raises
    ------
    Http404
        When there is none.
    """
    ending = str(file.name or "").rsplit(".", 1)[-1]
    if not file or ending not in CONTENT_TYPES:
        raise Http404
    try:
        with file.storage.open(str(file.name)) as opened:
            content: bytes = opened.read()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[ending],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
