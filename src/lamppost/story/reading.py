"""Reading a folder: every fault is found before anything is taken, and says how to mend it."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .descriptor import MARK, Checksum
from .media import FileFault, content_of
from .schema import BY_NAME, FORMAT, RESOURCES, Field, Resource
from .values import CellFault, value_of
from .writing import checksum_of

FORMS = ("private", "public")
SHOWN_FAULTS = 20
MOST_FAULTS = 200
LARGEST_CELL = min(sys.maxsize, 2**31 - 1)
Row = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: file, row (the heading is row 1), column, what and the remedy."""

    file: str
    row: int | None
    column: str
    message: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += ", " + _("row %(row)d") % {"row": self.row}
        if self.column:
            place += ", " + _("column %(column)s") % {"column": self.column}
        return f"{place}: {self.message}"


class PackageRefused(ValueError):  # noqa: N818 - a fault of the input, not of the program
    """The folder cannot be taken; `faults` holds every thing that is wrong, up to a limit."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[:SHOWN_FAULTS]]
        more = len(self.faults) - SHOWN_FAULTS
        if more > 0:
            lines.append(
                ngettext("… and %(count)d more fault.", "… and %(count)d more faults.", more)
                % {"count": more}
            )
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Package:
    """A folder that was read and checked.

    Attributes
    ----------
    folder
        Where it was.
    form
        ``private``, ``public``, or ``plain`` for a folder put together by hand.
    title
        From the descriptor; empty when there is none.
    created
        When the export was made, as written in the descriptor.
    tables
        Typed rows by table; a table without a file is not in it.
    lines
        Line in the file of each row, by table.
    missing
        Files of the descriptor that are not in the folder.
    """

    folder: Path
    form: str
    title: str = ""
    created: str = ""
    tables: dict[str, list[Row]] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def open_file(self, path: str) -> BinaryIO:
        """Open a file that was named in a row of ``media.csv``, and checked."""
        return (self.folder / path).open("rb")

    def rows(self, name: str, columns: Iterable[str] | None = None) -> Iterator[Row]:
        """Yield the rows of a table; nothing when it is not there."""
        yield from self.tables.get(name, ())


class Reader:
    """Reads one folder and gathers what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.sums: dict[str, Checksum] = {}
        self.listed: list[str] = []

    def read(self) -> Package:
        """Return the checked folder.

        Raises
        ------
        PackageRefused
            With every fault: unknown files' columns, values of the wrong kind, repeated rows,
            references to rows that are not there, files that are not those that were exported.
        """
        usual = csv.field_size_limit(LARGEST_CELL)
        try:
            return self._read_all()
        finally:
            # One limit for the whole process: uploads read later keep the usual one.
            csv.field_size_limit(usual)

    def _read_all(self) -> Package:
        package = self._descriptor()
        for resource in RESOURCES:
            path = self.folder / resource.file_name
            if path.is_file():
                self._check_sum(path)
                self._read_table(package, resource, path)
        if not package.tables and not self.faults:
            self._fault("", None, "", _(
                "The folder holds no table of the exchange format. Give a folder with "
                "datapackage.json, or with files such as statements.csv."
            ))  # fmt: skip
        if not self.faults:
            for name in package.tables:
                self._check_references(package, BY_NAME[name])
            self._check_media(package)
        if self.faults:
            raise PackageRefused(self.faults)
        gone = tuple(name for name in self.listed if not (self.folder / name).is_file())
        return replace(package, missing=gone)

    def _fault(self, file: str, row: int | None, column: str, message: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(file or self.folder.name, row, column, message))

    def _descriptor(self) -> Package:
        path = self.folder / "datapackage.json"
        if not path.exists():
            return Package(self.folder, "plain")
        try:
            descriptor = json.loads(path.read_text(encoding="utf-8"))
            mark = descriptor.get(MARK) or {}
            form, written = mark.get("form", "plain"), mark.get("format", FORMAT)
        except (OSError, ValueError, AttributeError):
            self._fault(path.name, None, "", _("This is not JSON. Export the folder again."))
            return Package(self.folder, "plain")
        if written != FORMAT or form not in (*FORMS, "plain"):
            self._fault(path.name, None, MARK, _(
                "This folder has the format “%(format)s”, which this version does not read. "
                "Export it again with the same version of Lamppost."
            ) % {"format": f"{written} {form}"})  # fmt: skip
        self._sums_of(path.name, descriptor.get("resources"))
        title, created = (str(descriptor.get(key) or "") for key in ("title", "created"))
        return Package(self.folder, form, title, created)

    def _sums_of(self, file: str, resources: Any) -> None:
        """Keep which size and checksum each table should have, where the descriptor says so."""
        known = {resource.file_name for resource in RESOURCES}
        for resource in resources if isinstance(resources, list) else ():
            path = resource.get("path") if isinstance(resource, dict) else None
            if path not in known:
                continue
            self.listed.append(path)
            size, digest = resource.get("bytes"), resource.get("hash")
            if size is None and digest is None:
                continue
            kind, _colon, value = str(digest).partition(":")
            if not isinstance(size, int) or kind != "sha256":
                self._fault(file, None, path, _(
                    "Size and checksum cannot be read. Give bytes and hash, as in "
                    "“sha256:…”, or take both out."
                ))  # fmt: skip
                continue
            self.sums[path] = Checksum(size, value)

    def _check_sum(self, path: Path) -> None:
        told = self.sums.get(path.name)
        if told is not None and checksum_of(path) != told:
            self._fault(path.name, None, "", _(
                "The file is not as it was exported: its size or checksum differs. Copy it again. "
                "If it was changed on purpose, take its bytes and hash out of datapackage.json."
            ))  # fmt: skip

    def _check_media(self, package: Package) -> None:
        rows, lines = package.tables.get("media", []), package.lines.get("media", [])
        for row, line in zip(rows, lines, strict=True):
            try:
                content_of(self.folder, row)
            except FileFault as fault:
                self._fault("media.csv", line, "file", str(fault))

    def _read_table(self, package: Package, resource: Resource, path: Path) -> None:
        rows = package.tables.setdefault(resource.name, [])
        lines = package.lines.setdefault(resource.name, [])
        columns = {column.name: column for column in resource.fields_in(_form(package, resource))}
        seen = _Seen(resource, _form(package, resource))
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.reader(stream, strict=True)
                header = self._header(path.name, next(reader, []), columns)
                if header is None:
                    return
                before = reader.line_num
                for cells in reader:
                    line, before = before + 1, reader.line_num
                    if not cells:
                        continue
                    row = self._row(path.name, line, header, cells)
                    if row is None:
                        continue
                    self._check_row(path.name, line, resource, columns, row)
                    row.setdefault("id", str(len(rows) + 1))
                    if row["id"] is None:
                        row["id"] = str(len(rows) + 1)
                    self._check_unique(path.name, line, seen, row)
                    rows.append(row)
                    lines.append(line)
        except UnicodeDecodeError:
            self._fault(path.name, None, "", _("The file is not in UTF-8. Save it as UTF-8."))
        except csv.Error as error:
            self._fault(path.name, reader.line_num, "", _(
                "The row cannot be read (%(why)s). Check its quotation marks."
            ) % {"why": error})  # fmt: skip

    def _header(self, file: str, names: list[str], columns: dict[str, Field]) -> list[Field] | None:
        if not names:
            self._fault(file, 1, "", _("The file is empty. Take it out, or write its headings."))
            return None
        for name in names:
            if name not in columns:
                self._fault(file, 1, name, _(
                    "This column is not known. Take it out, or correct its name. Known are: "
                    "%(known)s."
                ) % {"known": ", ".join(columns)})  # fmt: skip
            elif names.count(name) > 1:
                self._fault(file, 1, name, _("This column comes twice. Take one of them out."))
        for column in columns.values():
            if column.required and column.name not in names:
                self._fault(file, 1, column.name, _("This column is missing. Add it."))
        if any(name not in columns for name in names):
            return None
        return [columns[name] for name in names]

    def _row(self, file: str, line: int, header: list[Field], cells: list[str]) -> Row | None:
        if len(cells) != len(header):
            self._fault(file, line, "", _(
                "The row has %(cells)d cells and the heading %(columns)d. Check its commas and "
                "quotation marks."
            ) % {"cells": len(cells), "columns": len(header)})  # fmt: skip
            return None
        row: Row = {}
        for column, cell in zip(header, cells, strict=True):
            try:
                row[column.name] = value_of(column, cell)
            except CellFault as fault:
                self._fault(file, line, column.name, str(fault))
                row[column.name] = None
                continue
            if column.required and row[column.name] is None:
                self._fault(file, line, column.name, _("This cell is empty. Fill it in."))
        return row

    def _check_row(
        self, file: str, line: int, resource: Resource, columns: dict[str, Field], row: Row
    ) -> None:
        for names in resource.one_of:
            if all(row.get(name) is None for name in names) and columns.keys() & set(names):
                self._fault(file, line, names[-1], _(
                    "Nothing is given in %(columns)s. Fill in one."
                ) % {"columns": " / ".join(names)})  # fmt: skip

    def _check_unique(self, file: str, line: int, seen: _Seen, row: Row) -> None:
        for names in seen.repeated(row, line):
            self._fault(file, line, names[0][-1], _(
                "%(columns)s is the same as in row %(row)d. Take one of the two rows out."
            ) % {"columns": " + ".join(names[0]), "row": names[1]})  # fmt: skip

    def _check_references(self, package: Package, resource: Resource) -> None:
        for column in resource.fields_in(_form(package, resource)):
            if not column.to or column.to not in package.tables:
                continue
            known = {row["id"] for row in package.tables[column.to]}
            pairs = zip(package.tables[resource.name], package.lines[resource.name], strict=True)
            for row, line in pairs:
                value = row.get(column.name)
                if value is not None and value not in known:
                    self._fault(resource.file_name, line, column.name, _(
                        "%(table)s has no row with the id “%(id)s”. Correct the id, or add the row."
                    ) % {"table": f"{column.to}.csv", "id": value})  # fmt: skip


def _form(package: Package, resource: Resource) -> str:
    """In which form a table is read: as by hand where a public export holds none any more."""
    older = package.form == "public" and resource.form == "private"
    return "plain" if older else package.form


class _Seen:
    """Values that no two rows of a table may share."""

    def __init__(self, resource: Resource, form: str) -> None:
        names = {column.name for column in resource.fields_in(form)}
        keys = [resource.key] if resource.key else []
        wanted = [*keys, *resource.unique]
        self._sets: list[tuple[tuple[str, ...], dict[Any, int]]] = [
            (columns, {}) for columns in wanted if names.issuperset(columns)
        ]

    def repeated(self, row: Row, line: int) -> Iterator[tuple[tuple[str, ...], int]]:
        for columns, values in self._sets:
            value = tuple(row.get(column) for column in columns)
            if value[-1] is None:
                continue
            first = values.setdefault(value, line)
            if first != line:
                yield columns, first


def read_package(folder: Path) -> Package:
    """Read and check a folder; see `Reader.read`.

    Raises
    ------
    PackageRefused
        When anything in it is wrong, or it is no folder.
    """
    if not folder.is_dir():
        raise PackageRefused(
            [Fault(str(folder), None, "", _("There is no such folder. Check the path."))]
        )
    return Reader(folder).read()
