"""Commitments, specifications and what the five groups say."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.network.models import Meeting

from ..models import Commitment, FixAnswer, GroupView, Pilot, Theme
from .moving import MovedDayForm
from .widgets import date_input, not_in_future, text_area

LONGEST_NAME, LONGEST_VALUE, MOST_LINES = 80, 160, 60


class CommitmentForm(MovedDayForm):
    """What was said, who answers for it, until when."""

    class Meta:
        model = Commitment
        fields = ["theme", "you_said", "we_will", "owner", "due_on", "meeting"]
        widgets = {"you_said": text_area(3), "we_will": text_area(3), "due_on": date_input()}
        help_texts = {
            "theme": gettext_lazy("Everybody who spoke of it and asked to be told is told."),
            "you_said": gettext_lazy("What several people said, in your own short words."),
            "we_will": gettext_lazy("May stay empty until you know. Residents read it."),
            "owner": gettext_lazy("An office or a role, not a person's name."),
            "due_on": gettext_lazy("Being late is public."),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Meeting.objects.filter(partnership=pilot.partnership, cancelled=False)
        self.fields["meeting"].queryset = found  # type: ignore[attr-defined]
        self.fields["meeting"].required = False
        themes = Theme.objects.filter(pilot=pilot)
        if self.instance.pk or not themes.exists():
            del self.fields["theme"]
        else:
            self.fields["theme"].queryset = themes  # type: ignore[attr-defined]

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        if day < timezone.localdate() and "due_on" in self.changed_data:
            raise forms.ValidationError(_("This day is past. Give today or a later day."))
        return day


class ThemeForm(forms.ModelForm[Theme]):
    """A theme, in the lead's own words."""

    class Meta:
        model = Theme
        fields = ["name", "words", "reply"]
        widgets = {"words": text_area(3), "reply": text_area(3)}
        help_texts = {
            "name": gettext_lazy("A few words, for example “Glare at the crossing”."),
            "words": gettext_lazy("What several people said, in your own short words."),
            "reply": gettext_lazy(
                "Where nothing has to be promised: thanks, or how it is. It answers all of them."
            ),
        }

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        same = Theme.objects.filter(pilot=self.pilot, name__iexact=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This pilot has a theme of this name already."))
        return name


class UnderForm(ThemeForm):
    """Put what is ticked under a theme that there is, or under a new one."""

    under = forms.ModelChoiceField(
        label=gettext_lazy("Under which theme"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=gettext_lazy("a new one"),
    )

    field_order = ["under", "name", "words", "reply"]

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, pilot=pilot, **kwargs)
        themes = Theme.objects.filter(pilot=pilot)
        self.fields["name"].required = False
        if themes.exists():
            self.fields["under"].queryset = themes  # type: ignore[attr-defined]
        else:
            del self.fields["under"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        under = values.get("under")
        if under is None and not values.get("name") and "name" not in self.errors:
            chosen = "under" in self.fields
            text = _("Name the new theme, or choose one above.") if chosen else _("Name the theme.")
            self.add_error("name", text)
        if under is not None and values.get("name"):
            self.add_error("name", _("Leave this empty, or choose “a new one” above."))
        return values


class StartForm(forms.Form):
    """What is being done."""

    we_will = forms.CharField(
        label=gettext_lazy("What is being done"), max_length=500, widget=text_area(3)
    )


class KeptForm(forms.Form):
    """What was done, and since when."""

    we_did = forms.CharField(label=gettext_lazy("We did"), max_length=500, widget=text_area(3))
    done_on = forms.DateField(label=gettext_lazy("from which day"), widget=date_input())
    version = forms.CharField(
        label=gettext_lazy("What changed of the technology"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Only where the technology itself changed. Every change makes a new version of the "
            "pilot, and the chart marks the day. Each version gets a figure of its own."
        ),
    )

    def clean_done_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["done_on"])


class RefusalForm(forms.Form):
    """Why it will not be done."""

    reason = forms.CharField(
        label=gettext_lazy("Why it will not be done"), max_length=500, widget=text_area(3)
    )


class FixForm(forms.Form):
    """Did this fix it?"""

    answer = forms.ChoiceField(
        label=gettext_lazy("Did this fix it?"),
        choices=FixAnswer.Answer.choices,
        widget=forms.RadioSelect,
    )


class GroupViewForm(forms.ModelForm[GroupView]):
    """What one of the five groups says about the ending, or why nobody of it was heard."""

    heard = forms.TypedChoiceField(
        label=gettext_lazy("Was this group heard?"),
        choices=[
            ("yes", gettext_lazy("Yes: these are their words")),
            ("no", gettext_lazy("No: this is why nobody was heard")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = GroupView
        fields = ["heard", "text", "said_by", "said_on"]
        labels = {"text": gettext_lazy("Their words, or the reason")}
        widgets = {"text": text_area(5), "said_on": date_input()}
        help_texts = {
            "text": gettext_lazy(
                "In their own words. Where nobody was heard: who was asked, how and when, and "
                "what came of it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["heard"] = "yes" if self.instance.heard else "no"

    def clean_said_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["said_on"])


def lines_from(text: str) -> list[tuple[str, str]]:
    """Read properties, one to a line: ``name: value with its unit``.

    Raises
    ------
    django.forms.ValidationError
        With the line, what is wrong with it, and the remedy.
    """
    found: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not name or not value:
            raise forms.ValidationError(
                _("Line %(number)d: write the property, a colon, and its value.")
                % {"number": number}
            )
        if len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE:
            raise forms.ValidationError(_("Line %(number)d is too long.") % {"number": number})
        if name.casefold() in found:
            raise forms.ValidationError(
                _("Line %(number)d: “%(name)s” stands above already. Give each once.")
                % {"number": number, "name": name}
            )
        found[name.casefold()] = (name, value)
    if len(found) > MOST_LINES:
        raise forms.ValidationError(_("More than %(most)d properties.") % {"most": MOST_LINES})
    return list(found.values())


class SpecificationForm(forms.Form):
    """Properties, one to a line."""

    lines = forms.CharField(
        label=gettext_lazy("Properties, one to a line"),
        widget=text_area(8),
        help_text=gettext_lazy("For example “luminous flux: 2,326 lm”, “colour: 3,000 K”."),
    )

    def clean_lines(self) -> list[tuple[str, str]]:
        return lines_from(self.cleaned_data["lines"])


class VersionForm(SpecificationForm):
    """A new version: from which day, and what changed."""

    from_on = forms.DateField(label=gettext_lazy("from which day"), widget=date_input())
    what = forms.CharField(label=gettext_lazy("What changed, and why"), max_length=500)

    field_order = ["what", "from_on", "lines"]

    def clean_from_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["from_on"])
