"""The form of a lesson, and the search of the public list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lamppost.pilots.models import Decision
from lamppost.pilots.playbooks import playbook_of

from .models import Lesson
from .queries import Filters

FIELDS = (
    "title",
    "language",
    "problem",
    "tried",
    "worked",
    "did_not_work",
    "surprises",
    "conditions",
    "cost",
    "again",
)


class LessonForm(forms.ModelForm[Lesson]):
    """All words of a lesson. What did not work may wait until it is published, not longer."""

    # The browser must let a draft be kept without it.
    use_required_attribute = False

    did_not_work = forms.CharField(
        label=_("What did not work"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Needed to publish. What broke, who was not reached, what people disliked, what the "
            "readings could not show. Other cities look here first."
        ),
    )

    class Meta:
        model = Lesson
        fields = FIELDS
        widgets = {
            "problem": forms.Textarea(attrs={"rows": 4}),
            "tried": forms.Textarea(attrs={"rows": 8}),
            "worked": forms.Textarea(attrs={"rows": 6}),
            "surprises": forms.Textarea(attrs={"rows": 3}),
            "conditions": forms.Textarea(attrs={"rows": 3}),
            "again": forms.RadioSelect,
        }
        help_texts = {
            "tried": _("Filled from the record. Confirm it, and mend what reads badly."),
            "worked": _(
                "Filled from the verdict and the residents’ answers. Say what worked, in your "
                "own words."
            ),
            "conditions": _(
                "What would another town need: density, climate, staff, law, things already built?"
            ),
            "cost": _("Once and each year, in which money, and who paid."),
        }

    def __init__(self, *args: Any, publishing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(settings.LANGUAGES)
        current = self.instance.language or settings.LANGUAGE_CODE
        choices = [*known.items(), *([] if current in known else [(current, current)])]
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=choices)
        self.fields["again"].choices = [  # type: ignore[attr-defined]
            ("", _("Not said")),
            *Lesson.Again.choices,
        ]
        if publishing:
            self.fields["did_not_work"].required = True
            self.fields["did_not_work"].error_messages["required"] = _(
                "Say what did not work. A lesson without it helps nobody decide."
            )


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    playbook = forms.ChoiceField(label=_("Technology"), required=False)
    decision = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[("", _("all")), *Decision.Kind.choices, ("none", _("not decided"))],
    )
    evidence = forms.TypedChoiceField(
        label=_("Evidence at least"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("any")), *((str(level), str(level)) for level in range(1, 6))],
    )

    def __init__(self, *args: Any, playbooks: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, playbook_of(code).title) for code in playbooks]
        self.fields["playbook"].choices = [("", _("all")), *names]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return what is asked for; a field that makes no sense asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            text=given.get("q", ""),
            playbook=given.get("playbook", ""),
            decision=given.get("decision", ""),
            evidence=given.get("evidence"),
        )
