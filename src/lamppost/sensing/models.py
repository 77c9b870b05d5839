"""Datastreams and the narrow observation table."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lamppost.pilots.models import Pilot, Site
from lamppost.vision.models import Indicator


class Datastream(models.Model):
    """One indicator at one site from one source."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="datastreams")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="datastreams")
    source = models.CharField(_("source"), max_length=120, default="import")

    class Meta:
        ordering = ["site", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "indicator", "source"], name="sensing_datastream_once"
            ),
        ]


class Observation(models.Model):
    """One reading. Narrow on purpose: a month of a city is millions of these.

    Written by ``COPY`` on PostgreSQL and ``executemany`` on SQLite (sensing/store.py), never by
    the ORM: measured, `bulk_create` is 14 times slower.
    """

    pk = models.CompositePrimaryKey("datastream", "time")
    datastream = models.ForeignKey(
        Datastream, on_delete=models.CASCADE, related_name="observations", db_index=False
    )
    time = models.BigIntegerField()  # microseconds since 1970-01-01 UTC
    value = models.FloatField()


class ObservationImport(models.Model):
    """A file of readings that was taken in: when, by whom, how many rows."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="observation_imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    # Readings that were there with another value.
    replaced = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-imported_at", "-pk"]


class DeviceNote(models.Model):
    """What was done to the device at a site, from which day on: its readings may differ since."""

    class What(models.TextChoices):
        REPLACED = "replaced", _("replaced by another one")
        MOVED = "moved", _("moved to another spot")
        RECALIBRATED = "recalibrated", _("set or calibrated anew")
        # Somebody looked, and nothing changed: so the record says that it is kept.
        CHECKED = "checked", _("looked at and left as it was")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="device_notes")
    # Empty: whatever is measured at the site.
    indicator = models.ForeignKey(
        Indicator, null=True, blank=True, on_delete=models.CASCADE, related_name="device_notes"
    )
    done_on = models.DateField(_("from which day"))
    what = models.CharField(_("what was done"), max_length=12, choices=What.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["-done_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "indicator", "done_on", "what"],
                condition=Q(indicator__isnull=False),
                name="sensing_device_note_once",
            ),
            models.UniqueConstraint(
                fields=["site", "done_on", "what"],
                condition=Q(indicator__isnull=True),
                name="sensing_note_of_all_devices_once",
            ),
        ]


class FeedbackSeries(models.Model):
    """An indicator of a pilot that is read from residents' answers at its sites."""

    class Of(models.TextChoices):
        BETTER = "better", _("share of people who say better")
        DIFFERENCE = "difference", _("share who say better minus share who say worse")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="feedback_series")
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="feedback_series"
    )
    of = models.CharField(_("what is read"), max_length=10, choices=Of.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "indicator"], name="sensing_feedback_series_once"
            ),
        ]


class Survey(models.Model):
    """A survey that was taken in: shares of one answer, weighted to the population.

    What single people answered is counted and then forgotten; `results` holds in ``rows`` shares of
    ten people or more, for each wave, kind of site, and group. They are exact, for members; what
    the public sees of them is worked out from tens (`released`).
    """

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="surveys")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="surveys")
    counted = models.CharField(_("answers that count"), max_length=300)
    # Group → its share of the population; empty where everybody who answered counts the same.
    population = models.JSONField(default=dict, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    people = models.PositiveIntegerField()
    results = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-imported_at", "-pk"]
