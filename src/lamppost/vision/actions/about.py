"""Writes of what voters say of themselves, and of how large each part of the population is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from lamppost.accounts import ledger
from lamppost.accounts.models import Partnership, User
from lamppost.voices.models import Participant
from lamppost.voices.receipts import taken_before

from ..models import Characteristic, PopulationShare


@transaction.atomic
def say_about_oneself(
    *,
    participant: Participant,
    question: str,
    value: str,
    key: str = "",
    said_at: dt.datetime | None = None,
) -> Characteristic | None:
    """Keep what a participant says of themselves; what they said before is replaced.

    Parameters
    ----------
    key
        Names this one press: sent again, it changes nothing, also where it was deleted meanwhile.
    said_at
        When it was said, if it waited on a phone: what was said later stays.

    Returns
    -------
    Characteristic | None
        What is kept now; None where a press came again and nothing is kept any more.
    """
    asked = Characteristic.Question(question)
    moment = said_at or timezone.now()
    found = Characteristic.objects.filter(participant=participant, question=asked)
    if taken_before(participant=participant, key=key) or found.filter(said_at__gt=moment).exists():
        return found.first()
    kept, _is_new = Characteristic.objects.update_or_create(
        participant=participant, question=asked, defaults={"value": value, "said_at": moment}
    )
    return kept


@transaction.atomic
def forget_about_oneself(*, participant: Participant, question: str) -> bool:
    """Delete what a participant said of themselves; say whether there was something."""
    found = Characteristic.objects.filter(participant=participant, question=question)
    return found.delete()[0] > 0


@dataclass(frozen=True)
class Shares:
    """How large each part of the people concerned is.

    Attributes
    ----------
    parts
        Question → value → share, above 0 to 1.
    source
        Where it is taken from.
    """

    parts: Mapping[str, Mapping[str, float]]
    source: str = ""


@transaction.atomic
def set_population_shares(*, partnership: Partnership, by: User, shares: Shares) -> None:
    """Replace the population's shares of this partnership; the ledger names the questions."""
    there = PopulationShare.objects.filter(partnership=partnership)
    before = {(one.question, one.value): (one.share, one.source) for one in there}
    after = {
        (question, value): (share, shares.source)
        for question, parts in shares.parts.items()
        for value, share in parts.items()
    }
    if before == after:
        return
    there.delete()
    PopulationShare.objects.bulk_create(
        PopulationShare(
            partnership=partnership, question=question, value=value, share=share, source=source
        )
        for (question, value), (share, source) in after.items()
    )
    ledger.record(
        partnership=partnership,
        by=by,
        action="vision.population_shares.set",
        about=partnership,
        fields=sorted({key[0] for key, _value in before.items() ^ after.items()}),
    )
