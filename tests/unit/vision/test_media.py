"""Files that residents send: what they are by their bytes, and parts that a player asks for."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lamppost.base.uploads import UploadError
from lamppost.vision.media import audio_ending, photo_of, range_of


@given(st.binary(max_size=200))
def test_no_page_and_no_script_is_ever_a_recording(tail: bytes) -> None:
    for head in (b"<", b" <", b"{", b"#!", b"MZ", b"PK", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8"):
        assert audio_ending(head + tail) == ""


@pytest.mark.parametrize("head", [b"\xff\xfb\x90\x64", b"\xff\xf3\x84\xc4", b"ID3\x03"])
def test_mp3_with_and_without_a_tag(head: bytes) -> None:
    assert audio_ending(head + b"\x00" * 50) == "mp3"


@given(st.text(max_size=30), st.integers(0, 500))
def test_a_part_lies_within_the_file(header: str, size: int) -> None:
    part = range_of(f"bytes={header}", size)
    assert part is None or 0 <= part[0] <= part[1] < size
    assert range_of("bytes=-0", size) is None


@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 300))
def test_parts_are_those_that_were_asked_for(first: int, last: int, size: int) -> None:
    wanted = list(range(size))[first : last + 1]
    part = range_of(f"bytes={first}-{last}", size)
    got = [] if part is None else list(range(part[0], part[1] + 1))
    assert got == wanted
    tail = range_of(f"bytes=-{last}", size) if last else None
    assert tail == ((max(size - last, 0), size - 1) if last else None)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P"])
def test_photos_of_every_kind_become_a_plain_jpeg(kind: str, mode: str) -> None:
    picture = Image.new("RGBA", (300, 200), (10, 20, 30, 128)).convert(mode)
    if (kind, mode) in {("JPEG", "RGBA"), ("JPEG", "P")}:
        picture = picture.convert("CMYK")
    out = io.BytesIO()
    picture.save(out, kind)
    kept = photo_of(SimpleUploadedFile("a.bin", out.getvalue()))
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (300, 200))
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


@given(st.binary(min_size=1, max_size=300))
def test_anything_else_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(UploadError):
        photo_of(SimpleUploadedFile("a.jpg", content))
