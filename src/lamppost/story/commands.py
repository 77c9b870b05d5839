"""``lamppost story``, ``lamppost export`` and ``lamppost import folder``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lamppost.base.commands import Command, CommandFault, prepare_database, progress

if TYPE_CHECKING:
    from lamppost.accounts.models import Partnership

    from .records import Story


def _partnership(slug: str) -> Partnership:
    from lamppost.accounts.models import Partnership

    found = Partnership.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Partnership.objects.values_list("slug", flat=True)[:10]) or "none yet"
        raise CommandFault(
            f"{slug!r} is neither a folder nor the short name of a partnership. "
            f"Partnerships here: {known}."
        )
    return found


# story --------------------------------------------------------------------------------------


def _story_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", help="an exchange folder, a raw Polis export, or a partnership's short name"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="where to write the page"
    )
    parser.add_argument(
        "--language", default="", metavar="TAG", help="language of the page (default: en)"
    )


def _story(options: argparse.Namespace) -> None:
    from django.conf import settings
    from django.utils import translation

    language = options.language or settings.LANGUAGE_CODE
    known = dict(settings.LANGUAGES)
    if language not in known:
        raise CommandFault(f"There is no {language!r} yet. Choose one of: {', '.join(known)}.")
    with translation.override(language):
        from .render import render_file

        page = render_file(_read(options.source))
    try:
        options.output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandFault(f"{options.output} cannot be written: {error.strerror}.") from error
    print(options.output)


def _read(source: str) -> Story:
    from .folder import PackageRefused, read_folder

    folder = Path(source)
    if folder.is_dir():
        progress(f"Reading {folder} …")
        try:
            return read_folder(folder)
        except PackageRefused as error:
            raise CommandFault(str(error)) from error
    prepare_database()
    from django.conf import settings

    from .queries import story_of

    return story_of(_partnership(source), root=settings.LAMPPOST_URL)


# export -------------------------------------------------------------------------------------


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("partnership", help="the partnership's short name")
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument(
        "--private",
        action="store_true",
        help="everything, for moving or keeping the partnership; never for publishing",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace an earlier export that stands there"
    )


def _export(options: argparse.Namespace) -> None:
    from .actions import export_folder
    from .writing import FolderRefused

    try:
        written = export_folder(
            partnership=_partnership(options.partnership),
            folder=options.folder,
            private=options.private,
            force=options.force,
            progress=progress,
        )
    except FolderRefused as error:
        raise CommandFault(str(error)) from error
    except OSError as error:
        raise CommandFault(f"{options.folder} cannot be written: {error.strerror}.") from error
    kind = "PRIVATE" if options.private else "public"
    rows = sum(written.counts.values())
    print(f"{written.folder}: {kind}, {len(written.counts)} tables, {rows} rows")


# import -------------------------------------------------------------------------------------


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="an exchange folder")
    parser.add_argument(
        "--slug", default="", help="short name here (default: the one in the folder)"
    )


def _import(options: argparse.Namespace) -> None:
    if not options.folder.is_dir():
        raise CommandFault(f"{options.folder} is not a folder. Nothing was imported.")
    prepare_database()
    from lamppost.vision.actions import compute_landscape

    from .actions import ImportRefused, import_folder
    from .reading import PackageRefused

    progress(f"Reading {options.folder} …")
    try:
        imported = import_folder(folder=options.folder, slug=options.slug, progress=progress)
    except (PackageRefused, ImportRefused) as error:
        raise CommandFault(f"{error}\nNothing was imported.") from error
    for note in imported.notes:
        progress(note)
    for conversation in imported.partnership.conversations.filter(landscapes=None):
        progress(f"Computing the landscape of {conversation.question!r} …")
        compute_landscape(conversation=conversation)
    print(f"{imported.partnership.slug}: {sum(imported.counts.values())} rows")
    for table, count in imported.counts.items():
        print(f"  {table}: {count}")


COMMANDS = [
    Command(
        name="story",
        summary="Write the story of change of a partnership or a folder as one page.",
        example="lamppost story elm-street -o story.html --language es",
        add_arguments=_story_arguments,
        run=_story,
        database=False,
    ),
    Command(
        name="export",
        summary="Write a partnership as an exchange folder: public, or private and complete.",
        example="lamppost export elm-street elm-street-public",
        add_arguments=_export_arguments,
        run=_export,
    ),
    Command(
        name="import folder",
        summary="Make a partnership from an exchange folder: all of it, or nothing.",
        example="lamppost import folder elm-street-private --slug elm-street",
        add_arguments=_import_arguments,
        run=_import,
        database=False,
    ),
]
