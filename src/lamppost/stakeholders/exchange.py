"""The stakeholder list as CSV: written, and read back with every fault named by row and field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _

from lamppost.accounts.models import Partnership
from lamppost.base.spreadsheet import SpreadsheetError, read_csv, write_csv

from .models import Group, Stakeholder

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
COLUMNS = (
    "name",
    "kind",
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
)
# Only for those who may see contacts and concerns.
PRIVATE_COLUMNS = frozenset({"contact_preference", "contact", "concerns"})
CHOICES: dict[str, Any] = {
    "kind": Stakeholder.Kind,
    "group": Group,
    "status": Stakeholder.Status,
    "contact_preference": Stakeholder.Contact,
}
DEFAULTS: dict[str, Any] = {
    "kind": Stakeholder.Kind.PERSON.value,
    "status": Stakeholder.Status.KNOWN.value,
    "influence": 3,
    "interest": 3,
    "neighbourhood": "",
    "contact_preference": Stakeholder.Contact.EMAIL.value,
    "contact": "",
    "concerns": "",
}


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one cell, and what to do; `row` counts the headings as row 1."""

    row: int
    field: str
    message: str


@dataclass(frozen=True)
class ListRow:
    """One checked row.

    Attributes
    ----------
    row
        As a spreadsheet program counts it.
    values
        Every field but the organisation.
    given
        The fields whose cell was filled in.
    organisation
        Name of the organisation, or empty.
    pk
        Of the stakeholder who is in the list already, or None.
    """

    row: int
    values: Mapping[str, Any]
    given: frozenset[str]
    organisation: str = ""
    pk: int | None = None

    @property
    def name(self) -> str:
        return str(self.values["name"])


@dataclass(frozen=True)
class Reading:
    """A file that was read and not yet taken in."""

    rows: tuple[ListRow, ...] = ()
    faults: tuple[RowFault, ...] = ()
    ignored_columns: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[ListRow, ...]:
        """Rows of somebody who is not in the list yet."""
        return tuple(row for row in self.rows if row.pk is None)

    @property
    def known(self) -> tuple[ListRow, ...]:
        """Rows of somebody who is in the list already."""
        return tuple(row for row in self.rows if row.pk is not None)


def template_csv() -> str:
    """Return a file with the headings alone, to be filled in."""
    return write_csv(COLUMNS, [])


def list_csv(partnership: Partnership, *, private: bool) -> str:
    """Return the whole list; contacts and concerns only when `private`."""
    columns = [name for name in COLUMNS if private or name not in PRIVATE_COLUMNS]
    people = (
        Stakeholder.objects.filter(partnership=partnership)
        .select_related("organisation")
        .order_by(Lower("name"), "pk")
    )
    return write_csv(columns, ([_cell(one, name) for name in columns] for one in people))


def _cell(one: Stakeholder, name: str) -> str:
    if name == "organisation":
        return one.organisation.name if one.organisation else ""
    return str(getattr(one, name))


def read_list(partnership: Partnership, content: bytes) -> Reading:
    """Read a list and compare it with who is in the list already; nothing is written.

    Raises
    ------
    SpreadsheetError
        For a file that is no table, or has no column for name or group.
    """
    table = read_csv(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)
    heads = table[0] if table else []
    places, ignored = _places(heads)
    context = _Context(partnership)
    for number, cells in enumerate(table[1:], start=2):
        if any(cells):
            context.take(number, _filled(cells, places))
    context.check_organisations()
    if not context.rows and not context.faults:
        raise SpreadsheetError(
            _("The file has headings but no rows. Write one row for each person.")
        )
    order = {name: place for place, name in enumerate(COLUMNS)}
    faults = tuple(sorted(context.faults, key=lambda fault: (fault.row, order[fault.field])))
    return Reading(tuple(context.rows), faults, ignored)


def _places(heads: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    known = _headings()
    places: dict[str, int] = {}
    ignored = []
    for place, head in enumerate(heads):
        name = known.get(_plain(head))
        if name is None:
            ignored.extend([head] if head else [])
        elif name in places:
            raise SpreadsheetError(
                _("The column “%(name)s” is there twice. Remove one.") % {"name": head}
            )
        else:
            places[name] = place
    for name in ("name", "group"):
        if name not in places:
            raise SpreadsheetError(
                _("There is no column “%(name)s”. Write it into the first row.") % {"name": name}
            )
    return places, tuple(ignored)


def _filled(cells: list[str], places: Mapping[str, int]) -> dict[str, str]:
    """The row's cells that say something, by field."""
    return {
        name: cells[place].strip()
        for name, place in places.items()
        if place < len(cells) and cells[place].strip()
    }


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").casefold().split())


def _headings() -> dict[str, str]:
    """Every way to write a heading: as in the template, or as a page in some language says it."""
    found = {_plain(name): name for name in COLUMNS}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for name in COLUMNS:
                label = str(Stakeholder._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                found.setdefault(_plain(label), name)
    return found


def _answers(name: str) -> dict[str, str]:
    """Every way to write a choice: its code, or its label in some language."""
    choices = CHOICES[name].choices
    found = {_plain(code): code for code, _label in choices}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in choices:
                found.setdefault(_plain(str(label)), code)
    return found


@dataclass
class _Context:
    """What has been read so far, and what it is compared with."""

    partnership: Partnership
    rows: list[ListRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = {name: _answers(name) for name in CHOICES}
        self.seen: dict[tuple[str, str, str], int] = {}
        self.listed: dict[tuple[str, str, str], int] = {}
        self.organisations: set[str] = set()
        people = Stakeholder.objects.filter(partnership=self.partnership)
        for pk, name, group, kind in people.values_list("pk", "name", "group", "kind"):
            self.listed[name.casefold(), group, kind] = pk
            if kind == Stakeholder.Kind.ORGANISATION:
                self.organisations.add(name.casefold())

    def take(self, number: int, filled: dict[str, str]) -> None:
        """Check one row and keep it, or its faults."""
        given = frozenset(filled) - {"organisation"}
        values: dict[str, Any] = {**DEFAULTS, "language": self.partnership.language}
        faults = []
        for name in sorted(given | {"name", "group"}):
            try:
                values[name] = self._value(name, filled.get(name, ""))
            except ValidationError as error:
                faults.append(RowFault(number, name, error.messages[0]))
        if not faults:
            faults += _contact_faults(number, values)
        if faults:
            self.faults += faults
            return
        self._keep(number, values, given, filled.get("organisation", ""))

    def _value(self, name: str, text: str) -> Any:
        if name in CHOICES:
            return self._choice(name, text)
        if name in {"influence", "interest"}:
            if text not in {"1", "2", "3", "4", "5"}:
                raise ValidationError(
                    _("“%(text)s” is not a step. Write a whole number from 1 to 5.")
                    % {"text": text}
                )
            return int(text)
        if not text:
            raise ValidationError(_("The cell is empty. Fill it in."))
        most = Stakeholder._meta.get_field(name).max_length  # type: ignore[union-attr]
        if most and len(text) > most:
            raise ValidationError(
                _("The text has %(length)d characters. Shorten it to %(most)d.")
                % {"length": len(text), "most": most}
            )
        return text

    def _choice(self, name: str, text: str) -> str:
        found = self.answers[name].get(_plain(text))
        if found is None:
            codes = ", ".join(code for code, _label in CHOICES[name].choices)
            message = _("“%(text)s” is not known here. Write one of: %(codes)s.")
            if not text:
                message = _("The cell is empty. Write one of: %(codes)s.")
            raise ValidationError(message % {"text": text, "codes": codes})
        return found

    def _keep(
        self, number: int, values: dict[str, Any], given: frozenset[str], organisation: str
    ) -> None:
        key = (values["name"].casefold(), values["group"], values["kind"])
        if key in self.seen:
            self.faults.append(
                RowFault(
                    number,
                    "name",
                    _("The same name, group and kind as in row %(row)d. Remove one of them.")
                    % {"row": self.seen[key]},
                )
            )
            return
        self.seen[key] = number
        if values["kind"] == Stakeholder.Kind.ORGANISATION:
            self.organisations.add(key[0])
        self.rows.append(ListRow(number, values, given, organisation, self.listed.get(key)))

    def check_organisations(self) -> None:
        """Find rows that belong to an organisation nobody has listed."""
        for row in self.rows:
            if not row.organisation:
                continue
            if row.values["kind"] == Stakeholder.Kind.ORGANISATION:
                message = _("An organisation cannot belong to another one. Empty this cell.")
            elif row.organisation.casefold() not in self.organisations:
                message = _(
                    "No organisation is called “%(name)s”. Add a row of kind organisation for it, "
                    "or empty this cell."
                ) % {"name": row.organisation}
            else:
                continue
            self.faults.append(RowFault(row.row, "organisation", message))


def _contact_faults(number: int, values: Mapping[str, Any]) -> list[RowFault]:
    by_mail = values["contact_preference"] == Stakeholder.Contact.EMAIL
    if not by_mail or not values["contact"]:
        return []
    try:
        validate_email(values["contact"])
    except ValidationError:
        message = _(
            "“%(text)s” is not an e-mail address. Correct it, or write another way into "
            "contact_preference."
        ) % {"text": values["contact"]}
        return [RowFault(number, "contact", message)]
    return []
