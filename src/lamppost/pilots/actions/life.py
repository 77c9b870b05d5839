"""What may happen to a pilot at any time: a pause, a changed purpose, joining late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User

from ..machine import DISCLOSURE, MEASURING, PROTECTING
from ..models import Notice, Pilot
from ..queries.open_questions import letters
from ..queries.signed_facts import field_label
from .gates import COLUMNS, archive, measure_if_allowed, store
from .telling import tell
from .void_draw import is_promised_or_drawn, void_draw


class LifeRefused(ValueError):  # noqa: N818 - a refusal
    """That cannot happen to this pilot now; the message says why."""


@transaction.atomic
def pause_pilot(*, pilot: Pilot, by: User, reason: str) -> Notice:
    """Pause: readings stop at once, residents are told why.

    Raises
    ------
    LifeRefused
        When it is paused or decided already, or no reason is given.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.decided_on:
        raise LifeRefused(_("This pilot is decided. There is nothing to pause."))
    if kept.paused_on:
        raise LifeRefused(_("This pilot is paused already."))
    if not letters(reason):
        raise LifeRefused(_("Say why. Residents read it."))
    values = {
        "paused_on": timezone.localdate(),
        "paused_reason": reason.strip(),
        "measuring": False,
    }
    store(kept, values)
    notice = tell(kept, Notice.Kind.PAUSED, reason)
    record(partnership=kept.partnership, by=by, action="pilots.pilot.paused", about=kept)
    _copy(pilot, kept)
    return notice


@transaction.atomic
def resume_pilot(*, pilot: Pilot, by: User, text: str = "") -> Notice:
    """Let a paused pilot go on; readings come in again where the gates for it are in force.

    Raises
    ------
    LifeRefused
        When it is not paused, or decided.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.paused_on is None or kept.decided_on:
        raise LifeRefused(_("This pilot is not paused."))
    store(kept, {"paused_on": None, "paused_reason": ""})
    measure_if_allowed(kept)
    with translation.override(kept.partnership.language):
        told = text.strip() or _("The pilot goes on.")
    notice = tell(kept, Notice.Kind.RESUMED, told)
    record(partnership=kept.partnership, by=by, action="pilots.pilot.resumed", about=kept)
    _copy(pilot, kept)
    return notice


@transaction.atomic
def reopen_protection(*, pilot: Pilot, by: User, changed: Iterable[str], reason: str) -> Notice:
    """Open data protection, the notices and measuring again, because what they cover changes.

    From the next request on no reading is taken in, until all three are signed anew. What was
    signed stays as past gates. The technology is not touched: it may stay on, unmeasured.

    Parameters
    ----------
    changed
        Names of the pilot's fields that change; written into the ledger and the notice.
    """
    names = list(changed)
    with translation.override(pilot.partnership.language):
        fields = ", ".join(field_label(name) for name in names)
        told = _("Nothing is measured for now: what was agreed about data changes (%(what)s).") % {
            "what": fields or reason
        }
    kinds = (*PROTECTING, MEASURING)
    return reopen_gates(pilot=pilot, by=by, kinds=kinds, told=told, reason=reason)


@transaction.atomic
def reopen_notices(*, pilot: Pilot, by: User, changed: Iterable[str], reason: str) -> Notice:
    """Open the gate of the notices again, because something changes that they alone say.

    Nothing is measured until it is signed anew; measuring itself needs no new signature.
    """
    with translation.override(pilot.partnership.language):
        what = {"what": ", ".join(field_label(name) for name in changed)}
        if pilot.measuring:
            told = _("Nothing is measured for now: what the notices say changes (%(what)s).") % what
        else:
            told = _("What the notices say changes (%(what)s).") % what
    return reopen_gates(pilot=pilot, by=by, kinds=(DISCLOSURE,), told=told, reason=reason)


@transaction.atomic
def reopen_gates(*, pilot: Pilot, by: User, kinds: Sequence[str], told: str, reason: str) -> Notice:
    """Move those of `kinds` that are passed among the past gates, stop measuring, tell residents.

    Parameters
    ----------
    told
        What residents are told, in the partnership's language.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    values: dict[str, object] = {
        COLUMNS[kind]: None for kind in kinds if kind in COLUMNS and kind != MEASURING
    }
    if {*PROTECTING, MEASURING} & set(kinds):
        values["measuring"] = False
    store(kept, values)
    for gate in kept.gates.filter(kind__in=kinds):
        archive(gate, by, reason)
    notice = tell(kept, Notice.Kind.REOPENED, told, kinds[0])
    _copy(pilot, kept)
    return notice


@transaction.atomic
def join_late(*, pilot: Pilot, by: User, technology_on: dt.date) -> None:
    """Enter a pilot that runs already: what came before reads "not recorded".

    Nothing is measured until data protection and disclosure are signed.

    Raises
    ------
    LifeRefused
        When the technology is on in the record, the pilot is decided, or the day lies ahead or
        after the day on which it was entered: then the gates were there to be passed.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.technology_on or kept.decided_on or kept.measuring_on:
        raise LifeRefused(_("This pilot is on record already. It did not join late."))
    if technology_on > timezone.localdate():
        raise LifeRefused(_("The day lies ahead. A pilot that has not begun passes the gates."))
    entered = timezone.localdate(kept.created_at)
    if technology_on > entered:
        text = _(
            "This pilot was entered on %(day)s and did not run then. It passes the gates before "
            "its technology is on."
        )
        raise LifeRefused(text % {"day": date_format(entered)})
    if is_promised_or_drawn(kept):
        with translation.override(kept.partnership.language):
            why = _("The pilot ran already when it was entered: the lot did not choose its sites.")
        void_draw(kept, by, why)
    values: dict[str, object] = {
        "joined_late_on": timezone.localdate(),
        "technology_on": technology_on,
        # What was drawn here did not choose the sites of something that ran already.
        "randomised": False,
        "lottery_seed": None,
        "lottery_secret": None,
        "lottery_commitment": "",
        "lottery_committed_at": None,
    }
    store(kept, values)
    record(partnership=kept.partnership, by=by, action="pilots.pilot.joined_late", about=kept)
    _copy(pilot, kept)


def _copy(pilot: Pilot, kept: Pilot) -> None:
    """Let the caller's own record know what changed."""
    for name in (
        "measuring", "paused_on", "paused_reason", "data_protection_on", "disclosure_on",
        "measuring_on", "joined_late_on", "technology_on",
    ):  # fmt: skip
        setattr(pilot, name, getattr(kept, name))
