"""Language tags as somebody types them."""

import datetime as dt

import pytest
from django.conf.locale import LANG_INFO
from django.utils import translation
from django.utils.formats import date_format

from lamppost.base.languages import canonical_tag


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("en", "en"), (" ES ", "es"), ("zh-hant", "zh-Hant"), ("ZH_hant_tw", "zh-Hant-TW"),
        ("es-419", "es-419"), ("so", "so"), ("prs", "prs"), ("und", "und"),
    ],
)  # fmt: skip
def test_a_tag_is_written_as_the_standard_has_it(typed: str, tag: str) -> None:
    assert canonical_tag(typed) == tag


@pytest.mark.parametrize(
    "typed", ["", "xx", "xx-nonsense", "en-nonsense", "english", "e", "en-", "en-GB-x-y", "12"]
)
def test_what_is_no_language_is_none(typed: str) -> None:
    assert canonical_tag(typed) is None


def test_every_language_that_django_knows_is_one() -> None:
    assert [tag for tag in LANG_INFO if canonical_tag(tag) is None] == []


def test_a_moment_is_written_in_arabic_as_its_day_is() -> None:
    moment = dt.datetime(2026, 11, 24, 15, 14, tzinfo=dt.UTC)
    with translation.override("ar"):
        day, both = (date_format(moment, name) for name in ("DATE_FORMAT", "DATETIME_FORMAT"))
    assert day == "24 نوفمبر، 2026"
    assert both.startswith(f"{day}، ")
    with translation.override("es"):
        assert date_format(moment, "DATETIME_FORMAT").startswith("24 de noviembre de 2026")
