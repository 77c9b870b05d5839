"""What residents say: their words, entered paper, and the filters of the list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.voices.models import Channel

from ..models import Feedback, Pilot, Site
from .widgets import date_input, text_area

MOST_WORDS = 2000


class WordsForm(forms.Form):
    """A resident's words after the answer, and whether they may be shown."""

    words = forms.CharField(
        max_length=MOST_WORDS,
        label=gettext_lazy("What makes it so?"),
        help_text=gettext_lazy("In your own words, in any language. No names, please."),
        widget=text_area(5),
    )
    consent = forms.BooleanField(
        required=False, label=gettext_lazy("My words may be shown to everybody, without my name")
    )


class PaperForm(forms.Form):
    """An answer given on paper or spoken, entered for the person."""

    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Site"))
    channel = forms.ChoiceField(
        label=gettext_lazy("How it was given"),
        choices=[(Channel.PAPER, Channel.PAPER.label), (Channel.ROOM, Channel.ROOM.label)],
        widget=forms.RadioSelect,
        initial=Channel.PAPER,
    )
    given_on = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    reference = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("Number of the sheet"),
        help_text=gettext_lazy("So that the same person is counted once. No names."),
    )
    rating = forms.ChoiceField(
        label=gettext_lazy("Is it better?"),
        choices=Feedback.Rating.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        required=False, max_length=MOST_WORDS, label=gettext_lazy("Words"), widget=text_area(4)
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the words"), choices=settings.LANGUAGES
    )
    consent = forms.BooleanField(
        required=False,
        label=gettext_lazy("The person agreed that the words may be shown without a name"),
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = pilot.sites.all()  # type: ignore[attr-defined]

    def clean_given_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future. Give the day it was said."))
        return day

    def given_at(self) -> dt.datetime:
        """Return noon of that day, or now when it was today."""
        day = self.cleaned_data["given_on"]
        if day == timezone.localdate():
            return timezone.now()
        return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


class FilterForm(forms.Form):
    """Which answers the list shows."""

    site = forms.ModelChoiceField(
        Site.objects.none(),
        required=False,
        label=gettext_lazy("Site"),
        empty_label=gettext_lazy("All"),
    )
    arm = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Kind of site"),
        choices=[("", gettext_lazy("All")), *Site.Arm.choices],
    )
    rating = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Answer"),
        choices=[("", gettext_lazy("All")), *Feedback.Rating.choices],
    )
    words = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Words"),
        choices=[("", gettext_lazy("All")), ("1", gettext_lazy("Only with words"))],
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = pilot.sites.order_by("name")  # type: ignore[attr-defined]
