"""A worker that keeps running deletes what may be kept for a time only, though nobody comes."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from django.core import management
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from lamppost.site import commands
from lamppost.vision.actions.traces import leave_trace
from lamppost.vision.models import NetworkSalt, NetworkTrace
from lamppost.voices.models import Challenge, Level

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(settings, monkeypatch):
    """Return two functions: start the worker as the command does; let it run what is due."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(os, "nice", lambda by: by, raising=False)
    run = management.call_command

    def until_nothing_is_due(name, **options):
        run(name, batch=True, interval=0, startup_delay=False, verbosity=0)

    monkeypatch.setattr(management, "call_command", until_nothing_is_due)
    # The rows of a test are held by its own connection, which must not be closed.
    module = "django_tasks_db.management.commands.db_worker"
    monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)
    monkeypatch.setattr(f"{module}.Worker.configure_signals", lambda self: None)
    return lambda: commands._worker(None), lambda: until_nothing_is_due("db_worker")


def grow_older(by: dt.timedelta) -> None:
    """Let so much time pass for every row that has a time."""
    for model in (NetworkTrace, NetworkSalt):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(day=row.day - by)
    for begun in Challenge.objects.all():
        Challenge.objects.filter(pk=begun.pk).update(made_at=begun.made_at - by)
    for waiting in DBTaskResult.objects.filter(run_after__isnull=False, finished_at=None):
        DBTaskResult.objects.filter(pk=waiting.pk).update(run_after=waiting.run_after - by)


def left() -> tuple[int, int, int]:
    return NetworkTrace.objects.count(), NetworkSalt.objects.count(), Challenge.objects.count()


def test_a_running_worker_forgets_by_time(conversation, people, worker):
    start, run_what_is_due = worker
    start()
    leave_trace(conversation, people(1)[0], "203.0.113.1")
    now = timezone.now()
    Challenge.objects.create(
        partnership=conversation.partnership, level=Level.EMAIL, key="k" * 64, code_hash="x",
        made_at=now, expires_at=now + dt.timedelta(minutes=10),
    )  # fmt: skip
    run_what_is_due()
    assert left() == (1, 1, 1), "nothing is old yet"
    grow_older(dt.timedelta(hours=1, minutes=1))
    run_what_is_due()
    assert Challenge.objects.count() == 0
    grow_older(dt.timedelta(days=1))
    run_what_is_due()
    assert left() == (1, 0, 0)
    for _day in range(14):
        grow_older(dt.timedelta(days=1))
        run_what_is_due()
    assert left() == (0, 0, 0)


def test_a_worker_that_starts_forgets_what_grew_old_meanwhile(conversation, people, worker):
    start, _run = worker
    leave_trace(conversation, people(1)[0], "203.0.113.1")
    grow_older(dt.timedelta(days=20))
    start()
    assert left() == (0, 0, 0)
