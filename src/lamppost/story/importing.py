"""From a checked folder to records, all inside the caller's transaction."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from lamppost.accounts.models import LedgerEntry, Membership, Partnership, User
from lamppost.pilots.models import GateSigner, RetiredCode, Site
from lamppost.sensing.store import write_observations
from lamppost.vision.models import Conversation
from lamppost.vision.publications import INDICATOR_FIELDS

from .bindings import BINDINGS, columns_of, empty_value
from .database import EPOCH, renamed_goals, renamed_people
from .files import SIGNED, are_facts, are_signatures, holder_of, renamed_scans
from .media import content_of, ending_of
from .reading import Fault, Package, PackageRefused
from .schema import BY_NAME, Resource, resources_in

Row = dict[str, Any]
BATCH = 5000
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 7


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))


# Names that hold across the whole instance: an import keeps them where they are free.
FREE_NAMES: dict[str, tuple[str, Callable[[], Any]]] = {
    "conversations": ("code", _new_code),
    "sites": ("code", _new_code),
    "retired_codes": ("code", _new_code),
    "meetings": ("uid", uuid.uuid4),
    "lesson": ("public_id", uuid.uuid4),
}


TOKENS = {"invitations": "token_hash", "follows": "token_sha256"}
# Where a code must not stand already: one of a site is never given again.
TAKEN_IN: dict[type[models.Model], tuple[type[models.Model], ...]] = {
    Site: (Site, RetiredCode),
    RetiredCode: (Site, RetiredCode),
}


class Importer:
    """Makes the records of one folder; keeps which new record each id of the folder became."""

    def __init__(self, package: Package, *, slug: str, now: dt.datetime) -> None:
        self.package = package
        self.slug = slug
        self.now = now
        self.new: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, int] = {}
        self._files: list[tuple[Storage, str]] = []

    @contextmanager
    def files_kept_only_when_all_went_well(self) -> Iterator[None]:
        """Delete the files that were stored when what is inside fails."""
        try:
            yield
        except BaseException:
            for storage, name in self._files:
                storage.delete(name)
            raise

    def run(self, progress: Callable[[str], None]) -> Partnership:
        """Make every record.

        Raises
        ------
        PackageRefused
            For a reference that every record of a table needs and that is empty, and for a row
            that the database itself refuses.
        """
        self.partnership = self._partnership()
        by_hand = {
            "members": self._members,
            "media": self._media,
            "observations": self._observations,
            "ledger": self._ledger,
        }
        for resource in resources_in("private"):
            if resource.name == "partnership" or not self.package.tables.get(resource.name):
                continue
            make = by_hand.get(resource.name)
            self.counts[resource.name] = make() if make else self._records(resource.name)
            progress(f"{resource.file_name}: {self.counts[resource.name]}")
        return self.partnership

    def _partnership(self) -> Partnership:
        row = next(self.package.rows("partnership"), {})
        given = {
            column: row.get(column)
            for column in ("problem", "town", "playbook", "language", "made_up", "created_at")
        }
        values = {column: value for column, value in given.items() if value is not None}
        values.setdefault("created_at", self.now)
        return Partnership.objects.create(slug=self.slug, name=row["name"], **values)

    def _members(self) -> int:
        users, memberships = {}, {}
        for row in self.package.rows("members"):
            user = User.objects.filter(email__iexact=row["email"]).first()
            if user is None:
                user = User.objects.create_user(
                    row["email"],
                    None,
                    name=row.get("name") or "",
                    language=row.get("language") or "en",
                )
            users[row["id"]] = user.pk
            if row.get("role"):
                memberships[row["id"]] = Membership.objects.create(
                    partnership=self.partnership,
                    user=user,
                    role=row["role"],
                    joined_at=row.get("joined_at") or self.now,
                    seen_at=row.get("seen_at"),
                ).pk
        self.new |= {"members": users, "memberships": memberships}
        return len(users)

    def _records(self, name: str) -> int:
        """Make the records of one table in batches."""
        resource, model = BY_NAME[name], BINDINGS[name].model
        rows = list(self.package.rows(name))
        objects = (self._object(resource, row, place) for place, row in enumerate(rows))
        made: list[Any] = []
        for start, batch in _batches(objects):
            made += self._create(resource, model, batch, start)
        self.new[name] = {row["id"]: record.pk for row, record in zip(rows, made, strict=True)}
        self._link_within(resource, rows, made)
        return len(made)

    def _create(
        self, resource: Resource, model: type[models.Model], batch: list[Any], start: int
    ) -> list[Any]:
        try:
            with transaction.atomic():
                return model._default_manager.bulk_create(batch, batch_size=BATCH)
        except IntegrityError as error:
            raise self._refused_by_database(resource, batch, start, error) from error

    def _object(self, resource: Resource, row: Row, place: int) -> models.Model:
        binding = BINDINGS[resource.name]
        values: dict[str, Any] = {}
        for column, attribute in columns_of(resource.name).items():
            if column == "id" or "__" in attribute:
                continue
            field = resource.field(column)
            value = row.get(column)
            if field is not None and field.to:
                values[attribute] = self._record_of(resource, field.to, column, value, place)
            else:
                values[attribute] = self._value(resource, attribute, column, value, place)
        values |= self._further(resource.name, row, values, place)
        known = {f.attname for f in binding.model._meta.concrete_fields}
        if "partnership_id" in known and binding.path == "partnership":
            values["partnership_id"] = self.partnership.pk
        return binding.model(**values)

    def _record_of(
        self, resource: Resource, table: str, column: str, value: str | None, place: int
    ) -> Any:
        if table == resource.name:  # linked once all rows of the table are there
            return None
        found = self._new(table, value)
        if found is None and not self._may_be_empty(resource, column):
            raise PackageRefused([self._fault(resource, place, column, _(
                "This row needs a row of %(table)s, and there is none. Name it, or take the row "
                "out."
            ) % {"table": f"{table}.csv"})])  # fmt: skip
        return found

    def _new(self, table: str, identity: str | None) -> Any:
        return None if identity is None else self.new.get(table, {}).get(identity)

    def _may_be_empty(self, resource: Resource, column: str) -> bool:
        binding = BINDINGS[resource.name]
        attribute = columns_of(resource.name)[column]
        return any(
            known.null
            for known in binding.model._meta.concrete_fields
            if known.attname == attribute
        )

    def _value(
        self, resource: Resource, attribute: str, column: str, value: Any, place: int
    ) -> Any:
        if value is not None:
            return value
        model = BINDINGS[resource.name].model
        empty = empty_value(model, attribute)
        known = model._meta.get_field(attribute)
        if empty is not None or getattr(known, "null", True):
            return empty
        if isinstance(known, models.DateTimeField):
            return self.now
        raise PackageRefused(
            [self._fault(resource, place, column, _("This cell is empty. Fill it in."))]
        )

    def _further(self, name: str, row: Row, values: Row, place: int) -> Row:
        """Return what a table needs beyond its columns."""
        if name in FREE_NAMES:
            column, fresh = FREE_NAMES[name]
            return {column: self._free(BINDINGS[name].model, column, values[column], fresh)}
        if name == "participants":
            # A key that no cookie and no account leads to.
            return {"key": secrets.token_hex(32)}
        if name in TOKENS:
            # The hash of a secret that nobody has: it has to be sent again.
            return {TOKENS[name]: secrets.token_hex(32)}
        if name == "pilots" and values["lottery_seed"] is None:
            # The promised number does not travel: it has to be promised anew.
            return {"lottery_commitment": "", "lottery_committed_at": None}
        if name == "gate_signers":
            return {"scan": self._scan_to_come(values["scan"])}
        if name in SIGNED:
            return self._signatures(name, values, place)
        if name == "stakeholders":
            return {"membership_id": self._new("memberships", row.get("membership"))}
        if name == "landscapes":
            people = self.new.get("participants", {})
            return {
                column: renamed_people(
                    values[column], lambda key: str(people[key]) if key in people else None
                )
                for column in ("result", "integrity")
            }
        return self._goals(values, place) if name == "visions" else {}

    def _signatures(self, name: str, values: Row, place: int) -> Row:
        if not are_facts(values["facts"]):
            raise PackageRefused([self._fault(BY_NAME[name], place, "facts", _(
                "This is not what a plan says. Each name is a column of pilots.csv, each value a "
                "text. Clear the cell, or export it again."
            ))])  # fmt: skip
        if not are_signatures(values["signatures"]):
            raise PackageRefused([self._fault(BY_NAME[name], place, "signatures", _(
                "This is not how signatures are written. Each has role, name, for, how, at and "
                "scan. Clear the cell, or export it again."
            ))])  # fmt: skip
        return {"signatures": renamed_scans(values["signatures"], self._scan_to_come)}

    def _goals(self, values: Row, place: int) -> Row:
        if not all(_is_goal(goal) for goal in values["goals"] or ()):
            raise PackageRefused([self._fault(BY_NAME["visions"], place, "goals", _(
                "This is not how goals are written. Each has id, title, description, "
                "agreed_on, statements and indicators. Clear the cell, or export it again."
            ))])  # fmt: skip
        goals, questions = self.new.get("goals", {}), self._codes
        return {
            "goals": renamed_goals(
                values["goals"],
                lambda key: goals.get(str(key), key),
                lambda key: questions.get(str(key)),
            )
        }

    @cached_property
    def _codes(self) -> dict[str, str]:
        """Id of a question in the folder → its short address here."""
        there = dict(
            Conversation.objects.filter(partnership=self.partnership).values_list("pk", "code")
        )
        return {key: there[new] for key, new in self.new.get("conversations", {}).items()}

    def _free(
        self, model: type[models.Model], column: str, given: Any, fresh: Callable[[], Any]
    ) -> Any:
        if given and not self._is_taken(model, column, given):
            return given
        while self._is_taken(model, column, new := fresh()):
            continue
        return new

    def _is_taken(self, model: type[models.Model], column: str, value: Any) -> bool:
        places = TAKEN_IN.get(model, (model,))
        return any(one._default_manager.filter(**{column: value}).exists() for one in places)

    @cached_property
    def _scans_to_come(self) -> set[str]:
        return {row["file"] for row in self.package.rows("media") if row["kind"] == "scan"}

    def _scan_to_come(self, path: str) -> str:
        """Return the path of a scan while its file is still to be stored; empty without one."""
        return path if path in self._scans_to_come else ""

    def _link_within(self, resource: Resource, rows: list[Row], made: list[Any]) -> None:
        """Link rows to rows of their own table: people to organisations, merged statements."""
        attributes = columns_of(resource.name)
        for field in resource.fields_in("private"):
            if field.to != resource.name:
                continue
            linked = []
            for row, record in zip(rows, made, strict=True):
                if row.get(field.name) is not None:
                    found = self._new(resource.name, row[field.name])
                    setattr(record, attributes[field.name], found)
                    linked.append(record)
            BINDINGS[resource.name].model._default_manager.bulk_update(
                linked, [field.name], batch_size=500
            )

    def _media(self) -> int:
        """Store the files under fresh names."""
        rows = list(self.package.rows("media"))
        scans: dict[str, str] = {}
        for place, row in enumerate(rows):
            if row["kind"] == "scan" and row.get("declaration") is None:
                holder: Any = GateSigner(pilot_id=self._new("pilots", row.get("pilot")))
                scans[row["file"]] = self._store(holder, "scan", row)
                continue
            held = holder_of(row)
            key = self._new(held.table, row[held.column]) if held else None
            if held is None or key is None:
                raise PackageRefused([self._fault(BY_NAME["media"], place, "kind", _(
                    "Nothing in this row holds a file of this kind. Correct it, or take it out."
                ))])  # fmt: skip
            record = held.model._default_manager.get(pk=key)
            self._store(record, held.attribute, row)
            record.save(update_fields=[held.attribute])
        if scans:
            self._link_scans(scans)
        return len(rows)

    def _store(self, record: Any, attribute: str, row: Row) -> str:
        content, kind = content_of(self.package.folder, row), row["kind"]
        file = getattr(record, attribute)
        file.save(f"{kind}.{ending_of(kind, content)}", ContentFile(content), save=False)
        self._files.append((file.storage, file.name))
        return str(file.name)

    def _link_scans(self, names: dict[str, str]) -> None:
        """Let signers and gates name the scans as they are stored here."""
        pilots = self.new.get("pilots", {}).values()
        for signer in GateSigner.objects.filter(pilot__in=pilots).exclude(scan=""):
            signer.scan.name = names.get(str(signer.scan.name), "")
            signer.save(update_fields=["scan"])
        for model in SIGNED.values():
            for gate in model._default_manager.filter(pilot__in=pilots).exclude(signatures=[]):
                gate.signatures = renamed_scans(gate.signatures, lambda path: names.get(path, ""))
                gate.save(update_fields=["signatures"])

    def _observations(self) -> int:
        streams = self.new.get("datastreams", {})
        resource = BY_NAME["observations"]

        def values() -> Iterator[tuple[int, int, float]]:
            for place, row in enumerate(self.package.rows("observations")):
                stream = streams.get(row["datastream"])
                if stream is None:
                    raise PackageRefused([self._fault(resource, place, "datastream", _(
                        "There is no such datastream. Add it to datastreams.csv."
                    ))])  # fmt: skip
                yield stream, (row["time"] - EPOCH) // dt.timedelta(microseconds=1), row["value"]

        added = write_observations(values())
        total = len(self.package.tables["observations"])
        if added != total:
            raise PackageRefused([Fault(resource.file_name, None, "", _(
                "%(count)d readings have the same datastream and time as another. Take them out."
            ) % {"count": total - added})])  # fmt: skip
        return added

    def _ledger(self) -> int:
        entries = [self._entry(row) for row in self.package.rows("ledger")]
        return len(LedgerEntry.objects.bulk_create(entries, batch_size=BATCH))

    def _entry(self, row: Row) -> LedgerEntry:
        self.new.setdefault("partnership", {"1": self.partnership.pk})
        known = self.new.get(row.get("object_table") or "", {})
        found = known.get(row.get("object_row") or "")
        return LedgerEntry(
            partnership=self.partnership,
            at=row["at"],
            by_id=self._new("members", row.get("by")),
            action=row["action"],
            object_type=row.get("object_type") or "",
            object_id=str(found) if found is not None else row.get("object_id") or "",
            fields=row.get("fields") or [],
        )

    def _fault(self, resource: Resource, place: int, column: str, message: str) -> Fault:
        lines = self.package.lines.get(resource.name, [])
        line = lines[place] if place < len(lines) else None
        return Fault(resource.file_name, line, column, message)

    def _refused_by_database(
        self, resource: Resource, batch: list[Any], start: int, error: IntegrityError
    ) -> PackageRefused:
        """Find the first row that the database refuses, and say why in its rule's own words."""
        for place, record in enumerate(batch, start=start):
            record.pk = None if not isinstance(record.pk, tuple) else record.pk
            try:
                with transaction.atomic():
                    record.save(force_insert=True)
            except IntegrityError as found:
                return PackageRefused([self._fault(resource, place, "", _why(record, found))])
        return PackageRefused([Fault(resource.file_name, None, "", str(error))])


def _is_goal(goal: Any) -> bool:
    """Say whether this is a goal of a publication, with its indicators and statements."""
    names = ("id", "title", "description", "agreed_on", "statements", "indicators")
    if not isinstance(goal, dict) or any(name not in goal for name in names):
        return False
    parts = (("statements", ("conversation", "number")), ("indicators", INDICATOR_FIELDS))
    return all(
        isinstance(goal[part], list)
        and all(isinstance(one, dict) and one.keys() >= set(wanted) for one in goal[part])
        for part, wanted in parts
    )


def _why(record: models.Model, error: IntegrityError) -> str:
    for rule in record._meta.constraints:
        if rule.name in str(error) and rule.violation_error_message:
            told = str(rule.get_violation_error_message())
            if rule.name not in told:
                return told
            return _("The row breaks the rule “%(rule)s”. Correct it.") % {"rule": rule.name}
    return _("The database refuses the row (%(why)s). Correct it.") % {"why": error}


def _batches(objects: Iterable[Any]) -> Iterator[tuple[int, list[Any]]]:
    iterator, start = iter(objects), 0
    while batch := list(islice(iterator, BATCH)):
        yield start, batch
        start += len(batch)
