"""Forms of the network: a meeting, its minutes, the filters of its sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from lamppost.stakeholders.models import Group

from .models import Meeting
from .times import zone_name


class MomentInput(forms.DateTimeInput):
    """Day and time in one field of the browser."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MeetingForm(forms.ModelForm[Meeting]):
    """A meeting; times are entered in the instance's time zone."""

    class Meta:
        model = Meeting
        fields = ["title", "starts_at", "ends_at", "place", "agenda"]
        widgets = {
            "starts_at": MomentInput,
            "ends_at": MomentInput,
            "agenda": forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        }
        help_texts = {
            "place": _("A room and its address, or where to dial in."),
            "agenda": _("One point in each line. “- ” makes a list, “## ” a heading."),
        }

    tell = forms.BooleanField(
        label=_("Tell those who are invited, by e-mail"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _t("Day and time in the time zone %(zone)s.") % {"zone": zone_name()}
        self.fields["starts_at"].help_text = hint
        if not self.instance.pk:
            del self.fields["tell"]
        elif self.instance.ends_at <= timezone.now():
            self.fields["tell"].initial = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts, ends = values.get("starts_at"), values.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _t("A meeting ends after it starts. Give a later end."))
        return values

    def values(self) -> dict[str, Any]:
        """Return the fields of `Meeting` alone."""
        return {name: value for name, value in self.cleaned_data.items() if name != "tell"}


class MinutesForm(forms.Form):
    minutes = forms.CharField(
        label=_("Minutes"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 16, "dir": "auto"}),
        help_text=_("What was said and what was agreed. “- ” makes a list, “## ” a heading."),
    )


class CancelForm(forms.Form):
    tell = forms.BooleanField(
        label=_("Tell those who are invited, by e-mail"), required=False, initial=True
    )


class SheetFilterForm(forms.Form):
    """Whom the sheet shows."""

    q = forms.CharField(label=_("Name"), required=False)
    group = forms.ChoiceField(
        label=_("Group"), required=False, choices=[("", _("All")), *Group.choices]
    )
    only = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[
            ("", _("Everybody in the list")),
            ("invited", _("On the sheet")),
            ("taking_part", _("Those who take part")),
        ],
    )

    def filters(self) -> dict[str, str]:
        """Return arguments of `queries.sheet`; an unknown answer asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "text": given.get("q", ""),
            "group": given.get("group", ""),
            "only": given.get("only", ""),
        }


class SheetForm(forms.Form):
    """The ticks: for those shown, and only those, who was invited and who came."""

    shown = forms.TypedMultipleChoiceField(coerce=int, required=False)
    invited = forms.TypedMultipleChoiceField(coerce=int, required=False)
    attended = forms.TypedMultipleChoiceField(coerce=int, required=False)
    send = forms.BooleanField(
        label=_("Send an invitation by e-mail to those I add now"), required=False
    )

    def __init__(self, *args: Any, known: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("shown", "invited", "attended"):
            self.fields[name].choices = [(pk, pk) for pk in known]  # type: ignore[attr-defined]

    def merged(self, before: dict[int, bool]) -> tuple[set[int], set[int]]:
        """Return who is invited and who came, those who were not shown as they were."""
        given = self.cleaned_data
        shown = set(given["shown"])
        invited = {pk for pk in before if pk not in shown} | (set(given["invited"]) & shown)
        attended = {pk for pk, came in before.items() if came and pk not in shown}
        return invited, attended | (set(given["attended"]) & shown)
