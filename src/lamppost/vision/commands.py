"""``lamppost import polis`` and ``lamppost landscape``."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from lamppost.base.commands import Command, CommandFault, progress

from . import landscape_command
from .landscape_command import no_folder

if TYPE_CHECKING:
    from lamppost.accounts.models import Partnership, User
    from lamppost.engines.opinion import PolisExport

EXPORT_FILES = ("summary.csv", "comments.csv", "participants-votes.csv", "votes.csv")


def source_of(folder: Path) -> str:
    """Return a stable name for an export: its folder's name and a digest of its files."""
    digest = hashlib.sha256()
    for name in EXPORT_FILES:
        file = folder / name
        if file.is_file():
            digest.update(f"{name} {file.stat().st_size}\n".encode())
            digest.update(file.read_bytes())
    return f"polis:{folder.resolve().name[:100]}:{digest.hexdigest()[:16]}"


# import polis -------------------------------------------------------------------------------


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the unpacked export, with comments.csv")
    parser.add_argument(
        "--partnership",
        required=True,
        metavar="SLUG",
        help="short name of the partnership; made when it is not there yet",
    )
    parser.add_argument("--name", default="", help="name of a new partnership")
    parser.add_argument(
        "--lead", default="", metavar="EMAIL", help="an account that leads a new partnership"
    )
    parser.add_argument(
        "--language",
        default="und",
        metavar="TAG",
        help="language of the statements, for example en or zh-Hant (default: unknown)",
    )
    parser.add_argument(
        "--no-landscape", action="store_true", help="do not compute the landscape now"
    )


def _import(options: argparse.Namespace) -> int:
    from django.db import transaction

    from lamppost.engines.opinion import read_polis_export

    from .actions import compute_landscape, import_polis

    folder: Path = options.folder
    if folder.is_file():
        raise CommandFault(no_folder(folder))
    progress(f"Reading {folder} …")
    export = read_polis_export(folder)
    progress("Writing …")
    with transaction.atomic():
        partnership, made = _partnership_for_import(options, export)
        imported = import_polis(
            partnership=partnership,
            export=export,
            source=source_of(folder),
            language=options.language,
        )
        if imported.is_new:
            _check_against_files(dict(imported.totals), export)
    if imported.is_new and not options.no_landscape:
        progress("Computing the landscape …")
        compute_landscape(conversation=imported.conversation)
    if made:
        print(f"made the partnership {partnership.slug} ({partnership.name})")
    if not imported.is_new:
        print("This export is here already. Nothing was changed.")
    print(f"question: {imported.conversation.question}")
    print(f"address: /v/{imported.conversation.code}/")
    for name, count in imported.totals.items():
        print(f"{name}: {count}")
    return 0


def _partnership_for_import(
    options: argparse.Namespace, export: PolisExport
) -> tuple[Partnership, bool]:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_slug

    from lamppost.accounts.models import Partnership

    from .actions.imports import open_partnership

    found = Partnership.objects.filter(slug=options.partnership).first()
    if found is not None:
        return found, False
    try:
        validate_slug(options.partnership)
    except ValidationError:
        raise CommandFault(
            f"{options.partnership!r} cannot be a short name. "
            "Use letters, digits, hyphens and underscores."
        ) from None
    name = options.name or " ".join(export.topic.split()) or options.partnership
    return open_partnership(
        slug=options.partnership[:60], name=name[:120], by=_lead(options.lead)
    ), True


def _lead(email: str) -> User | None:
    from lamppost.accounts.models import User

    if not email:
        return User.objects.order_by("pk").first()
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CommandFault(
            f"Nobody has an account with {email}. Give another, or leave --lead out."
        )
    return found


def expected_totals(export: PolisExport) -> dict[str, int]:
    """Return what the files say, by the same names as `actions.imports.totals_of`."""
    values = export.matrix.values
    moderation = [statement.moderation for statement in export.statements]
    votes = int(export.matrix.voted.sum())
    return {
        "statements": len(export.statements),
        "accepted": moderation.count(1),
        "not moderated": moderation.count(0),
        "rejected": moderation.count(-1),
        "voters": int(export.matrix.voted.any(axis=1).sum()),
        "votes": votes,
        "agree": int((values == 1).sum()),
        "disagree": int((values == -1).sum()),
        "pass": int((values == 0).sum()),
        "replaced votes": 0 if export.events is None else len(export.events) - votes,
    }


def _check_against_files(totals: dict[str, int], export: PolisExport) -> None:
    """Stop, and so undo everything, when the database does not hold what the files hold."""
    for name, count in expected_totals(export).items():
        if totals[name] != count:
            raise CommandFault(
                f"The files hold {count} {name} and the database {totals[name]}. Nothing was kept. "
                "This is a fault of Lamppost; please report it."
            )


COMMANDS = [
    Command(
        name="import polis",
        summary="Take in a public Polis export: statements, people, every vote with its time.",
        example="lamppost import polis vtaiwan.uberx --partnership taxis --language zh-Hant",
        add_arguments=_import_arguments,
        run=_import,
    ),
    Command(
        name="landscape",
        summary="Opinion groups and common ground of a Polis export or a partnership's question.",
        example="lamppost landscape vtaiwan.uberx --json landscape.json",
        add_arguments=landscape_command.add_arguments,
        run=landscape_command.run,
        database=False,
    ),
]
