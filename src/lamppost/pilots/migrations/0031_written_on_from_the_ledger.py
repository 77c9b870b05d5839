"""Versions of before know from the ledger when their properties were written down.

Where the ledger does not say, it stays open, and they count as written in time.
"""

from django.db import migrations
from django.utils import timezone

WRITTEN, ADDED = "pilots.specification.changed", "pilots.version.added"


def from_the_ledger(apps, editor):
    """Fill in `written_on` of versions that have properties and no day."""
    PilotVersion = apps.get_model("pilots", "PilotVersion")
    found = PilotVersion.objects.filter(written_on=None, lines__isnull=False).distinct()
    for version in found.order_by("pilot", "number"):
        day = _written_on(apps, version)
        if day is not None:
            PilotVersion.objects.filter(pk=version.pk).update(written_on=day)


def _written_on(apps, version):
    PilotVersion = apps.get_model("pilots", "PilotVersion")
    before = PilotVersion.objects.filter(pilot=version.pilot_id, number__lt=version.number)
    last = before.order_by("number").last()
    if last is not None and _lines(last) and _lines(last) == _lines(version):
        return last.written_on  # something else was changed: its properties are those of before
    day = _last(apps, version, ADDED, "pilots.pilotversion", version.pk)
    if day is None and (version.number == 1 or last is None or not _lines(last)):
        # Written again until the technology is on: the last time is what stands there.
        day = _last(apps, version, WRITTEN, "pilots.pilot", version.pilot_id)
    return day


def _lines(version):
    return list(version.lines.order_by("pk").values_list("name", "value"))


def _last(apps, version, action, kind, key):
    entries = apps.get_model("accounts", "LedgerEntry").objects.filter(
        partnership=version.pilot.partnership_id,
        action=action,
        object_type=kind,
        object_id=str(key),
    )
    entry = entries.order_by("-at", "-pk").first()
    return timezone.localdate(entry.at) if entry else None


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("pilots", "0030_specification_written_on"),
    ]

    operations = [migrations.RunPython(from_the_ledger, migrations.RunPython.noop, elidable=True)]
