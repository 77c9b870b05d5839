"""Forms of stakeholders: one person or organisation, the filters, targets, reasons, a file."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.validators import validate_email
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership
from lamppost.base.uploads import UploadError, read_upload

from . import queries
from .exchange import MOST_BYTES, PRIVATE_COLUMNS
from .models import Group, Stakeholder, Target

STEPS = [
    (1, _("1 – very little")),
    (2, _("2 – little")),
    (3, _("3 – some")),
    (4, _("4 – much")),
    (5, _("5 – very much")),
]
MOST_NEIGHBOURHOODS = 40


def _languages(current: str) -> list[tuple[str, str]]:
    """Every language Django knows, named in itself, and the one that is written already."""
    named = {code: info["name_local"] for code, info in LANG_INFO.items() if "name_local" in info}
    if current:
        named.setdefault(current, current)
    return sorted(named.items(), key=lambda pair: pair[1].casefold())


class StakeholderForm(forms.ModelForm[Stakeholder]):
    """One person or organisation."""

    influence = forms.TypedChoiceField(
        label=_("Influence"),
        choices=STEPS,
        coerce=int,
        initial=3,
        help_text=_("How much they can decide or hold up."),
    )
    interest = forms.TypedChoiceField(
        label=_("Interest"),
        choices=STEPS,
        coerce=int,
        initial=3,
        help_text=_("How much it matters to them."),
    )
    language = forms.ChoiceField(label=_("Language"), help_text=_("In which they are written to."))

    class Meta:
        model = Stakeholder
        fields = [
            "kind",
            "name",
            "group",
            "organisation",
            "status",
            "influence",
            "interest",
            "neighbourhood",
            "language",
            "contact_preference",
            "contact",
            "concerns",
        ]
        widgets = {"kind": forms.RadioSelect, "concerns": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "organisation": _("The organisation that this person belongs to or speaks for."),
            "neighbourhood": _("Where they live or work."),
            "contact": _("An e-mail address, a phone number or an address."),
            "concerns": _("What worries them, in their own words where you can."),
        }

    def __init__(self, *args: Any, partnership: Partnership, private: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        found = queries.organisations(partnership)
        if self.instance.pk:
            found = found.exclude(pk=self.instance.pk)
        self.fields["group"].choices = [("", _t("Choose a group")), *Group.choices]  # type: ignore[attr-defined]
        organisation = self.fields["organisation"]
        organisation.queryset = found  # type: ignore[attr-defined]
        organisation.empty_label = _t("None")  # type: ignore[attr-defined]
        language = self.fields["language"]
        current = self.instance.language if self.instance.pk else partnership.language
        language.choices = _languages(current)  # type: ignore[attr-defined]
        self.initial.setdefault("language", current)
        if not self.instance.pk:
            self.initial["language"] = current
        if not private:
            for name in PRIVATE_COLUMNS:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == Stakeholder.Kind.ORGANISATION and values.get("organisation"):
            self.add_error("organisation", _t("An organisation belongs to no other. Choose none."))
        if values.get("kind") == Stakeholder.Kind.PERSON and self._has_people():
            self.add_error("kind", _t("People belong to this organisation. It stays one."))
        self._clean_contact(values)
        self._clean_name(values)
        return values

    def _has_people(self) -> bool:
        return bool(self.instance.pk) and self.instance.people.exists()

    def _clean_contact(self, values: dict[str, Any]) -> None:
        if values.get("contact_preference") == Stakeholder.Contact.EMAIL and values.get("contact"):
            try:
                validate_email(values["contact"])
            except forms.ValidationError:
                self.add_error(
                    "contact",
                    _t("This is not an e-mail address. Correct it, or choose another way."),
                )

    def _clean_name(self, values: dict[str, Any]) -> None:
        same = Stakeholder.objects.filter(
            partnership=self.partnership,
            name=values.get("name"),
            group=values.get("group"),
            kind=values.get("kind"),
        ).exclude(pk=self.instance.pk)
        if same.exists():
            self.add_error(
                "name",
                _t("Somebody of this name is in this group already. Add what tells them apart."),
            )


class FilterForm(forms.Form):
    """What the list shows."""

    q = forms.CharField(label=_("Name"), required=False)
    group = forms.ChoiceField(
        label=_("Group"), required=False, choices=[("", _("All")), *Group.choices]
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), *Stakeholder.Status.choices],
    )
    neighbourhood = forms.ChoiceField(label=_("Neighbourhood"), required=False)
    sort = forms.ChoiceField(
        label=_("Sorted by"),
        required=False,
        choices=[
            ("name", _("Name")),
            ("group", _("Group")),
            ("influence", _("Influence")),
            ("interest", _("Interest")),
            ("newest", _("Newest first")),
        ],
    )
    # Reached by links from other pages.
    kind = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[("", ""), *Stakeholder.Kind.choices]
    )
    influence = forms.IntegerField(required=False, widget=forms.HiddenInput)
    interest = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, neighbourhoods: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [("", _t("All")), *((name, name) for name in neighbourhoods)]
        self.fields["neighbourhood"].choices = places  # type: ignore[attr-defined]

    def filters(self) -> queries.Filters:
        """Return what is asked for; an answer that does not exist asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return queries.Filters(
            text=given.get("q", ""),
            group=given.get("group", ""),
            kind=given.get("kind", ""),
            neighbourhood=given.get("neighbourhood", ""),
            status=given.get("status", ""),
            influence=given.get("influence"),
            interest=given.get("interest"),
            sort=given.get("sort") or "name",
        )


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("Status"), choices=Stakeholder.Status.choices)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you go on without this group"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence why you go on without this group.")},
    )


class TargetsForm(forms.Form):
    """How many of each group, and of each neighbourhood, should take part."""

    neighbourhoods = forms.CharField(
        label=_("Neighbourhoods"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("One in each line, with the number after a colon. Example: Mill Lane: 4"),
    )

    def __init__(self, *args: Any, targets: dict[tuple[str, str], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [
            f"{value}: {count}"
            for (dimension, value), count in sorted(targets.items())
            if dimension == Target.Dimension.NEIGHBOURHOOD
        ]
        self.initial["neighbourhoods"] = "\n".join(lines)
        for group in Group:
            self.fields[group.value] = forms.IntegerField(
                label=group.label, required=False, min_value=0, max_value=100_000
            )
            self.initial[group.value] = targets.get((Target.Dimension.GROUP, group.value))
        self.order_fields([*Group.values, "neighbourhoods"])

    def clean_neighbourhoods(self) -> dict[str, int]:
        """Return neighbourhood → how many; the error names the line."""
        found: dict[str, int] = {}
        for number, line in enumerate(self.cleaned_data["neighbourhoods"].splitlines(), start=1):
            if not line.strip():
                continue
            name, _colon, count = (part.strip() for part in line.rpartition(":"))
            if not name or not count.isdecimal() or len(count) > 6 or len(name) > 80:
                raise forms.ValidationError(
                    _t("Line %(line)d: write a name, a colon and a whole number.")
                    % {"line": number}
                )
            if name in found:
                raise forms.ValidationError(
                    _t("Line %(line)d: %(name)s is there twice. Remove one.")
                    % {"line": number, "name": name}
                )
            found[name] = int(count)
        if len(found) > MOST_NEIGHBOURHOODS:
            raise forms.ValidationError(
                _t("Name at most %(most)d neighbourhoods.") % {"most": MOST_NEIGHBOURHOODS}
            )
        return found

    def counts(self) -> dict[tuple[str, str], int]:
        """Return what `actions.set_targets` takes."""
        given = self.cleaned_data
        counts = {
            (Target.Dimension.GROUP.value, group.value): given[group.value]
            for group in Group
            if given.get(group.value) is not None
        }
        area = Target.Dimension.NEIGHBOURHOOD.value
        return counts | {(area, name): count for name, count in given["neighbourhoods"].items()}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("The list, as a CSV file"),
        help_text=_("At most 1 MB and 2,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> bytes:
        """Return the content."""
        try:
            return read_upload(self.cleaned_data["file"], most_bytes=MOST_BYTES)
        except UploadError as error:
            raise forms.ValidationError(str(error)) from None


class ConfirmImportForm(forms.Form):
    """The checked file itself, carried from the preview to the import."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=MOST_BYTES * 2)
    update = forms.BooleanField(
        label=_("Also change those who are in the list already"), required=False
    )

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(_t("The file got lost. Choose it again.")) from None
