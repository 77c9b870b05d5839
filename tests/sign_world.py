"""A sign with made-up words, for the tests of what is printed."""

from __future__ import annotations

import dataclasses
from typing import Any

from lamppost.pilots.sign import Sign, Words
from lamppost.pilots.sign_texts import texts

URL = "https://lamppost.example.org/s/7kq3fm/"
LONG = "https://partnership-platform.innovation.city-of-harbourside.example.org:8443/s/7kq3fm/"


def sign(language: str = "en", url: str = URL, **changes: Any) -> Sign:
    words = texts()[language]
    made = Sign(
        language=language,
        title=words["trying"],
        site=Words("Mill Lane & <Bakery>", "en", 5),
        purpose=(Words(words["purposes"]["safety_security"], language, 6, bold=True),),
        accountable=(Words("Street Lighting Department", "en", 5.6, bold=True),),
        technology=(Words(words["techs"]["motion_detector"], language, 5.4, bold=True),),
        feedback=(Words(words["feedback"], language, 3.8, bold=True),),
        people="none",
        scan=words["scan"],
        address=url.removeprefix("https://").rstrip("/"),
        url=url,
        footer=words["attribution"],
    )
    return dataclasses.replace(made, **changes)
