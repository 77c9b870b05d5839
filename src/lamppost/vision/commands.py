"""``lamppost import polis`` and ``lamppost landscape``."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamppost.base.commands import Command, CommandFault, prepare_database, progress

if TYPE_CHECKING:
    from lamppost.accounts.models import Partnership, User
    from lamppost.engines.opinion import Landscape, PolisExport, VoteMatrix

    from .models import Conversation

EXPORT_FILES = ("summary.csv", "comments.csv", "participants-votes.csv", "votes.csv")
SHOWN = 5


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
        raise CommandFault(_no_folder(folder))
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


# landscape ----------------------------------------------------------------------------------


def _landscape_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="folder",
        help="a Polis export, a partnership's folder, or a partnership's short name",
    )
    parser.add_argument(
        "--question", default="", metavar="CODE", help="which question, by its code"
    )
    parser.add_argument(
        "--mode",
        default="honest",
        choices=["honest", "polis"],
        help="how groups are found: honest says so when there are none; polis does as Polis does",
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn by chance")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there")


def _landscape(options: argparse.Namespace) -> int:
    from lamppost.engines.opinion import landscape, stable_record

    matrix, texts = _votes_of(options)
    found = landscape(
        matrix,
        mode=options.mode,
        seed=options.seed,
        progress=lambda part, step: progress(f"{part:.0%} {step}"),
    )
    if options.json:
        _write_json(options.json, stable_record(found))
    _print_landscape(found, texts)
    return 0


def _votes_of(options: argparse.Namespace) -> tuple[VoteMatrix, dict[int, str]]:
    folder = Path(options.source)
    if folder.is_dir():
        from lamppost.engines.opinion import partnership_folder, read_polis_export

        if partnership_folder.is_partnership_folder(folder):
            questions = partnership_folder.read_partnership_folder(folder)
            chosen = partnership_folder.question_of(questions, options.question, folder.name)
            return chosen.matrix, chosen.texts

        if options.question:
            raise CommandFault("A Polis export holds one question. Leave --question out.")
        export = read_polis_export(folder)
        return export.matrix, {statement.id: statement.text for statement in export.statements}
    if folder.is_file():
        raise CommandFault(_no_folder(folder))
    prepare_database()
    from .queries.landscape import vote_matrix

    conversation = _conversation(options)
    matrix = vote_matrix(conversation)
    if matrix is None:
        raise CommandFault(f"Nobody has voted yet on {conversation.question!r}.")
    texts = conversation.statements.values_list("number", "voice__public_text")
    return matrix, dict(texts)


def _no_folder(file: Path) -> str:
    """Say what to do with a file where a folder is read."""
    if file.suffix.casefold() == ".zip":
        into = file.with_suffix("")
        return f"{file} is a zip file. Unzip it first, then give the folder: unzip {file} -d {into}"
    return f"{file} is a file. Give the folder that holds the files of the export."


def _conversation(options: argparse.Namespace) -> Conversation:
    from .models import Conversation

    asked = Conversation.objects.filter(partnership__slug=options.source)
    if options.question:
        asked = asked.filter(code=options.question)
    found = list(asked)
    if not found:
        raise CommandFault(
            f"{options.source!r} is neither a folder nor a partnership with such a question."
        )
    if len(found) > 1:
        codes = ", ".join(f"{c.code} ({c.question[:40]})" for c in found)
        raise CommandFault(f"There are {len(found)} questions. Choose with --question: {codes}.")
    return found[0]


def _write_json(file: Path, record: dict[str, Any]) -> None:
    try:
        file.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandFault(f"{file} cannot be written: {error.strerror}.") from error


def _print_landscape(found: Landscape, texts: dict[int, str]) -> None:
    print(f"{found.participants} people, {found.statements} statements, {found.votes} votes")
    print(f"pattern: {found.pattern}{'' if found.settled else ', unsettled'}")
    name = "side" if found.pattern == "spectrum" else "group"
    for group in found.groups:
        stability = "" if group.stability is None else f", stability {group.stability:.2f}"
        print(f"{name} {chr(65 + group.id)}: {group.size} people{stability}")
        for item in group.representative[:SHOWN]:
            words = " ".join(texts.get(item.statement, "").split())
            share = f"{item.agree:.0%} ({item.low:.0%} to {item.high:.0%})"
            print(f"  {item.direction}s: {words} [{share} agree]")
    print(f"common ground: {len(found.common_ground)} statements")
    for ground in found.common_ground[:SHOWN]:
        words = " ".join(texts.get(ground.statement, "").split())
        print(
            f"  {ground.rank}. {ground.score:.2f} ({ground.low:.2f} to {ground.high:.2f}) {words}"
        )
    print(f"dividing: {len(found.dividing)} statements")
    if found.completeness is not None:
        print(f"foretold rightly: {found.completeness:.0%} of hidden votes")
    for warning in found.warnings:
        print(f"beware: {warning.message}", file=sys.stderr)


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
        add_arguments=_landscape_arguments,
        run=_landscape,
        database=False,
    ),
]
