"""Sign a gate, record a change, decide."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.network.models import Meeting

from ..models import Change, Decision, Gate, Pilot
from ..queries.open_questions import not_answered, open_questions
from ..queries.signing import only_questions
from .widgets import date_input, not_in_future, text_area


class GateForm(forms.ModelForm[Gate]):
    """Document, signature and date of a gate."""

    class Meta:
        model = Gate
        fields = ["document", "signed_by_name", "passed_on"]
        widgets = {"document": text_area(14), "passed_on": date_input()}
        help_texts = {
            "document": gettext_lazy("Write it here, or give only the address of the document."),
            "signed_by_name": gettext_lazy("Name and office of the person who answers for it."),
        }

    def clean_document(self) -> str:
        """Name the questions that nobody answered, unless nothing but questions is there."""
        text = str(self.cleaned_data["document"])
        pilot, kind = self.instance.pilot, self.instance.kind
        waiting = [] if only_questions(pilot, kind, text) else open_questions(pilot, kind, text)
        if waiting:
            raise forms.ValidationError(not_answered(waiting))
        return text

    def clean_passed_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["passed_on"])

    def validate_constraints(self) -> None:
        """The action says what is missing, with the remedy."""


class ChangeForm(forms.ModelForm[Change]):
    """You said, we did."""

    class Meta:
        model = Change
        fields = ["you_said", "we_did", "changed_on", "meeting"]
        widgets = {
            "you_said": text_area(3),
            "we_did": text_area(3),
            "changed_on": date_input(),
        }
        help_texts = {
            "you_said": gettext_lazy("What several people said, in your own short words."),
            "we_did": gettext_lazy("What is different now."),
            "changed_on": gettext_lazy(
                "The chart marks this day, and each version gets a figure of its own."
            ),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Meeting.objects.filter(partnership=pilot.partnership, cancelled=False)
        self.fields["meeting"].queryset = found  # type: ignore[attr-defined]
        self.fields["meeting"].required = False

    def clean_changed_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["changed_on"])


class AnswerForm(ChangeForm):
    """An answer to what residents said: a change, or why there will be none."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What comes of it"),
        choices=[
            ("did", gettext_lazy("We did something")),
            ("wont", gettext_lazy("It will not be done")),
        ],
        required=False,
        initial="did",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Those who asked to be told get a mail that says so."),
    )
    field_order = ["you_said", "outcome", "we_did", "changed_on", "meeting"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["we_did"].label = _("What is different now, or why it will not be done")
        self.fields["we_did"].help_text = ""
        self.fields["changed_on"].label = _("From which day, or said on which day")

    def refuses(self) -> bool:
        """Whether it will not be done."""
        return bool(self.cleaned_data.get("outcome") == "wont")

    def answer(self) -> dict[str, Any]:
        """Return what is recorded of it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


ENDINGS = [
    (Decision.Kind.ROLL_OUT.value, gettext_lazy("Scale: roll out everywhere in the city")),
    (Decision.Kind.EXPAND.value, gettext_lazy("Scale: expand to more places")),
    (Decision.Kind.REPLICATE.value, gettext_lazy("Scale: replicate it elsewhere")),
    (Decision.Kind.ADAPT.value, gettext_lazy("Adapt: change it, then look again")),
    (Decision.Kind.STOP.value, gettext_lazy("Stop: take it down")),
]


class DecisionForm(forms.ModelForm[Decision]):
    """How the pilot ends."""

    class Meta:
        model = Decision
        fields = [
            "kind", "reason", "unheard_reason", "decided_by", "decided_on", "second_year",
            "next_step",
        ]  # fmt: skip
        widgets = {
            "kind": forms.RadioSelect,
            "reason": text_area(5),
            "unheard_reason": text_area(2),
            "decided_on": date_input(),
            "next_step": text_area(2),
        }
        help_texts = {
            "kind": gettext_lazy(
                "After “roll out” and “expand”, what stands at the pilot sites stays. After "
                "“replicate” and “adapt” it is taken down by a day that everybody reads."
            ),
            "reason": gettext_lazy("In plain words. Residents read this."),
            "unheard_reason": gettext_lazy(
                "Only for a stop that could not wait for all five groups. Residents read this; "
                "organisations are asked afterwards, for four weeks."
            ),
            "decided_by": gettext_lazy("A council, a committee or an office."),
            "next_step": gettext_lazy("What happens next, when, and who pays for it."),
        }

    def __init__(self, *args: Any, only_stop: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stop = [one for one in ENDINGS if one[0] == Decision.Kind.STOP]
        self.fields["kind"].choices = stop if only_stop else ENDINGS  # type: ignore[attr-defined]

    def clean_decided_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["decided_on"])
