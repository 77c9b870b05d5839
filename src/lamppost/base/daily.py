"""Work that the background worker does once a day, or every hour."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

EVERY = dt.timedelta(days=1)
HOURLY = dt.timedelta(hours=1)


def run_again_later(task: Any, every: dt.timedelta = EVERY) -> bool:
    """Let a task run after `every` unless that is arranged already; say whether it was now.

    The worker calls it when it starts, and the task itself.
    """
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    waits = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path)
    if not task.get_backend().supports_defer or waits.exists():
        return False
    task.using(run_after=timezone.now() + every).enqueue()
    return True
