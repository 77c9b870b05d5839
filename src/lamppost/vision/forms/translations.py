"""Forms for translating a question and its statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.languages import canonical_tag
from lamppost.base.spreadsheet import SpreadsheetError, read_csv
from lamppost.base.templatetags.lamppost_ui import direction_of
from lamppost.base.uploads import read_upload

from ..actions.statements import LONGEST
from ..models import Conversation, ConversationTranslation
from ..queries.translations import QUESTION_ROWS, Pair, statements_by_number

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000


class LanguageForm(forms.Form):
    """A language that is not in the list yet."""

    language = forms.CharField(
        label=gettext_lazy("Another language"),
        help_text=gettext_lazy("Its tag, for example fr, so or zh-Hans."),
        max_length=12,
    )

    def clean_language(self) -> str:
        typed = str(self.cleaned_data["language"]).strip()
        tag = canonical_tag(typed)
        if tag is None:
            raise forms.ValidationError(
                _("“%(tag)s” is no language. Use a tag like en, ar or es.") % {"tag": typed}
            )
        return tag


class TranslationsForm(forms.Form):
    """The question and a page of statements in one language.

    Several may work at it at once. Each field comes back with what stood in it when the page was
    opened, so that only what this writer changed is stored.
    """

    def __init__(
        self,
        *args: Any,
        conversation: Conversation,
        there: ConversationTranslation | None,
        pairs: list[Pair],
        asks_question: bool,
        language: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        written = {"rows": 2, "lang": language, "dir": direction_of(language)}
        self.pairs, self.question_names = pairs, []
        for name in QUESTION_ROWS if asks_question else ():
            field = conversation._meta.get_field(name)
            if getattr(conversation, name):
                self.question_names.append(name)
                self.fields[name] = forms.CharField(
                    label=str(field.verbose_name).capitalize(),  # type: ignore[union-attr]
                    initial=getattr(there, name, ""),
                    max_length=field.max_length,  # type: ignore[union-attr]
                    required=False,
                    widget=forms.Textarea(attrs=written),
                )
        for pair in pairs:
            self.fields[f"s{pair.statement.pk}"] = forms.CharField(
                label=_("No. %(number)d") % {"number": pair.statement.number},
                initial=pair.text,
                max_length=LONGEST,
                required=False,
                widget=forms.Textarea(attrs=written),
            )
        if self.is_bound:
            self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        """Let fields that this writer left as they were hold what is stored now."""
        data = cast(QueryDict, self.data).copy()
        for name in self.fields:
            if name in data and not self._was_changed(name):
                data[name] = self._stored(name)
        self.data = data

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in self.fields:
            if self._is_overtaken(name):
                text = _(
                    "Somebody else wrote this meanwhile: “%(text)s”. Save again to keep yours."
                )
                self.add_error(name, text % {"text": self._stored(name)})
        others = [self._now(name) for name in self.question_names if name != "question"]
        if any(others) and not self._now("question"):
            self.add_error("question", _("Translate the question itself too, or leave all empty."))
        return found

    def _stored(self, name: str) -> str:
        return str(self.fields[name].initial or "")

    def _was_changed(self, name: str) -> bool:
        """Say whether the writer changed the field since the page was opened.

        A field that did not come back was not on that page.
        """
        given, was = self.data.get(name), self.data.get(f"was-{name}")
        return given is not None and (was is None or _plain(given) != _plain(was))

    def _is_overtaken(self, name: str) -> bool:
        given, was = self.data.get(name), self.data.get(f"was-{name}")
        stored = _plain(self._stored(name))
        return (
            given is not None
            and was is not None
            and self._was_changed(name)
            and stored not in (_plain(was), _plain(given))
        )

    def _now(self, name: str) -> str:
        """What stands in the field after this: what was written, else what is stored."""
        if name not in self.fields:
            return ""
        written = self._was_changed(name) and name in self.cleaned_data
        return str(self.cleaned_data[name]) if written else self._stored(name)

    def rows(self) -> list[tuple[Pair, forms.BoundField]]:
        """Each statement with its field."""
        return [(pair, self[f"s{pair.statement.pk}"]) for pair in self.pairs]

    def question_fields(self) -> list[forms.BoundField]:
        """The fields of the question itself."""
        return [self[name] for name in self.question_names]

    def texts(self) -> Mapping[int, str]:
        """Statement id → words, of those that were changed or are still right."""
        right = self.still_right()
        return {
            one.statement.pk: self._now(f"s{one.statement.pk}")
            for one in self.pairs
            if one.statement.pk in right or self._was_changed(f"s{one.statement.pk}")
        }

    def question(self) -> Mapping[str, str]:
        """The question's own fields."""
        return {name: self._now(name) for name in self.question_names}

    def still_right(self) -> set[int]:
        """Statements that were mended, whose translation stays as it is."""
        return {
            one.statement.pk for one in self.pairs if self.data.get(f"ok{one.statement.pk}") == "on"
        }


def _plain(text: str) -> str:
    return " ".join(text.split())


class ReadTranslations:
    """A file of translations, checked row by row; `faults` has what to correct.

    Raises
    ------
    UploadError, SpreadsheetError
        For a file that is no table with the columns that are needed.
    """

    def __init__(
        self, conversation: Conversation, language: str, upload: UploadedFile[Any]
    ) -> None:
        content = read_upload(upload, most_bytes=MOST_BYTES)
        table = read_csv(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
        heads = [head.strip().casefold() for head in table[0]] if table else []
        if not {"number", "translation"} <= set(heads):
            raise SpreadsheetError(
                _("The first row needs the columns “number” and “translation”. Download the file.")
            )
        self.texts: dict[int, str] = {}
        self.question: dict[str, str] = {}
        self.faults: list[tuple[int, str]] = []
        self._known = statements_by_number(conversation, language)
        self._conversation = conversation
        for row, cells in enumerate(table[1:], start=2):
            if any(cells):
                self._take(row, dict(zip(heads, cells, strict=False)))
        if self.question and not self.question.get("question"):
            if any(self.question.values()):
                self.faults.append((2, _("The row “question” has no translation. Add it.")))
            self.question = {}

    def _take(self, row: int, cells: Mapping[str, str]) -> None:
        name = cells["number"].strip()
        text = " ".join(cells.get("translation", "").split())
        if name in QUESTION_ROWS:
            longest = self._conversation._meta.get_field(name).max_length  # type: ignore[union-attr]
            before = str(getattr(self._conversation, name))
        elif name.isascii() and name.isdigit() and int(name) in self._known:
            longest, before = LONGEST, self._known[int(name)].voice.public_text
        else:
            text = _("There is no statement no. “%(number)s” to translate. Take the row out.")
            self.faults.append((row, text % {"number": name[:20]}))
            return
        if len(text) > (longest or LONGEST):
            fault = _("The translation has %(length)d characters. Shorten it to %(longest)d.")
            self.faults.append((row, fault % {"length": len(text), "longest": longest}))
        if "text" in cells and " ".join(cells["text"].split()) != " ".join(before.split()):
            self.faults.append(
                (row, _("The words have changed since. Download the file again for this row."))
            )
        if name in QUESTION_ROWS:
            self.question[name] = text
        else:
            self.texts[self._known[int(name)].pk] = text
