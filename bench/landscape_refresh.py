"""What the site spends when a landscape is computed anew: CPU seconds of each step.

A question with made-up votes in a database of its own (SQLite, in a temporary folder): three
planted groups, uneven activity, as in `opinion_scale`. Then the steps that the task takes, cold
and again after 1,000 new votes, and the page that shows it.

    .venv/bin/python bench/landscape_refresh.py
    .venv/bin/python bench/landscape_refresh.py --people 5000 --profile

One thread. With --copies so many people are copies of one another, so that votes are flagged and
the result without them is computed too. --profile prints where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

STATEMENTS, EACH = 300, 45.0
NEW_VOTES = 1_000
BLOCK = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--copies", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAMPPOST_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "lamppost.site.settings"
        import django
        from django.conf import settings

        # No style sheets are collected here.
        plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
        settings.STORAGES["staticfiles"] = {"BACKEND": plain}
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        conversation, filling = _clocked(lambda: filled(options))
        print(f"{options.people} people x {STATEMENTS}, filled in {filling:.1f} s", flush=True)
        for when in ("cold", f"after {NEW_VOTES} new votes"):
            if when != "cold":
                vote_again(conversation, options.seed)
            steps(conversation, when, profile=options.profile)


class _Plain(argparse.RawDescriptionHelpFormatter):
    pass


def _clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def made_up(people: int, copies: int, seed: int) -> tuple[Any, Any, Any]:
    """Rows, columns and values of the votes; the last `copies` people are one person's copies."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(0, 0.9, (3, STATEMENTS)) + rng.normal(0.3, 0.6, STATEMENTS)
    liked = rng.lognormal(0, 0.4, STATEMENTS)
    activity = rng.lognormal(-0.125, 0.5, people) * EACH / STATEMENTS
    chance = np.clip(np.outer(activity, liked / liked.mean()), 0, 0.95)
    voted = rng.random(chance.shape) < chance
    if copies:
        voted[-copies:] = rng.random(STATEMENTS) < 0.2
    row, column = np.nonzero(voted)
    group = rng.choice(3, people, p=[0.5, 0.3, 0.2])
    feel = lean[group[row], column] + rng.normal(0, 1, len(row))
    value = np.where(feel > 0.4, 1, np.where(feel < -0.4, -1, 0))
    if copies:
        template = rng.choice([-1, 1], STATEMENTS)
        alike = row >= people - copies
        slips = rng.random(len(row)) < 0.03
        value = np.where(alike, np.where(slips, 0, template[column]), value)
    return row, column, value


def filled(options: argparse.Namespace) -> Any:
    """Write the people, statements and votes."""
    from django.db import connection, transaction
    from django.utils import timezone

    from lamppost.accounts.models import Partnership
    from lamppost.vision.models import Conversation, Statement
    from lamppost.voices.models import Participant, Voice

    now = timezone.now()
    where = Partnership.objects.create(name="Bench", slug="bench", created_at=now)
    talk = Conversation.objects.create(
        partnership=where, code="bench000", question="What now?", created_at=now
    )
    voices = Voice.objects.bulk_create(
        Voice(partnership=where, kind="statement", text=f"Number {n}.", public_text=f"Number {n}.",
              consent="public", consent_wording="bench", consent_at=now, state="accepted",
              said_at=now, language="en")
        for n in range(STATEMENTS)
    )  # fmt: skip
    statements = Statement.objects.bulk_create(
        Statement(conversation=talk, voice=voice, number=n) for n, voice in enumerate(voices)
    )
    people = Participant.objects.bulk_create(
        (
            Participant(partnership=where, key=f"{n:064x}", channel="web", created_at=now)
            for n in range(options.people)
        ),
        batch_size=BLOCK,
    )
    row, column, value = made_up(options.people, options.copies, options.seed)
    keys = (np.array([one.pk for one in people]), np.array([one.pk for one in statements]))
    triples = zip(keys[0][row].tolist(), keys[1][column].tolist(), value.tolist(), strict=True)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.executemany(
            "INSERT INTO vision_vote (participant_id, statement_id, value, channel,"
            " cast_at) VALUES (%s, %s, %s, 'web', %s)",
            ((*one, now) for one in triples),
        )
    return talk


def vote_again(conversation: Any, seed: int) -> None:
    """Change an answer of as many people as there are new votes."""
    from django.utils import timezone

    from lamppost.vision.models import Vote

    rng = np.random.default_rng(seed + 1)
    keys = list(Vote.objects.order_by("pk").values_list("pk", flat=True)[: 50 * NEW_VOTES])
    chosen = rng.choice(keys, NEW_VOTES, replace=False).tolist()
    Vote.objects.filter(pk__in=chosen).update(value=0, cast_at=timezone.now())


def steps(conversation: Any, when: str, *, profile: bool) -> None:
    """Time the steps of one refresh; the whole is the task's own function."""
    from django.test import Client

    from lamppost.vision.actions.landscape import compute_landscape
    from lamppost.vision.checking import integrity_of
    from lamppost.vision.computing import landscape_of
    from lamppost.vision.queries.landscape import named_votes

    votes, reading = _clocked(lambda: named_votes(conversation))
    found, thinking = _clocked(lambda: landscape_of(conversation, votes))
    report, checking = _clocked(lambda: integrity_of(conversation, votes, found))
    clock = cProfile.Profile()
    if profile:
        clock.enable()
    _stored, whole = _clocked(lambda: compute_landscape(conversation=conversation))
    clock.disable()
    page = f"/p/{conversation.partnership.slug}/vision/landscape/{conversation.code}/"
    answer, showing = _clocked(lambda: Client(headers={"host": "localhost"}).get(page))
    print(
        f"{when}: votes read {reading:.2f}, landscape {thinking:.2f}, integrity {checking:.2f} "
        f"({report['left_out']} people flagged), the whole task {whole:.2f}, the page "
        f"{showing:.2f} s ({answer.status_code})",
        flush=True,
    )
    if profile:
        pstats.Stats(clock, stream=sys.stdout).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    main()
