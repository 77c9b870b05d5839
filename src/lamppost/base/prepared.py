"""Queries whose SQL Django works out once in a process, for the few pages that many open at once.

Most of what a small query costs is not the database: Django puts it together and into SQL anew
each time. Here the queryset is built once with placeholders; later calls only fill the values in.
What comes back is what the queryset gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row")
# Within the range of every integer column, and nothing that a query contains by itself.
_FIRST_NUMBER = 1_987_650_000


@dataclass(frozen=True)
class _Plan:
    """What is kept: SQL, its values with marks in them, and how a row is read."""

    sql: str
    values: tuple[Any, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    read: Callable[[Sequence[Any]], Any]


class Prepared(Generic[Row]):
    """A query of which only values change.

    Parameters
    ----------
    build
        Makes the queryset (models, or plain `values_list`) from placeholders by name.
    given
        Name and type, `int` or `str`, of each value. A value is passed on as it is.

    Examples
    --------
    >>> by_code = Prepared(lambda code: Conversation.objects.filter(code=code), code=str)
    >>> by_code.first(code="k7mq")
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], **given: type) -> None:
        self._build = build
        self._marks: dict[Any, str] = {
            _FIRST_NUMBER + place if kind is int else f"\ue000{name}\ue001": name
            for place, (name, kind) in enumerate(given.items())
        }
        self._plans: dict[str, _Plan] = {}

    def all(self, **values: Any) -> list[Row]:
        """Return every row, in the order of the queryset."""
        plan = self._plans.get(connection.vendor)
        if plan is None:
            plan = self._plans[connection.vendor] = self._made()
        marks = self._marks
        filled = tuple(
            values[marks[one]] if isinstance(one, int | str) and one in marks else one
            for one in plan.values
        )
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, filled)
            rows = cursor.fetchall()
        return [self._read(plan, row) for row in rows]

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or None; limit the queryset to one row yourself."""
        return next(iter(self.all(**values)), None)

    @staticmethod
    def _read(plan: _Plan, row: Sequence[Any]) -> Row:
        cells = list(row)
        for place, convert, expression in plan.converters:
            for one in convert:
                cells[place] = one(cells[place], expression, connection)
        return cast(Row, plan.read(cells))

    def _made(self) -> _Plan:
        query = self._build(**{name: mark for mark, name in self._marks.items()})
        compiler = query.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        missing = set(self._marks) - {one for one in values if isinstance(one, int | str)}
        if missing:
            raise ValueError(f"the query does not use {[self._marks[one] for one in missing]}")
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        found = compiler.get_converters(columns)
        return _Plan(
            sql,
            tuple(values),
            tuple((place, tuple(convert), column) for place, (convert, column) in found.items()),
            _reader(query, compiler),
        )


def _reader(query: QuerySet[Any, Any], compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Return what makes a row of cells into an instance, or a tuple of plain values."""
    if getattr(query, "_fields", None) is not None:  # `values_list`
        return tuple
    fields = compiler.klass_info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    names = [one[0].target.attname for one in compiler.select[start:end]]
    model = compiler.klass_info["model"]
    related = get_related_populators(  # type: ignore[call-arg] # the stubs are of a later Django
        compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS
    )

    def read(cells: Sequence[Any]) -> Any:
        found = model.from_db(DEFAULT_DB_ALIAS, names, cells[start:end])
        for one in related:
            one.populate(cells, found)
        return found

    return read


class PreparedInsert:
    """Insert one row unless a unique constraint has it already: one statement, no savepoint.

    Parameters
    ----------
    model
        Where to; its key is made by the database.
    fields
        The columns that are given, by attribute name (``participant_id``); all that have no
        default in the database.
    """

    def __init__(self, model: type[Model], *fields: str) -> None:
        self._model = model
        found = {one.attname: one for one in model._meta.concrete_fields}
        left_out = set(found) - set(fields) - {str(model._meta.pk and model._meta.pk.attname)}
        if left_out or not set(fields) <= set(found):
            raise ValueError(f"{model.__name__}: give all of {sorted(found)} but the key")
        self._fields = {name: found[name] for name in fields}
        self._sql: dict[str, str] = {}

    def insert(self, **values: Any) -> int | None:
        """Return the new row's key; None where there is such a row already."""
        sql = self._sql.get(connection.vendor)
        if sql is None:
            sql = self._sql[connection.vendor] = self._made()
        filled = tuple(
            field.get_db_prep_save(values[name], connection) for name, field in self._fields.items()
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            row = cursor.fetchone()
        return None if row is None else int(row[0])

    def _made(self) -> str:
        quoted = connection.ops.quote_name
        meta = self._model._meta
        columns = ", ".join(quoted(str(one.column)) for one in self._fields.values())
        places = ", ".join(["%s"] * len(self._fields))
        key = quoted(str(meta.pk and meta.pk.column))
        return (
            f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ({places}) "  # noqa: S608 - names of our models
            f"ON CONFLICT DO NOTHING RETURNING {key}"
        )
