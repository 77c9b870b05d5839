"""Values of the exchange folder as text in a cell, and back. No database."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from lamppost.base.spreadsheet import guard, unguard

from .schema import Field

WHOLE = re.compile(r"-?[0-9]+", re.ASCII)
# What a database counts with; a column may say that its numbers are longer.
USUAL_DIGITS = 18
TRUTHS = {"true": True, "false": False}


class CellFault(ValueError):  # noqa: N818 - a fault of the file, not of the program
    """A cell that cannot be taken; the message says what is wrong and what to do."""


def cell_of(value: Any) -> str:
    """Return `value` as it stands in a CSV cell: ISO 8601 in UTC, exact numbers, no formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        moment = value.astimezone(dt.UTC).replace(tzinfo=None)
        return f"{moment.isoformat()}Z"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return str(value)


def value_of(field: Field, cell: str) -> Any:
    """Return the value in `cell`; None when it is empty.

    Raises
    ------
    CellFault
        When the cell is not of the column's kind or beyond its limits.
    """
    if cell == "":
        return None
    value = _READ[field.kind](_not_too_long(field, unguard(cell)))
    if field.formerly:
        value = dict(field.formerly).get(value, value)
    if field.allowed and value not in field.allowed:
        raise CellFault(
            _("“%(value)s” is not known here. Use one of: %(allowed)s.")
            % {"value": _short(cell), "allowed": ", ".join(field.allowed)}
        )
    if field.longest and field.kind != "integer" and len(value) > field.longest:
        raise CellFault(
            _("The text is longer than %(longest)d characters. Shorten it.")
            % {"longest": field.longest}
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        _check_limits(field, value)
    return value


def _not_too_long(field: Field, cell: str) -> str:
    """Refuse a whole number of more digits than can be kept, before it is made one."""
    if field.kind == "integer" and len(cell.lstrip("-")) > (field.longest or USUAL_DIGITS):
        raise _no_whole(cell)
    return cell


def _check_limits(field: Field, value: float) -> None:
    if (field.low is not None and value < field.low) or (
        field.high is not None and value > field.high
    ):
        raise CellFault(
            _("%(value)s is out of range. Give a number %(range)s.")
            % {"value": value, "range": _range(field)}
        )


def _range(field: Field) -> str:
    if field.high is None:
        return _("of %(low)g or more") % {"low": field.low}
    if field.low is None:
        return _("of %(high)g or less") % {"high": field.high}
    return _("from %(low)g to %(high)g") % {"low": field.low, "high": field.high}


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _string(cell: str) -> str:
    if "\0" in cell:
        raise CellFault(_("The text holds a NUL character. Take it out."))
    return cell


def _integer(cell: str) -> int:
    if not WHOLE.fullmatch(cell):
        raise _no_whole(cell)
    return int(cell)


def _no_whole(cell: str) -> CellFault:
    text = _("“%(value)s” is not a whole number. Write digits alone.")
    return CellFault(text % {"value": _short(cell)})


def _number(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in cell:
        raise CellFault(
            _("“%(value)s” is not a number. Use a point before decimals, and no unit.")
            % {"value": _short(cell)}
        )
    return value


def _boolean(cell: str) -> bool:
    try:
        return TRUTHS[cell.lower()]
    except KeyError:
        raise CellFault(
            _("“%(value)s” is neither true nor false. Write one of the two.")
            % {"value": _short(cell)}
        ) from None


def _date(cell: str) -> dt.date:
    try:
        if len(cell) == 10:
            return dt.date.fromisoformat(cell)
    except ValueError:
        pass
    raise CellFault(
        _("“%(value)s” is not a date. Write it as 2026-03-04.") % {"value": _short(cell)}
    )


def _datetime(cell: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(cell)
    except ValueError:
        raise CellFault(
            _("“%(value)s” is not a moment. Write it as 2026-03-04T18:30:00Z.")
            % {"value": _short(cell)}
        ) from None
    # A moment without a zone is in UTC, as the README says.
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)


def _object(cell: str) -> dict[str, Any]:
    value = _json(cell)
    if not isinstance(value, dict):
        raise CellFault(_("This is not a JSON object. Write it in braces."))
    return value


def _array(cell: str) -> list[Any]:
    value = _json(cell)
    if not isinstance(value, list):
        raise CellFault(_("This is not a JSON list. Write it in brackets."))
    return value


def _json(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise CellFault(_("This is not JSON. Export the folder again.")) from None


_READ: dict[str, Callable[[str], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "object": _object,
    "array": _array,
}
