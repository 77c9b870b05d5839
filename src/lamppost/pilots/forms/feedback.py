"""What residents say: their words, entered paper, and the filters of the list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.accounts.models import User
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


class ExactPlaceForm(forms.Form):
    """Where exactly: a point that was tapped on the map, or an address; or nothing."""

    latitude = forms.FloatField(
        required=False, min_value=-90, max_value=90, widget=forms.HiddenInput
    )
    longitude = forms.FloatField(
        required=False, min_value=-180, max_value=180, widget=forms.HiddenInput
    )
    address = forms.CharField(
        required=False,
        max_length=160,
        label=gettext_lazy("Street and number, or a corner"),
        help_text=gettext_lazy("As you would tell a neighbour. Leave it empty to say nothing."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        point = (given.get("latitude"), given.get("longitude"))
        if "latitude" in self.errors or "longitude" in self.errors or point.count(None) == 1:
            # The fields are hidden: what to do has to stand where it can be read.
            self.errors.pop("latitude", None)
            self.errors.pop("longitude", None)
            raise forms.ValidationError(
                _("The place on the map did not arrive. Tap it again, or write the address.")
            )
        # About a metre: finer is no place but a guess of the map.
        given["latitude"], given["longitude"] = (
            None if number is None else round(number, 5) for number in point
        )
        return given


class PhotoWordsForm(forms.Form):
    """What a moderator says of one photo: its words, and whether it is kept back."""

    words = forms.CharField(
        max_length=200,
        label=gettext_lazy("What everybody reads of the photo"),
        help_text=gettext_lazy("Take out what points to a person. The words of the answer stay."),
        widget=text_area(2),
    )
    withheld = forms.BooleanField(
        required=False, label=gettext_lazy("Keep the photo back: nobody but moderators sees it")
    )


class TellMeForm(forms.Form):
    """The address for one mail about what became of one's own feedback."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Write your address, or go back without.")},
    )


class OutcomeForm(forms.Form):
    """What was done about words of danger."""

    outcome = forms.CharField(
        max_length=300,
        label=gettext_lazy("What was done"),
        help_text=gettext_lazy("What you found, and what happened. It may be: nothing was wrong."),
        widget=text_area(3),
        error_messages={"required": gettext_lazy("Say what was done. Without it nothing closes.")},
    )


class OwnerForm(forms.Form):
    """Who looks after an alert from now on."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Who looks after it"), empty_label=None
    )

    def __init__(self, *args: Any, owners: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.filter(pk__in=[one.pk for one in owners]).order_by("name", "pk")
        self.fields["owner"].queryset = known  # type: ignore[attr-defined]


class SheetsForm(forms.Form):
    """What several answers on paper or spoken have in common."""

    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Site"))
    channel = forms.ChoiceField(
        label=gettext_lazy("How it was given"),
        choices=[(Channel.PAPER, Channel.PAPER.label), (Channel.ROOM, Channel.ROOM.label)],
        widget=forms.RadioSelect,
        initial=Channel.PAPER,
    )
    given_on = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the words"), choices=settings.LANGUAGES
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = pilot.sites.order_by("-arm", "name")  # type: ignore[attr-defined]

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


class SheetForm(forms.Form):
    """One answer on paper or spoken."""

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
    consent = forms.BooleanField(
        required=False,
        label=gettext_lazy("The person agreed that the words may be shown without a name"),
    )


class PaperForm(SheetForm, SheetsForm):
    """An answer given on paper or spoken, entered for the person."""

    field_order = (
        "site", "channel", "given_on", "reference", "rating", "words", "language", "consent",
    )  # fmt: skip


class RowForm(SheetForm):
    """One row among several; a row without an answer and without words is none."""

    rating = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Is it better?"),
        choices=[("", "–"), *Feedback.Rating.choices],
    )
    words = forms.CharField(required=False, max_length=MOST_WORDS, label=gettext_lazy("Words"))
    consent = forms.BooleanField(required=False, label=gettext_lazy("May be shown"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        said = given.get("words") or given.get("reference") or given.get("consent")
        if said and not given.get("rating"):
            self.add_error("rating", _("Say better, the same or worse, or empty the row."))
        return given

    @property
    def is_used(self) -> bool:
        return bool(self.cleaned_data.get("rating"))


ROWS = 10
RowsFormSet = forms.formset_factory(
    RowForm, extra=ROWS, max_num=ROWS, validate_max=True, absolute_max=ROWS
)


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
        choices=[
            ("", gettext_lazy("All")),
            ("1", gettext_lazy("Only with words")),
            ("waiting", gettext_lazy("Only what waits for an answer")),
        ],
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = pilot.sites.order_by("name")  # type: ignore[attr-defined]
