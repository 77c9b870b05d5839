"""Photos as phones send them, for the tests of everything that takes one."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def jpeg(size: tuple[int, int] = (2400, 1200), **info: Any) -> bytes:
    """A photo with the place where it was taken, the device and a comment in it."""
    picture = Image.new("RGB", size, "navy")
    exif = picture.getexif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 12.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"SecretComment", **info)
    return out.getvalue()
