"""Files kept beside a record: nothing stays on the disk that the database has let go of."""

from __future__ import annotations

from functools import partial

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models.fields.files import FieldFile


def forget_file(file: FieldFile) -> None:
    """Delete a file from the disk once the database has let go of it."""
    if file.name:
        transaction.on_commit(partial(file.storage.delete, file.name))


def keep_file(record: models.Model, name: str, content: bytes, ending: str) -> None:
    """Store a file in place of the one before and save `record`.

    Parameters
    ----------
    name
        The file field.
    ending
        Of the kept file, without the dot; never the one that somebody sent.
    """
    earlier = getattr(record, name).name
    field = getattr(record, name)
    storage = field.storage
    field.save(f"{name}.{ending}", ContentFile(content), save=False)
    try:
        record.save()
    except BaseException:
        storage.delete(getattr(record, name).name)
        raise
    if earlier:
        transaction.on_commit(partial(storage.delete, earlier))
