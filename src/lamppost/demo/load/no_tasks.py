"""Nothing is left to the worker: what the load asks for, it computes itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django_tasks.backends.dummy import DummyBackend


@contextmanager
def no_tasks() -> Iterator[None]:
    """Let tasks that this thread asks for inside the block go nowhere.

    Put it around the transaction: tasks are asked for when that is through.
    """
    real = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
    task_backends[DEFAULT_TASK_BACKEND_ALIAS] = DummyBackend(DEFAULT_TASK_BACKEND_ALIAS, {})
    try:
        yield
    finally:
        task_backends[DEFAULT_TASK_BACKEND_ALIAS] = real
