"""Forms of the pulse: a question, a round, who was invited, a sheet entered for somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.voices.models import Channel

from ..models import Pilot, PulseQuestion, PulseRound, Site
from ..queries.pulse import choices_of
from .widgets import date_input

MOST_INVITED = 1_000_000
BY_HAND = [(Channel.PAPER, Channel.PAPER.label), (Channel.ROOM, Channel.ROOM.label)]


class PulseQuestionForm(forms.ModelForm[PulseQuestion]):
    """A fixed question, with its translations."""

    class Meta:
        model = PulseQuestion
        fields = ("text", "language", "scale", "indicator")
        widgets = {"scale": forms.RadioSelect}
        help_texts = {
            "text": gettext_lazy("One thing, in plain words, that stays true to the end."),
            "indicator": gettext_lazy(
                "The share of good answers becomes its series, for the evaluation."
            ),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=gettext_lazy("Language of the question"), choices=settings.LANGUAGES
        )
        scale = self.fields["scale"]
        scale.choices = PulseQuestion.Scale.choices  # type: ignore[attr-defined]
        indicators = self.fields["indicator"]
        indicators.queryset = pilot.indicators.all()  # type: ignore[attr-defined]
        indicators.empty_label = _("none")  # type: ignore[attr-defined]
        known = self.initial.get("translations") or self.instance.translations
        for code, name in settings.LANGUAGES:
            self.fields[f"in_{code}"] = forms.CharField(
                required=False,
                max_length=200,
                label=_("The same question in: %(language)s") % {"language": _(str(name))},
                initial=known.get(code, ""),
            )

    def values(self) -> dict[str, Any]:
        """Return the fields of `PulseQuestion`."""
        given = self.cleaned_data
        translations = {
            code: given[f"in_{code}"].strip()
            for code, _name in settings.LANGUAGES
            if code != given["language"] and given[f"in_{code}"].strip()
        }
        return {name: given[name] for name in self.Meta.fields} | {"translations": translations}


class PulseRoundForm(forms.ModelForm[PulseRound]):
    """A stretch of days in which people are asked."""

    class Meta:
        model = PulseRound
        fields = ("starts_on", "ends_on")
        widgets = {"starts_on": date_input(), "ends_on": date_input()}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        start, end = values.get("starts_on"), values.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("A round ends after it starts. Give a later day."))
        return values

    def validate_constraints(self) -> None:
        """The order of days is checked above, beside its field."""


class TurnoutForm(forms.Form):
    """How many were invited at each site through one channel."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How they can answer"),
        choices=[(Channel.WEB, gettext_lazy("by code or link")), *BY_HAND],
        widget=forms.RadioSelect,
    )
    how = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("How they were invited"),
        help_text=gettext_lazy("For example: a letter to every door of the street."),
    )

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = sites
        for site in sites:
            self.fields[f"site_{site.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=MOST_INVITED,
                label=_("%(site)s: invited") % {"site": site.name},
            )

    def invited(self) -> list[tuple[Site, int | None]]:
        """Return the number for each site."""
        return [(site, self.cleaned_data[f"site_{site.pk}"]) for site in self.sites]


class PulseSheetForm(forms.Form):
    """What one person answered on paper or aloud."""

    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Site"))
    answered_on = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    channel = forms.ChoiceField(
        label=gettext_lazy("How it was given"),
        choices=BY_HAND,
        widget=forms.RadioSelect,
        initial=Channel.PAPER,
    )
    reference = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("Number of the sheet"),
        help_text=gettext_lazy("So that the same person is counted once. No names."),
    )

    def __init__(
        self, *args: Any, pilot: Pilot, questions: list[PulseQuestion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.fields["site"].queryset = pilot.sites.order_by("-arm", "name")  # type: ignore[attr-defined]
        for question in questions:
            self.fields[f"question_{question.pk}"] = forms.TypedChoiceField(
                required=False,
                coerce=int,
                empty_value=None,
                label=question.text,
                choices=[("", _("no answer")), *choices_of(question)],
                widget=forms.RadioSelect,
                initial="",
            )

    def clean_answered_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["answered_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future. Give the day it was said."))
        return day

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.answers():
            raise forms.ValidationError(_("Choose an answer to at least one question."))
        return values

    def answers(self) -> dict[PulseQuestion, int]:
        """Return what was answered."""
        given = {one: self.cleaned_data.get(f"question_{one.pk}") for one in self.questions}
        return {question: value for question, value in given.items() if value is not None}
