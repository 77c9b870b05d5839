"""The files behind a private folder: which records hold one, and what it is called there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from lamppost.pilots.models import Gate, GateSigner, PastGate
from lamppost.pilots.queries.signed_facts import is_fact

from .bindings import BINDINGS
from .told import MEDIA_FOLDER

Row = dict[str, Any]


@dataclass(frozen=True)
class Holder:
    """A kind of record with a file: its column and table in the folder, and its attribute."""

    column: str
    table: str
    attribute: str
    kind: str

    @property
    def model(self) -> type[models.Model]:
        """The records themselves."""
        return BINDINGS[self.table].model


HOLDERS = (
    Holder("story", "stories", "photo", "photo"),
    Holder("story", "stories", "audio", "audio"),
    Holder("feedback", "feedback", "photo", "photo"),
    Holder("call", "calls", "document", "document"),
    Holder("past_call", "past_calls", "document", "document"),
    Holder("declaration", "declarations", "scan", "scan"),
)
# Tables whose `signatures` name scans, beside the signers themselves.
SIGNED: dict[str, type[Gate] | type[PastGate]] = {"gates": Gate, "past_gates": PastGate}
SIGNATURE = ("role", "name", "for", "how", "at", "scan")


def holder_of(row: Row) -> Holder | None:
    """Return what holds the file that a row of ``media.csv`` names; None for a signature."""
    return next(
        (one for one in HOLDERS if one.kind == row["kind"] and row.get(one.column) is not None),
        None,
    )


def files_held(
    queryset: Callable[[str], models.QuerySet[Any]], ids: Callable[[str], dict[Any, str]]
) -> Iterator[tuple[Row, FieldFile]]:
    """Yield a row of ``media.csv``, still without id, and its file, for every file there is."""
    for holder in HOLDERS:
        held = queryset(holder.table).exclude(**{holder.attribute: ""})
        for pk, name in held.values_list("pk", holder.attribute).iterator():
            number = ids(holder.table)[pk]
            before = "" if holder.column == "story" else f"{holder.column}-"
            path = f"{MEDIA_FOLDER}/{before}{number}-{holder.kind}.{_ending(name)}"
            file = getattr(holder.model(**{holder.attribute: name}), holder.attribute)
            yield {holder.column: number, "kind": holder.kind, "file": path}, file


def scans_held(queryset: Callable[[str], models.QuerySet[Any]]) -> dict[str, tuple[str, int]]:
    """Return name on the disk → path in the folder and pilot, for every scan of a signature."""
    pairs: list[tuple[int, str]] = list(
        queryset("gate_signers").exclude(scan="").values_list("pilot_id", "scan")
    )
    for table in SIGNED:
        for pilot, signatures in queryset(table).values_list("pilot_id", "signatures"):
            pairs += [(pilot, one["scan"]) for one in signatures if one.get("scan")]
    held: dict[str, tuple[str, int]] = {}
    for pilot, name in pairs:
        path = f"{MEDIA_FOLDER}/scan-{len(held) + 1}.{_ending(name)}"
        held.setdefault(name, (path, pilot))
    return held


def scan_file(name: str) -> FieldFile:
    """Return the scan of this name on the disk."""
    return GateSigner(scan=name).scan


def renamed_scans(signatures: Iterable[Row], name_of: Callable[[str], str]) -> list[Row]:
    """Return signatures with other names for their scans."""
    return [{**one, "scan": name_of(str(one.get("scan") or ""))} for one in signatures]


def are_signatures(value: Any) -> bool:
    """Say whether this is a list of signatures as gates keep them."""
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and all(isinstance(one.get(name), str) for name in SIGNATURE)
        and _is_moment(one["at"])
        for one in value
    )


def _is_moment(text: str) -> bool:
    try:
        return not text or bool(dt.datetime.fromisoformat(text).tzinfo)
    except ValueError:
        return False


def are_facts(value: Any) -> bool:
    """Say whether these are facts of a plan as gates keep them."""
    return isinstance(value, dict) and all(
        is_fact(name) and isinstance(text, str) for name, text in value.items()
    )


def _ending(name: object) -> str:
    return str(name).rsplit(".", 1)[-1]
