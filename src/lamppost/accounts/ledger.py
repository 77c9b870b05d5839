"""The ledger: who did what, when. Ids and names of fields only, never anybody's words."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from .models import LedgerEntry, Partnership, User


def record(
    *,
    partnership: Partnership,
    by: User | None,
    action: str,
    about: models.Model | None = None,
    fields: Iterable[str] = (),
) -> LedgerEntry:
    """Write one entry; called by every action of staff, inside its transaction.

    Parameters
    ----------
    action
        ``"<stage>.<noun>.<verb in the past>"``, for example ``pilots.site.added``.
    about
        The record concerned; only its type and id are kept.
    fields
        Names of the fields that changed, never their values.
    """
    return LedgerEntry.objects.create(
        partnership=partnership,
        by=by,
        at=timezone.now(),
        action=action,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        fields=sorted(set(fields)),
    )


def changed_fields(record_: models.Model, values: dict[str, object]) -> list[str]:
    """Set `values` on `record_` and return the names of those that really changed."""
    changed = [name for name, value in values.items() if getattr(record_, name) != value]
    for name in changed:
        setattr(record_, name, values[name])
    return changed
