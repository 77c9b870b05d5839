"""The form of the evaluation plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.pilots.models import Pilot

from .models import EvaluationPlan

LEVELS = [
    ("0.9", gettext_lazy("90 of 100 (a narrower range, wrong more often)")),
    ("0.95", gettext_lazy("95 of 100 (usual)")),
    ("0.99", gettext_lazy("99 of 100 (a wider range, wrong less often)")),
]


class PlanForm(forms.ModelForm[EvaluationPlan]):
    level = forms.TypedChoiceField(
        label=gettext_lazy("How often should the range hold the true change?"),
        choices=LEVELS,
        coerce=float,
        widget=forms.RadioSelect,
        initial="0.95",
    )

    class Meta:
        model = EvaluationPlan
        fields = ["indicator", "period", "worth_it", "level"]
        labels = {"indicator": gettext_lazy("By which indicator is the pilot judged?")}
        widgets = {"period": forms.RadioSelect}

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicators = pilot.indicators.order_by("-pilot_indicators__is_main", "pk").distinct()
        self.fields["indicator"].queryset = indicators  # type: ignore[attr-defined]
        self.fields["indicator"].empty_label = None  # type: ignore[attr-defined]
        self.fields["worth_it"].help_text = _(
            "In the indicator’s unit. The smallest change for which the money and the trouble "
            "would be well spent."
        )
        if isinstance(level := self.initial.get("level"), float):
            self.initial["level"] = str(Decimal(repr(level)))

    def clean_worth_it(self) -> float | None:
        value: float | None = self.cleaned_data["worth_it"]
        if value is not None and not 0 < value < 1e100:
            raise forms.ValidationError(_("Give a number above zero, or leave it out."))
        return value
