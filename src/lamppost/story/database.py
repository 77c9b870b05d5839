"""The tables of a partnership as they stand in the database, row by row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, BinaryIO, cast

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile

from lamppost.accounts.models import LedgerEntry, Membership, Partnership, User

from .bindings import BINDINGS, columns_of, table_of
from .files import SIGNED, files_held, renamed_scans, scan_file, scans_held
from .schema import BY_NAME, Field, resources_in

CHUNK = 5000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
GONE = "gone:"
Row = dict[str, Any]


@contextmanager
def snapshot() -> Iterator[None]:
    """Let everything inside be read as of one moment, without keeping voters waiting.

    SQLite: a deferred transaction, which readers of a write-ahead log hold without a lock
    (an ordinary one is IMMEDIATE here and would keep writers out). PostgreSQL: repeatable read.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


class DatabaseSource:
    """Typed rows of the private form; ids are counted from 1 within each table.

    With ``private=False`` participants keep the database's own numbers: good enough to tell one
    from another, and nothing has to be counted. A publisher lets none of them out.
    """

    def __init__(self, partnership: Partnership, *, private: bool = True) -> None:
        self.partnership = partnership
        self.private = private
        self._ids: dict[str, dict[Any, str]] = {}
        self._files: dict[str, FieldFile] = {}

    def rows(self, name: str, columns: Iterable[str] | None = None) -> Iterator[Row]:
        """Yield the rows of a table, in the order in which they came to be.

        Parameters
        ----------
        columns
            Only these columns, where that is cheaper; None for all.
        """
        by_hand = {
            "partnership": self._partnership,
            "members": self._members,
            "media": self._media,
            "ledger": self._ledger,
        }
        if name in by_hand:
            yield from by_hand[name]()
        elif name in BINDINGS:
            yield from self._records(name, columns)

    def _records(self, name: str, columns: Iterable[str] | None) -> Iterator[Row]:
        attributes = columns_of(name)
        chosen = [column for column in attributes if columns is None or column in set(columns)]
        fields = [BY_NAME[name].field(column) for column in chosen]
        # Who reads every row with its id need not ask for the ids once more.
        counting: dict[Any, str] | None = {} if name not in self._ids else None
        lookups = [
            counting if counting is not None and column == "id" else self._ids_for(name, field)
            for column, field in zip(chosen, fields, strict=True)
        ]
        key = chosen.index("id") if counting is not None and "id" in chosen else None
        translate = self.private and name == "landscapes"
        query = self.queryset(name).values_list(*(attributes[column] for column in chosen))
        for place, values in enumerate(query.iterator(chunk_size=CHUNK), start=1):
            if counting is not None and key is not None:
                counting[values[key]] = str(place)
            row: Row = {
                column: _plain(value) if lookup is None else lookup.get(value)
                for column, value, lookup in zip(chosen, values, lookups, strict=True)
            }
            if name == "observations":
                row["time"] = EPOCH + dt.timedelta(microseconds=row["time"])
            if translate:
                self._name_in_folder(row)
            if name == "visions" and "goals" in row:
                row["goals"] = self._goals_in_folder(row["goals"])
            if self.private:
                self._scans_in_folder(name, row)
            yield row
        if counting is not None and key is not None:
            self._ids.setdefault(name, counting)

    def queryset(self, name: str) -> QuerySet[Any]:
        """Return the records of a table in their order."""
        binding = BINDINGS[name]
        records = binding.model._default_manager.filter(**{binding.path: self.partnership})
        return records.order_by(*binding.order)

    def _ids_for(self, name: str, field: Field | None) -> dict[Any, str] | None:
        if field is None:
            return None
        if field.name == "id":
            return self.ids(name)
        if not field.to or (field.to == "participants" and not self.private):
            return None
        return self.ids(field.to)

    def ids(self, name: str) -> dict[Any, str]:
        """Return primary key → id in the folder."""
        if name not in self._ids:
            self._ids[name] = self._count(name)
        return self._ids[name]

    def _count(self, name: str) -> dict[Any, str]:
        if name == "members":
            return {user.pk: str(place) for place, user in enumerate(self._users, start=1)}
        if name == "memberships":
            return {m.pk: self.ids("members")[m.user_id] for m in self._memberships}
        if name == "partnership":
            return {self.partnership.pk: "1"}
        keys = self.queryset(name).values_list("pk", flat=True).iterator(chunk_size=CHUNK)
        return {key: str(place) for place, key in enumerate(keys, start=1)}

    def _partnership(self) -> Iterator[Row]:
        names = [field.name for field in BY_NAME["partnership"].fields_in("private")]
        yield {name: getattr(self.partnership, name) for name in names}

    @cached_property
    def _memberships(self) -> list[Membership]:
        found = Membership.objects.filter(partnership=self.partnership)
        return list(found.select_related("user").order_by("pk"))

    @cached_property
    def _users(self) -> list[User]:
        """Members first; then everybody else who is named in a record, by account."""
        members = [membership.user for membership in self._memberships]
        others = self._named_users() - {user.pk for user in members}
        return members + list(User.objects.filter(pk__in=others).order_by("pk"))

    def _named_users(self) -> set[int]:
        named: set[int] = set()
        for resource in resources_in("private"):
            binding = BINDINGS.get(resource.name)
            for field in resource.fields if binding else ():
                if binding and field.to == "members" and field.name not in binding.attributes:
                    column = binding.attribute(field)
                    found = self.queryset(resource.name).order_by().values_list(column, flat=True)
                    named.update(found.distinct())
        entries = LedgerEntry.objects.filter(partnership=self.partnership).order_by()
        named.update(entries.values_list("by_id", flat=True).distinct())
        return named - {None}

    def _members(self) -> Iterator[Row]:
        roles = {membership.user_id: membership for membership in self._memberships}
        for user in self._users:
            membership = roles.get(user.pk)
            yield {
                "id": self.ids("members")[user.pk],
                "email": user.email,
                "name": user.name,
                "language": user.language,
                "role": membership.role if membership else None,
                "joined_at": membership.joined_at if membership else None,
                "seen_at": membership.seen_at if membership else None,
            }

    def _ledger(self) -> Iterator[Row]:
        entries = LedgerEntry.objects.filter(partnership=self.partnership).order_by("pk")
        people = self.ids("members")
        for place, entry in enumerate(entries.iterator(chunk_size=CHUNK), start=1):
            table = table_of(entry.object_type)
            known = self.ids(table) if table else {}
            row = known.get(_key(entry.object_id))
            gone = entry.object_id.removeprefix(GONE)
            yield {
                "id": str(place),
                "at": entry.at,
                "by": people.get(entry.by_id),
                "action": entry.action,
                "object_type": entry.object_type,
                "object_table": table if row else None,
                "object_row": row,
                "object_id": None if row or not gone else f"{GONE}{gone}",
                "fields": entry.fields,
            }

    def _media(self) -> Iterator[Row]:
        """Yield the files of stories, feedback, calls and signatures; `open_file` opens them."""
        place = 0
        for row, file in files_held(self.queryset, self.ids):
            place += 1
            self._files[row["file"]] = file
            yield {"id": str(place), **row}
        for name, (path, pilot) in self._scans.items():
            place += 1
            self._files[path] = scan_file(name)
            pilots = self.ids("pilots")
            yield {"id": str(place), "pilot": pilots[pilot], "kind": "scan", "file": path}

    @cached_property
    def _scans(self) -> dict[str, tuple[str, int]]:
        return scans_held(self.queryset)

    def _scan_in_folder(self, name: str) -> str:
        return self._scans[name][0] if name in self._scans else ""

    def _scans_in_folder(self, name: str, row: Row) -> None:
        """Name the scans of signatures by their paths in the folder."""
        if name in SIGNED and "signatures" in row:
            row["signatures"] = renamed_scans(row["signatures"], self._scan_in_folder)
        elif name == "gate_signers" and "scan" in row:
            row["scan"] = self._scan_in_folder(row["scan"])

    def open_file(self, path: str) -> BinaryIO:
        """Open a file that was named in a row of ``media.csv``."""
        file = self._files[path]
        return cast(BinaryIO, file.storage.open(str(file.name), "rb"))

    def _name_in_folder(self, row: Row) -> None:
        """Name participants in a stored landscape by their ids in the folder."""
        people = self.ids("participants")
        for column in ("result", "integrity"):
            if column in row:
                row[column] = renamed_people(row[column], lambda key: people.get(_key(key)))

    def _goals_in_folder(self, goals: Any) -> Any:
        """Name goals and questions of a publication by their ids in the folder."""
        goal_ids, questions = self.ids("goals"), self.ids("conversations")
        return renamed_goals(
            goals,
            lambda key: int(goal_ids[key]) if key in goal_ids else self._gone_goals.get(key),
            lambda code: questions.get(self._keys_of_codes.get(code)),
        )

    @cached_property
    def _keys_of_codes(self) -> dict[str, int]:
        return dict(self.queryset("conversations").values_list("code", "pk"))

    @cached_property
    def _gone_goals(self) -> dict[Any, int]:
        """Goals of publications that were deleted since: below zero, where no goal is."""
        every = self.queryset("visions").values_list("goals", flat=True)
        named = {goal.get("id"): None for goals in every for goal in goals or ()}
        gone = [key for key in named if key not in self.ids("goals")]
        return {key: -place for place, key in enumerate(gone, start=1)}


def renamed_goals(
    goals: Any, goal: Callable[[Any], Any], question: Callable[[Any], Any]
) -> list[dict[str, Any]]:
    """Return the goals of a publication with other names for goals and questions.

    Statements of a question that `question` does not know are left out.
    """
    return [
        {
            **one,
            "id": goal(one.get("id")),
            "statements": [
                {**statement, "conversation": name}
                for statement in one.get("statements", ())
                if (name := question(statement.get("conversation"))) is not None
            ],
        }
        for one in goals or ()
    ]


# Parts of a stored landscape that name participants.
NAMING = ("membership", "positions", "probability", "took_back")


def renamed_people(result: Any, new_name: Any) -> Any:
    """Return a landscape, or its integrity report, with every participant's key renamed.

    Whom `new_name` does not know is left out.
    """
    if not isinstance(result, dict):
        return result
    changed = dict(result)
    for part in NAMING:
        held = result.get(part)
        if isinstance(held, dict):
            pairs = ((new_name(key), value) for key, value in held.items())
            changed[part] = {key: value for key, value in pairs if key is not None}
    if isinstance(result.get("flags"), list):
        changed["flags"] = [_renamed_flag(flag, new_name) for flag in result["flags"]]
    return changed


def _renamed_flag(flag: Any, new_name: Any) -> Any:
    if not isinstance(flag, dict) or not isinstance(flag.get("people"), list):
        return flag
    people = (new_name(str(key)) for key in flag["people"])
    return {**flag, "people": [key for key in people if key is not None]}


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value
