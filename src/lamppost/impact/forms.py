"""The form of the evaluation plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.pilots.models import Pilot
from lamppost.vision.models import Indicator

from .models import EvaluationPlan, Foresight

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
        fields = [
            "question", "indicator", "worth_it", "unmoved", "chosen_because", "period", "counts",
            "level",
            "looks", "lowest", "highest", "bad_readings",
        ]  # fmt: skip
        labels = {
            "question": gettext_lazy("What is the question, in one sentence?"),
            "indicator": gettext_lazy("By which indicator is the pilot judged?"),
            "unmoved": gettext_lazy("Is anything measured that should not move?"),
            "chosen_because": gettext_lazy(
                "Were the pilot sites chosen because their last readings were bad?"
            ),
            "counts": gettext_lazy("Every reading is a number of things counted"),
            "looks": gettext_lazy("When may a verdict be read from it?"),
        }
        help_texts = {
            "question": gettext_lazy(
                "What should change, for whom, where, and by when. For example: do fewer people "
                "feel unsafe on these streets after dark by March?"
            ),
            "unmoved": gettext_lazy(
                "Something that the technology cannot change. If it moves all the same, something "
                "else is going on, and the page says so."
            ),
            "chosen_because": gettext_lazy(
                "A place picked at its worst often gets better by itself. If so, the estimate is "
                "made again without that time."
            ),
            "counts": gettext_lazy(
                "Tick it for people, trips or accidents, each reading over equally long a time. "
                "Readings of a period are then added up, a silent day is no fall, and the change "
                "is also said in per cent. What is worth it is so many at a site in a period."
            ),
            "looks": gettext_lazy(
                "Each look is one more chance to find a change that is none, so every look more "
                "asks for a clearer change."
            ),
            "lowest": gettext_lazy(
                "In the indicator’s unit. What lies below is a fault of the device and is left out."
            ),
            "highest": gettext_lazy("What lies above is a fault of the device and is left out."),
            "bad_readings": gettext_lazy(
                "For whoever checks readings by hand: when a sensor was covered, moved, broken."
            ),
        }
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2}),
            "chosen_because": forms.RadioSelect,
            "period": forms.RadioSelect,
            "looks": forms.RadioSelect,
            "bad_readings": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicators = pilot.indicators.order_by("-pilot_indicators__is_main", "pk").distinct()
        self.fields["indicator"].queryset = indicators  # type: ignore[attr-defined]
        self.fields["indicator"].empty_label = None  # type: ignore[attr-defined]
        first = indicators.first()
        judged = self.instance.indicator_id or (first.pk if first else 0)
        # What it is judged by is not offered; whoever changes that in one go is told (`clean`).
        others = indicators if self.is_bound else indicators.exclude(pk=judged)
        self.fields["unmoved"].queryset = others  # type: ignore[attr-defined]
        self.fields["unmoved"].empty_label = _("Nothing of the kind")  # type: ignore[attr-defined]
        self.fields["looks"].required = False
        # The plan is frozen for good with what it says: without a question it judges nothing.
        self.fields["question"].required = True
        self.fields["question"].error_messages["required"] = _(
            "Write the question in one sentence: what should change, for whom, where, and by when."
        )
        if pilot.randomised:
            del self.fields["chosen_because"]
        else:
            choices = [("", _("not said")), *EvaluationPlan.Chosen.choices]
            self.fields["chosen_because"].choices = choices  # type: ignore[attr-defined]
        self.fields["worth_it"].help_text = _(
            "In the indicator’s unit. The smallest change for which the money and the trouble "
            "would be well spent."
        )
        if isinstance(level := self.initial.get("level"), float):
            self.initial["level"] = str(Decimal(repr(level)))
        for size in ("worth_it", "lowest", "highest"):
            stated = self.initial.get(size)
            if isinstance(stated, float) and stated.is_integer():
                self.initial[size] = int(stated)

    def clean_question(self) -> str:
        return " ".join(self.cleaned_data["question"].split())

    def clean_looks(self) -> str:
        return self.cleaned_data["looks"] or EvaluationPlan.Looks.ONCE

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        unmoved = cleaned.get("unmoved")
        if unmoved is not None and unmoved == cleaned.get("indicator"):
            self.add_error("unmoved", _("The pilot is judged by this one. Choose another."))
        return cleaned

    def clean_worth_it(self) -> float | None:
        value: float | None = self.cleaned_data["worth_it"]
        if value is not None and not 0 < value < 1e100:
            raise forms.ValidationError(_("Give a number above zero, or leave it out."))
        return value


class ForesightForm(forms.Form):
    """What is asked of the past: which indicator, how long, how sites are chosen."""

    indicator = forms.ModelChoiceField(
        label=gettext_lazy("Which indicator?"), queryset=Indicator.objects.none(), empty_label=None
    )
    periods = forms.IntegerField(min_value=1, max_value=1000)
    drawn = forms.ChoiceField(
        label=gettext_lazy("How are the sites chosen?"),
        choices=Foresight.Drawn.choices,
        widget=forms.RadioSelect,
    )
    worth_it = forms.FloatField(label=gettext_lazy("What change would be worth it"), required=False)

    def __init__(self, *args: Any, pilot: Pilot, period: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicators = pilot.indicators.order_by("-pilot_indicators__is_main", "pk").distinct()
        self.fields["indicator"].queryset = indicators  # type: ignore[attr-defined]
        days = period == EvaluationPlan.Period.DAY
        self.fields["periods"].label = (
            _("How many days does it last?") if days else _("How many weeks does it last?")
        )
        self.fields["worth_it"].help_text = _("In the indicator’s unit.")
        if not pilot.sites.filter(step__isnull=False).exists():
            kinds = [one for one in Foresight.Drawn.choices if one[0] != Foresight.Drawn.STEPS]
            self.fields["drawn"].choices = kinds  # type: ignore[attr-defined]

    def clean_worth_it(self) -> float | None:
        value: float | None = self.cleaned_data["worth_it"]
        if value is not None and not 0 < value < 1e100:
            raise forms.ValidationError(_("Give a number above zero, or leave it out."))
        return value
