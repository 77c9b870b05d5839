"""The forms of sensing: a file of readings, what was done to devices, answers of people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.pilots.models import Pilot, Site
from lamppost.vision.models import Characteristic, Indicator, PopulationShare

from .models import DeviceNote, FeedbackSeries

_CSV = {"accept": ".csv,text/csv"}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput(attrs=_CSV),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Replace stored readings that have another value"),
        required=False,
        help_text=gettext_lazy("Tick this only to correct readings that came in wrong."),
    )
    by_people = forms.BooleanField(
        label=gettext_lazy("People counted it, no device did"),
        required=False,
        help_text=gettext_lazy("It is public that no device stands anywhere at this pilot."),
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not pilot.no_device_reason:
            del self.fields["by_people"]


class DeviceForm(forms.ModelForm[DeviceNote]):
    """One thing that was done to the device at a site."""

    class Meta:
        model = DeviceNote
        fields = ["site", "what", "done_on", "indicator", "note"]
        widgets = {
            "done_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "what": forms.RadioSelect,
        }
        labels = {
            "site": gettext_lazy("At which site?"),
            "what": gettext_lazy("What was done to the device?"),
            "done_on": gettext_lazy("From which day on?"),
            "indicator": gettext_lazy("What does this device measure?"),
            "note": gettext_lazy("What else should be known?"),
        }
        help_texts = {
            "note": gettext_lazy("For example the old and the new serial number. For your team."),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(pilot=pilot)  # type: ignore[attr-defined]
        self.fields["what"].choices = DeviceNote.What.choices  # type: ignore[attr-defined]
        indicators = pilot.indicators.order_by("-pilot_indicators__is_main", "pk").distinct()
        self.fields["indicator"].queryset = indicators  # type: ignore[attr-defined]
        self.fields["indicator"].empty_label = _("Everything at the site")  # type: ignore[attr-defined]

    def clean_done_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["done_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future. Correct it."))
        return day

    def _post_clean(self) -> None:
        """Leave the model's rules to the action: what is there already stays once."""


class DeviceFileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs=_CSV))


class SeriesForm(forms.Form):
    """Which indicator is read from feedback, and as what."""

    indicator = forms.ModelChoiceField(
        queryset=Indicator.objects.none(), label=gettext_lazy("Which indicator?")
    )
    of = forms.ChoiceField(
        label=gettext_lazy("How is it read?"),
        choices=[
            *((one.value, one.label) for one in FeedbackSeries.Of),
            ("no", gettext_lazy("not from feedback")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = pilot.indicators.order_by("pk").distinct()  # type: ignore[attr-defined]
        self.initial.setdefault("of", FeedbackSeries.Of.BETTER.value)


class SurveyForm(forms.Form):
    """A file of answers, which of them count, and what they are weighted by."""

    survey_indicator = forms.ModelChoiceField(
        queryset=Indicator.objects.none(),
        label=gettext_lazy("Which indicator does the survey feed?"),
    )
    counted = forms.CharField(
        label=gettext_lazy("Which answers count?"),
        max_length=300,
        help_text=gettext_lazy(
            "Parted by commas, for example: agree, agree strongly. The reading is the share of "
            "people who gave one of them, in per cent."
        ),
    )
    population = forms.ChoiceField(
        label=gettext_lazy("Weighted to the population by"),
        required=False,
        help_text=gettext_lazy(
            "Who comes to answer is not who lives there. Each group then counts by its share of "
            "the population, as your partnership has stated it."
        ),
    )
    file = forms.FileField(label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs=_CSV))
    replace = forms.BooleanField(
        label=gettext_lazy("Replace waves that were taken in before"), required=False
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicators = pilot.indicators.order_by("pk").distinct()
        self.fields["survey_indicator"].queryset = indicators  # type: ignore[attr-defined]
        known = PopulationShare.objects.filter(partnership=pilot.partnership_id).order_by()
        labels = dict(Characteristic.Question.choices)
        self.fields["population"].choices = [  # type: ignore[attr-defined]
            ("", _("nothing: all count the same")),
            *(
                (question, labels[question])
                for question in sorted(set(known.values_list("question", flat=True)))
            ),
        ]
