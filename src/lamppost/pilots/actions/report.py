"""What the lead adds to a report."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..models import Pilot, ReportNote


@transaction.atomic
def save_note(
    *, pilot: Pilot, by: User, which: str, code: str, text: str, missing_reason: str
) -> ReportNote | None:
    """Write words for one question of a report, or why nothing is recorded; empty deletes them."""
    text, missing_reason = text.strip(), missing_reason.strip()
    note = None
    if text or missing_reason:
        words = {"text": text, "missing_reason": missing_reason, "written_at": timezone.now()}
        note, _new = ReportNote.objects.update_or_create(
            pilot=pilot, which=which, code=code, defaults=words
        )
    else:
        ReportNote.objects.filter(pilot=pilot, which=which, code=code).delete()
    record(
        partnership=pilot.partnership,
        by=by,
        action="pilots.report_note.written" if note else "pilots.report_note.deleted",
        about=pilot,
        fields=[which, code],
    )
    return note
