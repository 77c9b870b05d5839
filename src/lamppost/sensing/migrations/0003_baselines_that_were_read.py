"""Write down how long the baselines are that were signed before their length was kept."""

import datetime as dt

from django.db import migrations
from django.db.models import Max, Min
from django.utils import timezone

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def forwards(apps, schema_editor):
    Pilot = apps.get_model("pilots", "Pilot")
    stored = Pilot.objects.using(schema_editor.connection.alias)
    for pilot in stored.exclude(baseline_on=None).filter(baseline_days=None):
        link = pilot.pilot_indicators.order_by("-is_main", "pk").first()
        pilot.baseline_in_waves = link is not None and _asks_people(apps, pilot, link.indicator_id)
        weeks = min(pilot.baseline_weeks, 2) if pilot.baseline_in_waves else pilot.baseline_weeks
        days = _days_read(apps, pilot, link.indicator_id) if link else 0
        if days < 7 * (weeks - 1) and pilot.measuring_on:
            # Readings may be deleted since, as was promised: then the days of the gates tell.
            days = max(days, (pilot.baseline_on - pilot.measuring_on).days)
        pilot.baseline_days = days
        pilot.save(update_fields=["baseline_days", "baseline_in_waves"])


def _asks_people(apps, pilot, indicator):
    kinds = (apps.get_model("sensing", name) for name in ("FeedbackSeries", "Survey"))
    return any(kind.objects.filter(pilot=pilot, indicator=indicator).exists() for kind in kinds)


def _days_read(apps, pilot, indicator):
    """Return the days from first to last reading before the technology, at the shortest site."""
    Observation = apps.get_model("sensing", "Observation")
    until = max(filter(None, (pilot.baseline_on, pilot.technology_on)))
    start = dt.datetime.combine(until, dt.time(), timezone.get_default_timezone())
    spans = dict.fromkeys(pilot.sites.values_list("pk", flat=True), 0)
    found = (
        Observation.objects.filter(
            datastream__site__pilot=pilot,
            datastream__indicator=indicator,
            time__lt=(start - EPOCH) // dt.timedelta(microseconds=1),
        )
        .values_list("datastream__site")
        .annotate(Min("time"), Max("time"))
    )
    for site, first, last in found:
        spans[site] = (_day(last) - _day(first)).days
    return min(spans.values(), default=0)


def _day(time):
    return timezone.localdate(EPOCH + dt.timedelta(microseconds=time))


class Migration(migrations.Migration):
    dependencies = [
        ("sensing", "0002_devices_feedback_surveys"),
        ("pilots", "0022_baseline_length"),
    ]
    # The database asks for the length from then on.
    run_before = [("pilots", "0023_planned_baseline")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
