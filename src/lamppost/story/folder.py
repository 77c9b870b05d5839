"""The story of a folder: an exchange folder, or a raw public export of Polis. No database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.engines.core.errors import EngineError
from lamppost.impact.queries import SCHEMA

from .compose import compose
from .implied import complete
from .merged import as_counted
from .parts.material import Material
from .publish import Publisher, Unchanged
from .reading import Package, PackageRefused, read_package
from .records import Story
from .schema import resources_in

if TYPE_CHECKING:
    from lamppost.engines.opinion import PolisExport

Row = dict[str, Any]
POLIS_FILES = ("comments.csv", "participants-votes.csv")
# Said of in `estimates`; a story does not list them.
NOT_LISTED = {"observations"}


def is_polis(folder: Path) -> bool:
    """Say whether this is a raw export of Polis."""
    has = all((folder / name).is_file() for name in POLIS_FILES)
    return has and not (folder / "datapackage.json").exists()


def read_folder(folder: Path) -> Story:
    """Return the story of a folder, in the active language.

    What the folder does not bring along and can be computed from it (opinion groups, the
    estimate) is computed here.

    Raises
    ------
    PackageRefused
        When anything in the folder is wrong.
    EngineError
        ``opinion.export.*``, for a damaged export of Polis.
    """
    return compose(polis_material(folder) if is_polis(folder) else package_material(folder))


def package_material(folder: Path) -> Material:
    """Return what the story of an exchange folder is made from."""
    given = read_package(folder)
    package = complete(given)
    now = timezone.now()
    # A public folder says all it may; of a private or hand-made one, only that is told.
    public = Unchanged(package) if package.form == "public" else Publisher(package, now=now)
    tables = {
        resource.name: list(public.rows(resource.name))
        for resource in resources_in("public")
        if resource.name not in NOT_LISTED
    }
    _add_landscapes(tables, package, now)
    problems = _add_estimates(tables, public, now)
    return Material(
        tables=tables,
        edition=_edition(package, now),
        origin=_("Made from the folder “%(folder)s”. Its files hold everything that is said here.")
        % {"folder": folder.resolve().name},
        problems=problems,
        implied=frozenset(package.tables) - frozenset(given.tables),
    )


def _edition(package: Package, now: dt.datetime) -> dt.date:
    try:
        return dt.datetime.fromisoformat(package.created).date()
    except ValueError:
        return timezone.localdate(now)


def _add_landscapes(tables: dict[str, list[Row]], package: Package, now: dt.datetime) -> None:
    """Compute a landscape for each question that has votes and none stored."""
    from .computing import events_of, landscape_row, matrix_of

    have = {row["conversation"] for row in tables["landscapes"]}
    shown = {(row.get("conversation"), row["number"]) for row in tables["statements"]}
    moderation = _moderation(package)
    for row in tables["conversations"]:
        if row["id"] in have:
            continue
        mine = [
            {**one, "number": place if one.get("number") is None else one["number"]}
            for place, one in enumerate(
                (s for s in package.rows("statements") if s.get("conversation") == row["id"]),
                start=1,
            )
        ]
        asked = {one["id"] for one in mine}
        counted = as_counted(package.rows("votes"), mine)
        votes = [vote for vote in counted if vote["statement"] in asked]
        matrix = matrix_of(votes, mine, moderation)
        if matrix is not None:
            numbers = {number for conversation, number in shown if conversation == row["id"]}
            mode = row.get("mode") or "honest"
            made = landscape_row(
                matrix, conversation=row["id"], shown=numbers, now=now, mode=mode,
                events=events_of(votes, matrix),
            )  # fmt: skip
            tables["landscapes"].append(made)


def _moderation(package: Package) -> dict[str, int]:
    from .computing import MODERATION

    states = {row["id"]: row.get("state") for row in package.rows("voices")}
    return {
        row["id"]: MODERATION[states[row["voice"]] or "waiting"]
        for row in package.rows("statements")
        if row.get("voice") in states
    }


def _add_estimates(
    tables: dict[str, list[Row]], public: Publisher | Unchanged, now: dt.datetime
) -> dict[str, str]:
    """Compute an estimate for each pilot that has none stored; return why it cannot be."""
    from .computing import estimate_row

    have = {row["pilot"] for row in tables["estimates"] if row["result"].get("schema") == SCHEMA}
    missing = [row for row in tables["pilots"] if row["id"] not in have]
    observations = list(public.rows("observations")) if missing else []
    problems = {}
    for pilot in missing:
        try:
            made = estimate_row(pilot, tables, observations, now)
        except EngineError as error:
            problems[pilot["id"]] = error.code
            continue
        if made is not None:
            tables["estimates"].append(made)
    return problems


def polis_material(folder: Path) -> Material:
    """Return what the story of a raw Polis export is made from."""
    from lamppost.engines.opinion import read_polis_export
    from lamppost.vision.landscape_command import export_events

    from .computing import landscape_row

    export = read_polis_export(folder)
    tables = _polis_tables(export, folder)
    now = timezone.now()
    if len(export.matrix.participants):
        shown = {row["number"] for row in tables["statements"]}
        events = export_events(export)
        row = landscape_row(export.matrix, conversation="1", shown=shown, now=now, events=events)
        tables["landscapes"] = [row]
    return Material(
        tables=tables,
        edition=timezone.localdate(now),
        origin=_(
            "Made from a public export of Polis in the folder “%(folder)s”. It holds one "
            "conversation; a pilot, its measurements and a decision are not part of it."
        )
        % {"folder": folder.resolve().name},
    )


def _polis_tables(export: PolisExport, folder: Path) -> dict[str, list[Row]]:
    from lamppost.voices.redaction import redact

    topic = " ".join(export.topic.split()) or folder.resolve().name
    times = [statement.time_ms for statement in export.statements]
    times += [event.time_ms for event in export.events or ()]
    days = [dt.datetime.fromtimestamp(time / 1000, dt.UTC).date() for time in times]
    voted = set(export.matrix.statements)
    return {
        "partnership": [{"id": "1", "name": topic, "language": "und"}],
        "conversations": [
            {
                "id": "1",
                "question": topic,
                "background": export.description.strip(),
                "language": "und",
                "opens_on": min(days, default=None),
                "closes_on": max(days, default=None),
            }
        ],
        "statements": [
            {
                "id": str(statement.id),
                "conversation": "1",
                "number": statement.id,
                "text": redact(statement.text),
                "language": "und",
                "is_meta": statement.is_meta,
            }
            for statement in export.statements
            if statement.moderation >= 0 and statement.id in voted
        ],
    }


__all__ = ["PackageRefused", "is_polis", "read_folder"]
