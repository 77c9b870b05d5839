"""Dated tasks: what is to be done, and that it is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Pilot, PilotTask, Site
from ..queries.tasks import sites_still_there, takes_down
from .moving import MovedDayForm
from .widgets import date_input, not_in_future, text_area

MOST_HOURS = 24 * 366


class TaskForm(MovedDayForm):
    """What is to be done, by whom and until when."""

    class Meta:
        model = PilotTask
        fields = ["text", "owner", "due_on"]
        widgets = {"text": text_area(2), "due_on": date_input()}
        help_texts = {"owner": gettext_lazy("An office, a firm or a role, no person's name.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].required = True


class SitesTakenDown(forms.ModelMultipleChoiceField[Site]):
    def label_from_instance(self, obj: Site) -> str:
        return str(obj.name)


class DoneForm(forms.Form):
    """On which day it was done, and the proof; of a removal, which sites were taken down."""

    sites = SitesTakenDown(
        Site.objects.none(),
        label=gettext_lazy("Taken down at"),
        error_messages={"required": gettext_lazy("Choose at least one site that was taken down.")},
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Residents are told. The task is done when no site is left."),
    )
    done_on = forms.DateField(label=gettext_lazy("Done on"), widget=date_input())
    proof = forms.CharField(
        label=gettext_lazy("Proof, or where it lies"),
        max_length=300,
        help_text=gettext_lazy("For example: deletion record no. 12, in the archive."),
    )

    def __init__(self, *args: Any, task: PilotTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        left = sites_still_there(task)
        if takes_down(task) and left.exists():
            self.fields["sites"].queryset = left  # type: ignore[attr-defined]
        else:
            del self.fields["sites"]

    def clean_done_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["done_on"])


class IntervalsForm(forms.Form):
    """How often readings are due, one field for each indicator of the pilot."""

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(pilot.pilot_indicators.select_related("indicator"))
        for one in self.asked:
            self.fields[f"hours_{one.pk}"] = forms.IntegerField(
                label=_("“%(indicator)s”: a reading at least every … hours")
                % {"indicator": one.indicator.name},
                help_text=_("Empty: as often as readings came so far. 24 is a day, 168 a week."),
                min_value=1,
                max_value=MOST_HOURS,
                required=False,
                initial=one.every_hours,
            )

    def hours(self) -> dict[int, int | None]:
        """Return the number of each of the pilot's indicators with its hours."""
        return {one.pk: self.cleaned_data[f"hours_{one.pk}"] for one in self.asked}
