"""What a table of the exchange folder is made of. No Django, no database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal[
    "string", "integer", "number", "boolean", "date", "datetime", "object", "array"
]  # fmt: skip
# both: in every export; private, public: in that export alone; plain: never written, but taken
# from a folder that somebody put together by hand.
Form = Literal["both", "private", "public", "plain"]


@dataclass(frozen=True)
class Field:
    """One column.

    Attributes
    ----------
    name, kind, description
        As written; `kind` is a type of the Frictionless Table Schema.
    required
        Whether every row has a value.
    allowed
        The only values there may be; empty for any.
    low, high, longest
        Limits of a number, and of the length of a text or of the digits of a whole number.
    to
        The table whose ``id`` this names, or empty.
    form
        In which exports the column is.
    formerly
        Values that earlier versions wrote, each with what it is now.
    """

    name: str
    kind: Kind
    description: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    longest: int | None = None
    to: str = ""
    form: Form = "both"
    formerly: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Resource:
    """One table, in the file ``<name>.csv``.

    Attributes
    ----------
    name, title, description
        For the descriptor and the README.
    fields
        In the order of the columns.
    key
        Columns that together name a row.
    unique
        Further columns of which no two rows have the same values.
    one_of
        Sets of columns, one of which every row fills.
    form
        In which exports the table is.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ("id",)
    unique: tuple[tuple[str, ...], ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    form: Form = "both"

    @property
    def file_name(self) -> str:
        """Name of the file."""
        return f"{self.name}.csv"

    def field(self, name: str) -> Field | None:
        """Return the column of this name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    def fields_in(self, form: str) -> tuple[Field, ...]:
        """Return the columns of the ``private`` or ``public`` export, or all for ``plain``.

        A folder put together by hand may use any column, and must fill only those that both
        exports have.
        """
        if form != "plain":
            return tuple(field for field in self.fields if field.form in ("both", form))
        by_name: dict[str, Field] = {}
        for field in self.fields:
            needed = field.required and field.form == "both" and field.name != "id"
            by_name.setdefault(field.name, replace(field, required=needed))
        return tuple(by_name.values())

    def key_in(self, form: str) -> tuple[str, ...]:
        """Return the part of the key that the export has; empty when a part is missing."""
        names = {field.name for field in self.fields_in(form)}
        return self.key if names.issuperset(self.key) else ()


def text(name: str, description: str, longest: int | None = None, **more: object) -> Field:
    """Return a column of text."""
    return Field(name, "string", description, longest=longest, **more)  # type: ignore[arg-type]


def choice(name: str, description: str, *allowed: str, **more: object) -> Field:
    """Return a column with a fixed list of values."""
    return Field(name, "string", description, allowed=allowed, **more)  # type: ignore[arg-type]


def whole(name: str, description: str, low: int | None = 0, **more: object) -> Field:
    """Return a column of whole numbers."""
    return Field(name, "integer", description, low=low, **more)  # type: ignore[arg-type]


def digits(name: str, description: str, longest: int, **more: object) -> Field:
    """Return a column of whole numbers of so many digits that no database counts with them."""
    return Field(name, "integer", description, low=0, longest=longest, **more)  # type: ignore[arg-type]


def number(name: str, description: str, **more: object) -> Field:
    """Return a column of numbers."""
    return Field(name, "number", description, **more)  # type: ignore[arg-type]


def truth(name: str, description: str, **more: object) -> Field:
    """Return a column of true and false."""
    return Field(name, "boolean", description, **more)  # type: ignore[arg-type]


def day(name: str, description: str, **more: object) -> Field:
    """Return a column of dates."""
    return Field(name, "date", description, **more)  # type: ignore[arg-type]


def moment(name: str, description: str, **more: object) -> Field:
    """Return a column of moments in UTC."""
    return Field(name, "datetime", description, **more)  # type: ignore[arg-type]


def json(name: str, description: str, **more: object) -> Field:
    """Return a column of JSON objects."""
    return Field(name, "object", description, **more)  # type: ignore[arg-type]


def to(name: str, resource: str, description: str, **more: object) -> Field:
    """Return a column that names a row of another table by its id."""
    return Field(name, "string", description, to=resource, **more)  # type: ignore[arg-type]


def identity(
    description: str = "Names the row within this folder; means nothing outside.",
) -> Field:
    """Return the column ``id``."""
    return Field("id", "string", description, required=True)
