"""Writes of story: the exchange folder, out and in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import Partnership, User
from lamppost.pilots.actions.alerts import give_alerts_owners

from .arriving import as_private
from .database import DatabaseSource, snapshot
from .importing import Importer
from .publish import Publisher
from .reading import read_package
from .schema import resources_in
from .writing import Written, check_place, write_folder

Progress = Callable[[str], None]


class ImportRefused(ValueError):  # noqa: N818 - an answer, not a fault of the program
    """The folder cannot become a partnership here; the message says what to do."""


@dataclass(frozen=True)
class Imported:
    """What an import made.

    Attributes
    ----------
    partnership
        The new one.
    counts
        Records by table.
    notes
        What could not be taken over, in words.
    """

    partnership: Partnership
    counts: Mapping[str, int]
    notes: tuple[str, ...]


def _quiet(message: str) -> None:
    return None


def export_folder(
    *,
    partnership: Partnership,
    folder: Path,
    private: bool = False,
    by: User | None = None,
    force: bool = False,
    progress: Progress = _quiet,
) -> Written:
    """Write a partnership as an exchange folder.

    Parameters
    ----------
    private
        Everything, readable by its owner alone; otherwise what may be public.
    by
        Who asked for it; None for the command line.
    force
        Replace an export that stands there.

    Returns
    -------
    Written
        The folder and the rows of each table.

    Raises
    ------
    FolderRefused
        When something stands in the way; nothing was changed then.

    Notes
    -----
    The ledger entry comes first, so that a private export holds it.
    """
    check_place(folder, force=force)
    form = "private" if private else "public"
    record(partnership=partnership, by=by, action=f"story.folder.exported_{form}")
    with snapshot():
        source = DatabaseSource(partnership, private=private)
        tables = source if private else Publisher(source)
        return write_folder(
            folder,
            slug=partnership.slug,
            title=partnership.name,
            form=form,
            resources=resources_in(form),
            rows_of=tables.rows,
            open_file=tables.open_file,
            progress=progress,
            force=force,
        )


def import_folder(
    *,
    folder: Path,
    slug: str = "",
    by: User | None = None,
    progress: Progress = _quiet,
) -> Imported:
    """Make a partnership from an exchange folder: all of it, or nothing.

    Parameters
    ----------
    slug
        Short name here; the folder's own when empty.
    by
        Who imports; None for the command line.

    Raises
    ------
    PackageRefused
        When anything in the folder is wrong.
    ImportRefused
        When a partnership of this short name is here already, or it cannot be one.

    Notes
    -----
    A private folder brings its ledger along and gets no further entry, so that its counts stay
    equal; any other folder gets one.
    """
    package = read_package(folder)
    now = timezone.now()
    package, notes = as_private(package, now=now)
    chosen = _free_slug(slug, next(package.rows("partnership"), {}))
    importer = Importer(package, slug=chosen, now=now)
    with importer.files_kept_only_when_all_went_well(), transaction.atomic():
        partnership = importer.run(progress)
        if not package.tables.get("ledger"):
            record(partnership=partnership, by=by, action="story.folder.imported")
        # Words about danger never wait for nobody: who owned them may not be here.
        give_alerts_owners(partnership)
    notes += [
        _("%(file)s is named in datapackage.json and is missing: nothing of it was taken over.")
        % {"file": name}
        for name in package.missing
    ]
    return Imported(partnership, importer.counts, tuple(notes))


def _free_slug(given: str, row: Mapping[str, object]) -> str:
    slug = given or str(row.get("slug") or "") or slugify(str(row.get("name") or ""))[:60]
    valid = False
    with contextlib.suppress(ValidationError):
        validate_slug(slug)
        valid = len(slug) <= 60
    if not row.get("name"):
        raise ImportRefused(
            _("The folder does not name its partnership. Add partnership.csv with a name.")
        )
    if not valid:
        raise ImportRefused(
            _(
                "“%(slug)s” cannot be a short name. Give one of small letters, digits and hyphens "
                "with --slug."
            )
            % {"slug": slug}
        )
    if Partnership.objects.filter(slug=slug).exists():
        raise ImportRefused(
            _(
                "A partnership “%(slug)s” is here already. Nothing was changed. Give another "
                "short name with --slug."
            )
            % {"slug": slug}
        )
    return slug
