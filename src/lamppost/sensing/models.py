"""Datastreams and the narrow observation table."""

from __future__ import annotations

from django.conf import settings
from django.db import models
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
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-imported_at", "-pk"]
