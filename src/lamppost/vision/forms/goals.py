"""Forms of goals and indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Goal, Indicator, Statement
from ..queries.goals import Candidate, Candidates


class StatementChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Statements to tick, in residents' own words."""

    def label_from_instance(self, statement: Statement) -> str:
        return statement.voice.public_text


class GoalForm(forms.ModelForm):  # type: ignore[type-arg]
    """One goal; `candidates` are the statements that may stand behind it, by question."""

    statements = StatementChoice(
        Statement.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Statements behind it"),
        help_text=_("What every group agrees with. Choose those that this goal takes up."),
    )

    class Meta:
        model = Goal
        fields = ["title", "description", "agreed_on", "statements"]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "agreed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "title": _("What will be different, in one short sentence."),
            "description": _("As you would say it to a neighbour."),
            "agreed_on": _("Leave it empty while the goal is a proposal."),
        }

    def __init__(self, *args: Any, candidates: Sequence[Candidates], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        field = self.fields["statements"]
        ids = [one.statement_id for group in candidates for one in group.statements]
        field.queryset = Statement.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        if not candidates:
            del self.fields["statements"]

    @property
    def ticked(self) -> set[str]:
        """Ids of the statements that are ticked, as the form would send them."""
        chosen = self["statements"].value() or ()
        return {str(getattr(one, "pk", one)) for one in chosen}

    @property
    def choices(self) -> list[tuple[Candidates, list[tuple[Candidate, bool]]]]:
        """Each question with its candidates, and whether each is ticked."""
        ticked = self.ticked
        return [
            (group, [(one, str(one.statement_id) in ticked) for one in group.statements])
            for group in self.candidates
        ]

    @property
    def values(self) -> dict[str, Any]:
        """Fields of the goal without the statements."""
        return {name: value for name, value in self.cleaned_data.items() if name != "statements"}


class IndicatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a goal is measured."""

    # No answer is set before somebody chooses: the verdict goes by it.
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=Indicator.Direction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether less or more is better.")},
    )

    class Meta:
        model = Indicator
        fields = ["name", "unit", "direction", "baseline_source", "worth_it", "code"]
        widgets = {"code": forms.HiddenInput}
        help_texts = {
            "name": _("One thing that can be counted or measured."),
            "unit": _("For example: people per hour, kWh per week, percent of those asked."),
            "baseline_source": _(
                "For example: counts of the city from 2025, or what you measure before you start."
            ),
            "worth_it": _(
                "The smallest change that would be worth the effort, in the same unit. It is drawn "
                "beside every result."
            ),
        }
