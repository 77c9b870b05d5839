"""Load the whole town in one transaction, once; take it away again when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from lamppost.accounts.models import Partnership, User
from lamppost.pilots.models import Feedback, Pilot
from lamppost.vision.models import LandscapeRequest, Story

from ..people import accounts
from ..records import Town
from ..town import SLUG
from .clock import noon
from .no_tasks import no_tasks
from .others import load_others
from .people import found_partnership, load_meetings, load_stakeholders, look_around
from .talk import Talk, load_goals, load_views
from .told import (
    load_marks_and_sheets,
    load_population,
    load_selves,
    load_stories,
    load_translations,
    load_vision,
    load_workshops,
)
from .trial import Trial
from .tried import load_tried

Progress = Callable[[str], None]


def _silent(message: str) -> None:
    """Progress that nobody watches."""


def is_loaded() -> bool:
    """Say whether the made-up town is here."""
    return Partnership.objects.filter(slug=SLUG, made_up=True).exists()


def load_town(
    town: Town, *, passwords: Mapping[str, str], progress: Progress = _silent
) -> Partnership:
    """Load `town` through the stages' actions; all of it or nothing.

    Parameters
    ----------
    passwords
        E-mail address → password, for every account of the town.
    progress
        Told what comes next.

    Returns
    -------
    Partnership
        The town's. When it is here already, it is returned as it is and nothing is written.

    Notes
    -----
    Landscapes and the estimate are computed on the way, so nothing waits for the worker after it.
    """
    there = Partnership.objects.filter(slug=SLUG, made_up=True).first()
    if there is not None:
        return there
    with no_tasks():
        with transaction.atomic():
            partnership = _load(town, passwords, progress)
        # Votes ask for a landscape only when the transaction is through.
        LandscapeRequest.objects.filter(conversation__partnership=partnership).delete()
    return partnership


def _load(town: Town, passwords: Mapping[str, str], progress: Progress) -> Partnership:
    dates = town.dates
    begun = noon(dates.question_opens, 0)
    agreed = noon(dates.goals_agreed, 20)
    now = noon(dates.today, 0)

    progress(f"  people and organisations ({len(town.people)}) …")
    ground = found_partnership(town, passwords)
    load_stakeholders(ground)
    progress(f"  meetings ({len(town.meetings)}) …")
    load_meetings(ground)

    question = town.conversation
    progress(
        f"  participants ({len(question.participants)}), statements "
        f"({len(question.statements)}), votes ({len(question.votes)}) …"
    )
    talk = Talk(ground)
    talk.load_participants()
    load_population(ground)
    talk.go_on(begun, agreed)
    indicators = load_goals(ground, talk)
    load_vision(ground)
    load_selves(ground)
    progress(f"  more votes, sheets of paper ({len(town.sheets)}) …")
    talk.go_on(agreed, now, partial(load_marks_and_sheets, ground, talk))
    load_translations(ground, talk)
    progress(f"  stories ({len(town.stories)}), workshops …")
    load_workshops(ground, talk)
    load_stories(ground, talk)

    progress(f"  the pilot: sites ({len(town.pilot.sites)}), readings ({len(town.readings)}) …")
    trial = Trial(ground, indicators)
    trial.prepare()
    trial.run()
    progress(f"  what residents say at the sites ({len(town.comments)}) …")
    trial.hear()
    trial.change()
    trial.reply()
    progress("  estimate, decision, lesson …")
    trial.estimate()
    load_views(ground)
    trial.end()
    progress("  three more pilots …")
    load_others(ground)
    progress("  four pilots that are over …")
    load_tried(ground)
    look_around(ground)
    return ground.partnership


def _delete_files(partnerships: QuerySet[Partnership]) -> None:
    """Delete files from the disk, once the database has let go of them."""
    stories = Story.objects.filter(voice__partnership__in=partnerships)
    answers = Feedback.objects.filter(site__pilot__partnership__in=partnerships)
    files = [file for story in stories for file in (story.photo, story.audio)]
    files += [answer.photo for answer in answers.exclude(photo="")]
    for file in files:
        if file.name:
            transaction.on_commit(partial(file.storage.delete, file.name))


@transaction.atomic
def remove_town() -> int:
    """Delete the made-up town with everything entered in it, and its accounts.

    Returns
    -------
    int
        How many partnerships were deleted: 1, or 0 when it was not here.
    """
    found = Partnership.objects.filter(slug=SLUG, made_up=True)
    _delete_files(found)
    # Pilots first: they hold on to the indicators of the vision.
    Pilot.objects.filter(partnership__in=found).delete()
    count = found.count()
    for partnership in found:
        partnership.delete()
    User.objects.filter(
        email__in=[account.email for account in accounts()], memberships=None
    ).delete()
    return count
