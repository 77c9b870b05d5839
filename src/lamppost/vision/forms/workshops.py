"""Forms of workshops."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership

from ..models import AgendaItem, Agreement, Conversation, Statement, Workshop
from ..queries.workshops import free_meetings
from ..workshop_templates import TEMPLATES
from .goals import StatementChoice


class WorkshopForm(forms.ModelForm[Workshop]):
    """What it is called, when it is, for which meeting and question."""

    class Meta:
        model = Workshop
        fields = ["title", "held_on", "meeting", "conversation"]
        labels = {"meeting": _("Meeting"), "conversation": _("Question")}
        widgets = {"held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "held_on": _("From this day on everybody can read what was agreed."),
            "meeting": _("The meeting at which it takes place, with its invitations and minutes."),
            "conversation": _("Statements are brought into the room from this question."),
        }

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance if self.instance.pk else None
        self.fields["meeting"].queryset = free_meetings(partnership, own)  # type: ignore[attr-defined]
        self.fields["conversation"].queryset = Conversation.objects.filter(  # type: ignore[attr-defined]
            partnership=partnership
        )
        self.fields["meeting"].empty_label = _("No meeting of the network")  # type: ignore[attr-defined]
        self.fields["conversation"].empty_label = _("All questions")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        meeting = found.get("meeting")
        if meeting is not None and not found.get("held_on") and "held_on" not in self.errors:
            found["held_on"] = timezone.localtime(meeting.starts_at).date()
        return found

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewWorkshopForm(WorkshopForm):
    """A new workshop begins with the agenda of a template, or with none."""

    template = forms.ChoiceField(
        label=_("Begin with"),
        choices=[
            *((one.code, one.title) for one in TEMPLATES),
            ("", _("An empty agenda")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ("template", "title", "held_on", "meeting", "conversation")


class ItemForm(forms.ModelForm[AgendaItem]):
    """A part of the agenda."""

    class Meta:
        model = AgendaItem
        fields = ["title", "kind", "minutes", "notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}

    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=15)


class NotesForm(forms.Form):
    """Notes of the whole workshop."""

    notes = forms.CharField(
        label=_("Notes"),
        help_text=_("Names of people do not belong here. “- ” makes a list."),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )


class AgreementForm(forms.ModelForm[Agreement]):
    """One thing that was agreed, and the statements behind it."""

    statements = StatementChoice(
        Statement.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Statements behind it"),
    )

    class Meta:
        model = Agreement
        fields = ["text", "statements"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}

    def __init__(self, *args: Any, brought: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statements"].queryset = brought  # type: ignore[attr-defined]
        if not brought:
            del self.fields["statements"]
