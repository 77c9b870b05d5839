"""Widgets that several forms share."""

from __future__ import annotations

import datetime as dt
import math

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

LETTERS_ON_A_PHONE = 30  # in one line of a box, at 360 px


def date_input() -> forms.DateInput:
    """Return the browser's own date field."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def text_area(rows: int = 4) -> forms.Textarea:
    """Return a box for free text, which is laid out in the direction of what is written."""
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


def rows_for(text: str, least: int = 4) -> int:
    """Return how many rows a box needs to show a text in full on a narrow phone."""
    lines = text.splitlines()
    return max(least, sum(max(1, math.ceil(len(line) / LETTERS_ON_A_PHONE)) for line in lines))


def not_in_future(day: dt.date) -> dt.date:
    """Return `day`, or refuse it beside its field when it lies ahead."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day lies in the future. Give today or an earlier day."))
    return day
