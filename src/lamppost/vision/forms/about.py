"""Forms of what voters say of themselves, and of the population's shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.about import Shares
from ..queries.about import ASKS, AboutQuestion, Choices

# Rounded figures may be a little above all of it.
MOST_PERCENT = 100.5
MOST_PARTS = 100
_LINE = re.compile(r"(?P<name>.*?\S)\s*[:;,\t|=]\s*(?P<percent>\d{1,3}(?:[.,]\d{1,4})?)\s*[%٪]?\s*")


class AboutForm(forms.Form):
    """One question about the voter; the title is the page's heading."""

    value = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one, or skip this question."),
            "invalid_choice": gettext_lazy("Choose one of these, or skip this question."),
        },
    )

    def __init__(self, *args: Any, question: AboutQuestion, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"value": question.said})
        super().__init__(*args, **kwargs)
        self.fields["value"].label = question.title
        self.fields["value"].choices = question.choices  # type: ignore[attr-defined]


class SharesForm(forms.Form):
    """How large each part of the population is, one part in each line."""

    source = forms.CharField(
        label=gettext_lazy("Where the figures are from"),
        help_text=gettext_lazy("For example “Census 2021, town of Harbourlea”."),
        max_length=200,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        choices: Mapping[str, Choices],
        kept: Mapping[str, Mapping[str, float]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        for question in ASKS:
            self.fields[question] = forms.CharField(
                label=_LABELS[question],
                help_text=self._help(question),
                max_length=8000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
            )
            self.initial[question] = self._lines(question, kept.get(question, {}))
        self.order_fields([*ASKS, "source"])

    def _help(self, question: str) -> str:
        known = [label for _value, label in self.choices[question]]
        example = _("One in each line: a name, a colon and a percentage.")
        if question == "neighbourhood":
            return example + " " + _("Names as residents know them; they can choose from these.")
        return example + " " + _("The names are: %(names)s.") % {"names": "; ".join(known)}

    def _lines(self, question: str, kept: Mapping[str, float]) -> str:
        labels = dict(self.choices[question])
        return "\n".join(
            f"{labels.get(value, value)}: {round(100 * share, 4):g} %"
            for value, share in kept.items()
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        self.parts: dict[str, dict[str, float]] = {}
        for question in ASKS:
            try:
                parts = self._parts(question, found.get(question, ""))
            except forms.ValidationError as error:
                self.add_error(question, error)
            else:
                if parts:
                    self.parts[question] = parts
        return found

    def _parts(self, question: str, text: str) -> dict[str, float]:
        """Value → share of the lines; the error names the line."""
        found: dict[str, float] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            value, share = self._line(question, number, line)
            if value in found:
                raise forms.ValidationError(
                    _("Line %(line)d: %(name)s is there twice. Remove one.")
                    % {"line": number, "name": line.strip()}
                )
            found[value] = share
            if sum(found.values()) * 100 > MOST_PERCENT:
                raise forms.ValidationError(
                    _("Line %(line)d: up to here it is more than 100 percent together. Lower one.")
                    % {"line": number}
                )
        if len(found) > MOST_PARTS:
            raise forms.ValidationError(
                _("These are %(count)d lines. Give at most %(most)d.")
                % {"count": len(found), "most": MOST_PARTS}
            )
        total = max(sum(found.values()), 1.0)
        return {value: share / total for value, share in found.items()}

    def _line(self, question: str, number: int, line: str) -> tuple[str, float]:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise forms.ValidationError(
                _("Line %(line)d: write a name, a colon and a percentage, for example 18.5 %%.")
                % {"line": number}
            )
        percent = float(match["percent"].replace(",", "."))
        if not 0 < percent <= 100:
            raise forms.ValidationError(
                _("Line %(line)d: a share is above 0 and at most 100 percent.") % {"line": number}
            )
        return self._value(question, number, match["name"].strip()), percent / 100

    def _value(self, question: str, number: int, name: str) -> str:
        """The value that a name stands for; of neighbourhoods, new names are welcome."""
        wanted = name.casefold()
        for value, label in self.choices[question]:
            if wanted in (value.casefold(), label.casefold()):
                return value
        if question == "neighbourhood":
            if len(name) <= 80:
                return name
            raise forms.ValidationError(
                _("Line %(line)d: the name has more than 80 characters. Shorten it.")
                % {"line": number}
            )
        names = "; ".join(label for _value, label in self.choices[question])
        raise forms.ValidationError(
            _("Line %(line)d: “%(name)s” is none of the names. Write one of: %(names)s.")
            % {"line": number, "name": name, "names": names}
        )

    def shares(self) -> Shares:
        """Return what `actions.set_population_shares` takes."""
        return Shares(self.parts, self.cleaned_data["source"].strip())


_LABELS = {
    "age": gettext_lazy("Age"),
    "neighbourhood": gettext_lazy("Neighbourhoods"),
    "group": gettext_lazy("Groups"),
}
