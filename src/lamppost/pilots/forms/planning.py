"""The plan of a pilot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from lamppost.accounts.models import Partnership
from lamppost.vision.models import Indicator

from ..actions.planning import SIGNED
from ..models import GateKind, Pilot
from ..playbooks import playbook_of
from .widgets import date_input, text_area

SECTIONS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("The problem"),
        ("title", "problem", "owner_department", "stop_rule"),
    ),
    (gettext_lazy("How we will know"), ("main_indicator", "other_indicators")),
    (gettext_lazy("The technology"), ("technology", "company")),
    (
        gettext_lazy("What the notice at every site says"),
        ("measured_data", "personal_data", "retention", "contact"),
    ),
    (
        gettext_lazy("When"),
        ("baseline_starts_on", "technology_starts_on", "ends_on", "decision_due_on"),
    ),
    (gettext_lazy("Comparison"), ("no_comparison_reason",)),
)


class IndicatorChoice(forms.ModelChoiceField[Indicator]):
    def label_from_instance(self, obj: Indicator) -> str:
        return f"{obj.name} ({obj.unit})"


class IndicatorChoices(forms.ModelMultipleChoiceField[Indicator]):
    def label_from_instance(self, obj: Indicator) -> str:
        return f"{obj.name} ({obj.unit})"


class PlanForm(forms.ModelForm[Pilot]):
    """Everything about a pilot that is planned; what a passed gate signed cannot be changed."""

    main_indicator = IndicatorChoice(
        Indicator.objects.none(),
        required=False,
        label=gettext_lazy("Main indicator"),
        help_text=gettext_lazy("The promise of this pilot. The first gate asks for it."),
    )
    other_indicators = IndicatorChoices(
        Indicator.objects.none(),
        required=False,
        label=gettext_lazy("Other indicators"),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Pilot
        fields = [
            "title",
            "problem",
            "owner_department",
            "stop_rule",
            "technology",
            "company",
            "measured_data",
            "personal_data",
            "retention",
            "contact",
            "baseline_starts_on",
            "technology_starts_on",
            "ends_on",
            "decision_due_on",
            "no_comparison_reason",
        ]
        widgets = {
            "problem": text_area(),
            "stop_rule": text_area(2),
            "measured_data": text_area(2),
            "no_comparison_reason": text_area(2),
            "baseline_starts_on": date_input(),
            "technology_starts_on": date_input(),
            "ends_on": date_input(),
            "decision_due_on": date_input(),
        }
        help_texts = {
            "owner_department": gettext_lazy("Who in the city has this problem to solve."),
            "stop_rule": gettext_lazy(
                "Agreed before the start, so that nobody argues later. The first gate asks for it."
            ),
            "technology": gettext_lazy("Exactly what is tried, with model and version."),
            "contact": gettext_lazy("An office and its number or address, no person's name."),
            "baseline_starts_on": gettext_lazy(
                "Early enough to see how the streets are without the technology."
            ),
            "decision_due_on": gettext_lazy("Public from the start. Being late is public too."),
            "no_comparison_reason": gettext_lazy(
                "Only when there is none. Without comparison sites nobody can tell what the "
                "technology changed."
            ),
        }

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Indicator.objects.filter(goal__partnership=partnership).select_related("goal")
        for name in ("main_indicator", "other_indicators"):
            self.fields[name].queryset = known  # type: ignore[attr-defined]
        self.has_indicators = known.exists()
        if self.instance.pk:
            self._start_from(self.instance)
        self._hints(playbook_of(self.instance.playbook))

    def _start_from(self, pilot: Pilot) -> None:
        chosen = list(pilot.pilot_indicators.all())
        self.initial["main_indicator"] = next((c.indicator_id for c in chosen if c.is_main), None)
        self.initial["other_indicators"] = [c.indicator_id for c in chosen if not c.is_main]
        passed = set(pilot.gates.values_list("kind", flat=True))
        signed = {**SIGNED, GateKind.MEASURING: ("main_indicator", "other_indicators")}
        for kind, names in signed.items():
            if kind in passed:
                for name in (one for one in names if one in self.fields):
                    self.fields[name].disabled = True
                    self.fields[name].help_text = _(
                        "Signed with the gate “%(gate)s”. Open that gate again to change it."
                    ) % {"gate": GateKind(kind).label}

    def _hints(self, playbook: Any) -> None:
        if playbook.problem_prompts and not self.fields["problem"].disabled:
            self.fields["problem"].help_text = " ".join(str(p) for p in playbook.problem_prompts)

    def sections(self) -> list[tuple[str | Promise, list[BoundField]]]:
        """Return the fields in groups, each with its heading."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for earlier, later, message in _ORDER:
            first, second = values.get(earlier), values.get(later)
            if first and second and second <= first:
                self.add_error(later, message)
        if values.get("other_indicators") and not values.get("main_indicator"):
            self.add_error("main_indicator", _("Choose which indicator is the main one."))
        return values

    def plan(self) -> dict[str, Any]:
        """Return the fields of `Pilot`."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def indicators(self) -> list[Indicator]:
        """Return the chosen indicators, the main one first."""
        main = self.cleaned_data.get("main_indicator")
        others = [one for one in self.cleaned_data["other_indicators"] if one != main]
        return [main, *others] if main else []

    def validate_constraints(self) -> None:
        """The order of dates is checked above, each beside its field."""


_ORDER = (
    (
        "baseline_starts_on",
        "technology_starts_on",
        gettext_lazy("The technology starts after measuring does. Give a later date."),
    ),
    (
        "technology_starts_on",
        "ends_on",
        gettext_lazy("A pilot ends after its technology is on. Give a later date."),
    ),
    (
        "technology_starts_on",
        "decision_due_on",
        gettext_lazy("The decision is due after the technology is on. Give a later date."),
    ),
)


def start_values(partnership: Partnership, code: str) -> dict[str, Any]:
    """Return what a new pilot's form is filled with, in the partnership's language."""
    playbook = playbook_of(code)
    facts = playbook.disclosure
    with override(partnership.language):
        return {
            "title": str(playbook.title),
            "problem": partnership.problem,
            "stop_rule": str(playbook.stop_rules[0]) if playbook.stop_rules else "",
            "technology": str(facts.technology),
            "measured_data": str(facts.measured_data),
            "personal_data": facts.personal_data,
            "retention": str(facts.retention),
            "contact": str(facts.contact),
        }
