"""The sensor register of a pilot: add, change and delete entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User

from ..models import GateKind, Pilot, RegisterEntry
from ..queries.open_questions import letters
from ..queries.register import COVERED, TOLD, entry_problems
from ..queries.signed_facts import DEVICE, signed_devices
from .agreement import RecordFixed
from .life import reopen_notices, reopen_protection


class RegisterRefused(RecordFixed):
    """The entry cannot be written or deleted like this; the message says why."""


class RegisterReopens(RegisterRefused):
    """It would open data protection again and stop measuring; ask, then say so."""


@transaction.atomic
def add_entry(
    *, pilot: Pilot, by: User, values: Mapping[str, Any], reopens: bool = False
) -> RegisterEntry:
    """Enter a kind of device; from today on everybody can read it.

    Parameters
    ----------
    reopens
        True when whoever adds it knows that the notices that hang have to be signed anew.

    Raises
    ------
    RegisterReopens
        When notices are in force, which do not name this device, or data protection was signed for
        devices of which none is of this kind; and `reopens` is not said.
    RegisterRefused
        When the entry breaks a rule of the register.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if kept.no_device_reason:
        raise RegisterRefused(
            _("It is public that no device stands anywhere. Take that back, then enter a device.")
        )
    _check(kept, values)
    if kept.disclosure_on or _is_another_kind(kept, values):
        _reopen(kept, by, str(values["name"]), reopens)
    entry = RegisterEntry.objects.create(pilot=kept, **values)
    _know(kept, pilot)
    record(partnership=kept.partnership, by=by, action="pilots.register_entry.added", about=entry)
    return entry


def _is_another_kind(pilot: Pilot, values: Mapping[str, Any]) -> bool:
    """Say whether data protection is signed for devices, and for none that measures like this."""
    gate = pilot.gates.filter(kind=GateKind.DATA_PROTECTION).first()
    signed = signed_devices(gate.facts) if gate else []
    asked = (
        values.get("sensor_type"),
        values.get("does") or "",
        bool(values.get("contains_personal_data")),
    )
    return bool(signed) and asked not in signed


@transaction.atomic
def change_entry(
    *, entry: RegisterEntry, by: User, values: Mapping[str, Any], reopens: bool = False
) -> RegisterEntry:
    """Change an entry.

    Raises
    ------
    RegisterReopens
        When kind of sensor, personal data or legal ground change and data protection is signed for
        them, or whose it is or where it moves and the notices are; and `reopens` is not said.
    RegisterRefused
        When the entry breaks a rule of the register.
    """
    pilot = Pilot.objects.select_for_update().get(pk=entry.pilot_id)
    kept = RegisterEntry.objects.get(pk=entry.pk)
    changed = changed_fields(kept, dict(values))
    _check(pilot, {**{name: getattr(kept, name) for name in values}, **values})
    if not changed:
        return kept
    if pilot.data_protection_on and set(changed) & set(COVERED):
        _reopen(pilot, by, kept.name, reopens)
    elif pilot.disclosure_on and set(changed) & set(TOLD):
        _reopen_notices(pilot, by, kept.name, reopens)
    if "active_until" in changed:
        _stays_covered(pilot, [*pilot.register_entries.exclude(pk=kept.pk), kept])
    kept.save(update_fields=changed)
    record(
        partnership=pilot.partnership,
        by=by,
        action="pilots.register_entry.changed",
        about=kept,
        fields=changed,
    )
    return kept


@transaction.atomic
def delete_entry(*, entry: RegisterEntry, by: User) -> None:
    """Take an entry out, because the device is not used or was taken down.

    Raises
    ------
    RegisterRefused
        When notices are in force, and nothing would be left of what they were signed for.
    """
    pilot = Pilot.objects.select_for_update().get(pk=entry.pilot_id)
    _stays_covered(pilot, pilot.register_entries.exclude(pk=entry.pk))
    record(
        partnership=pilot.partnership, by=by, action="pilots.register_entry.deleted", about=entry
    )
    entry.delete()
    _know(pilot, entry.pilot)


@transaction.atomic
def say_no_device(*, pilot: Pilot, by: User, reason: str, reopens: bool = False) -> None:
    """Say in public why no device stands anywhere, or take that back with an empty `reason`.

    It does in place of an entry. Readings of devices are refused then; what people count or answer
    is not.

    Raises
    ------
    RegisterReopens
        When data protection or the notices are signed with what is said until now, and `reopens`
        is not said.
    RegisterRefused
        When a device stands in the register, or the reason says nothing.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    said = reason.strip()
    if said == kept.no_device_reason:
        return
    if said and not letters(said):
        raise RegisterRefused(_("Say why. Everybody reads it."))
    if said and kept.register_entries.exists():
        raise RegisterRefused(
            _("A device stands in the register. Delete its entry first, when nothing stands there.")
        )
    gate = kept.gates.filter(kind=GateKind.DATA_PROTECTION).first()
    if kept.disclosure_on or (gate and gate.facts.get("no_device_reason")):
        _reopen(kept, by, str(Pilot._meta.get_field("no_device_reason").verbose_name), reopens)
    kept.no_device_reason = pilot.no_device_reason = said
    kept.save(update_fields=["no_device_reason"])
    record(
        partnership=kept.partnership,
        by=by,
        action="pilots.no_device.set",
        about=kept,
        fields=["no_device_reason"],
    )


def _know(kept: Pilot, given: Pilot) -> None:
    """Write into the pilot's own row whether it has an entry, where the database asks for it."""
    kept.registered = given.registered = kept.register_entries.exists()
    kept.save(update_fields=["registered"])


def _stays_covered(pilot: Pilot, left: Iterable[RegisterEntry]) -> None:
    """Refuse to leave the register empty, or silent about personal data, while notices hang."""
    if pilot.disclosure_on is None or pilot.decided_on:
        return
    there = [entry for entry in left if entry.until >= timezone.localdate()]
    if not there:
        raise RegisterRefused(
            _("The notices are signed for this entry. At least one entry stays while they hang.")
        )
    none = pilot.personal_data in ("", Pilot.PersonalData.NONE)
    if not none and not any(entry.contains_personal_data for entry in there):
        raise RegisterRefused(
            _(
                "The plan says that personal data is taken in. The device that takes it in stays "
                "in the register while the notices hang."
            )
        )


def _check(pilot: Pilot, values: Mapping[str, Any]) -> None:
    if found := entry_problems(pilot, values):
        raise RegisterRefused(" ".join(text for _field, text in found))


def _reopen(pilot: Pilot, by: User, name: str, reopens: bool) -> None:
    if pilot.decided_on:
        return  # nothing is measured any more
    if not reopens:
        raise RegisterReopens(
            _(
                "Data protection and the notices are signed without this. If you go on, they have "
                "to be signed again, and measuring too: until then nothing is measured."
            )
        )
    reopen_protection(pilot=pilot, by=by, changed=[], reason=_reason(name))


def _reopen_notices(pilot: Pilot, by: User, name: str, reopens: bool) -> None:
    if pilot.decided_on:
        return  # nothing is measured any more
    if not reopens:
        raise RegisterReopens(
            _(
                "This was signed with the gate “Disclosure”: the notices say it. If you change it, "
                "that gate has to be signed again, and until then nothing is measured."
            )
        )
    reopen_notices(pilot=pilot, by=by, changed=[f"{DEVICE}{name}"], reason=_reason(name))


def _reason(name: str) -> str:
    return _("sensor register, “%(entry)s”") % {"entry": name}
