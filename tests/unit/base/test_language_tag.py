"""The small tag that names a text's language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from lamppost.base.templatetags.lamppost_ui import language_tag


@pytest.mark.parametrize(
    ("reader", "code", "shown"),
    [
        ("en", "es", True),
        ("en", "en", False),
        ("en", "en-GB", False),
        ("es", "en", True),
        ("en", "", False),
        # Nobody said which language it is: a code that means "unknown" tells a reader nothing.
        ("en", "und", False),
    ],
)
def test_it_names_another_known_language(reader: str, code: str, shown: bool) -> None:
    with override(reader):
        assert language_tag(code)["show"] is shown
