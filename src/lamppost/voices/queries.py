"""Reads of voices: the moderation queue, and what a participant gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lamppost.accounts.models import Partnership
from lamppost.base.prepared import Prepared

from .models import Channel, DeviceLink, Participant, ReturnCode, Voice
from .ports import (
    ABOUT_VOICES,
    ALIKE_GROUPS,
    ALIKE_SHOWN,
    CONTRIBUTIONS,
    AlikeWords,
    Contribution,
    VoiceAbout,
)
from .redaction import redact
from .secret_codes import digest, plain
from .who_sees import if_shown

PAGE_SIZE = 25
# Shown before anybody looked: what the queue calls this state, and as many are put into groups.
UNSEEN = "unseen"
_SEEN_BY_NOBODY = Q(state=Voice.State.ACCEPTED, state_by=None, state_at=None)
MOST_GROUPED = 400
# From so many on, words of one device stand together: a flood is one decision.
MANY_FROM_ONE = 4


@dataclass(frozen=True)
class QueueFilters:
    """What the queue shows; by default the words that wait and may be shown."""

    state: str = Voice.State.WAITING
    kind: str = ""
    language: str = ""
    shown: str = "yes"


@dataclass(frozen=True)
class QueueLine:
    """Words in the queue, with what they were said about.

    Attributes
    ----------
    taken_out
        True when what would be shown is not what was written.
    by_hand
        True when a person took more out than the machine did.
    alike
        What is shown already and says nearly the same.
    """

    voice: Voice
    about: VoiceAbout | None
    taken_out: bool
    by_hand: bool
    alike: tuple[AlikeWords, ...] = ()


@dataclass(frozen=True)
class QueueGroup:
    """Lines of the queue that stand together: of one device, or nearly the same words.

    Attributes
    ----------
    one_device
        True when they came from one device. Who that is, nobody is told.
    """

    lines: list[QueueLine]
    one_device: bool = False


def queue(
    partnership: Partnership, filters: QueueFilters, number: str
) -> tuple[Page[QueueLine], list[QueueGroup]]:
    """Return a page of the moderation queue, the oldest words first, and the same in groups.

    Many words of one device stand right after the first of them; else words that say nearly the
    same as older ones stand right after those.
    """
    rows = list(filtered(partnership, filters).values_list("pk", "participant", "channel"))
    ids = [pk for pk, _participant, _channel in rows]
    flood = _from_one_device(rows)
    order, home = _in_groups(ids, flood)
    paginator = Paginator(order, PAGE_SIZE)
    page = paginator.get_page(number)
    voices = Voice.objects.in_bulk(page.object_list)
    lines = queue_lines([voices[pk] for pk in page.object_list if pk in voices])
    groups: dict[int, list[QueueLine]] = {}
    for line in lines:
        groups.setdefault(home[line.voice.pk], []).append(line)
    together = [QueueGroup(group, pk in flood) for pk, group in groups.items()]
    return Page(lines, page.number, paginator), together  # type: ignore[arg-type]


def _from_one_device(rows: Iterable[tuple[int, int | None, str]]) -> dict[int, int]:
    """Return the ids of which many came from one device over the web, with the first of each."""
    by_sender: dict[int, list[int]] = {}
    for pk, participant, channel in rows:
        if participant is not None and channel == Channel.WEB:
            by_sender.setdefault(participant, []).append(pk)
    many = [group for group in by_sender.values() if len(group) >= MANY_FROM_ONE]
    return {pk: group[0] for group in many for pk in group}


def _in_groups(ids: list[int], flood: dict[int, int]) -> tuple[list[int], dict[int, int]]:
    """Return the ids with those that belong together, and the first of each one's group."""
    home = {pk: pk for pk in ids}
    for answer in ALIKE_GROUPS.ask([pk for pk in ids if pk not in flood][:MOST_GROUPED]):
        for group in answer:
            home |= dict.fromkeys(group, group[0])
    home |= flood
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted(ids, key=lambda pk: (place[home[pk]], place[pk])), home


def queue_lines(voices: Iterable[Voice]) -> list[QueueLine]:
    """Return lines for these voices, in one question to each stage."""
    found = list(voices)
    ids = [voice.pk for voice in found]
    about: dict[int, VoiceAbout] = {}
    for answer in ABOUT_VOICES.ask(ids):
        about |= answer
    alike: dict[int, list[AlikeWords]] = {}
    for same in ALIKE_SHOWN.ask([v.pk for v in found if v.state == Voice.State.WAITING]):
        alike |= same
    return [
        QueueLine(
            voice,
            about.get(voice.pk),
            voice.public_text != voice.text,
            voice.public_text != redact(voice.text),
            tuple(alike.get(voice.pk, ())),
        )
        for voice in found
    ]


def _readable(partnership: Partnership) -> QuerySet[Voice]:
    """Return the voices of a partnership whose words were not erased."""
    return Voice.objects.filter(partnership=partnership).exclude(text="")


def filtered(partnership: Partnership, filters: QueueFilters) -> QuerySet[Voice]:
    """Return the voices that `filters` asks for; erased words are never among them."""
    found = _readable(partnership)
    if filters.state == UNSEEN:
        found = found.filter(_SEEN_BY_NOBODY)
    else:
        found = found.filter(state=filters.state)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.language:
        found = found.filter(language=filters.language)
    if filters.shown != "all":
        wanted = Voice.Consent.PUBLIC if filters.shown == "yes" else Voice.Consent.NONE
        found = found.filter(consent=wanted)
    return found.order_by("said_at", "pk")


def waiting_count(partnership: Partnership, shown: str = "yes") -> int:
    """Return how many words wait for somebody to read them.

    Parameters
    ----------
    shown
        "yes" for words that may be shown then, "no" for those that only the partnership reads.
    """
    return filtered(partnership, QueueFilters(shown=shown)).count()


def unseen_count(partnership: Partnership) -> int:
    """Return how many words are shown that nobody has looked at yet."""
    return filtered(partnership, QueueFilters(state=UNSEEN)).count()


@dataclass(frozen=True)
class Pile:
    """Words that wait for somebody to read them, and since when the oldest does."""

    count: int
    oldest: dt.datetime | None


def piles(partnership: Partnership) -> dict[str, Pile]:
    """Return what waits to be shown ("yes"), what only the partnership reads ("no"), and `UNSEEN`.

    One query, for the desk.
    """
    public, waiting = Q(consent=Voice.Consent.PUBLIC), Q(state=Voice.State.WAITING)
    of = {
        "yes": waiting & public,
        "no": waiting & Q(consent=Voice.Consent.NONE),
        UNSEEN: public & _SEEN_BY_NOBODY,
    }
    found = _readable(partnership).aggregate(
        **{f"{name}_count": Count("pk", filter=rule) for name, rule in of.items()},
        **{f"{name}_oldest": Min("said_at", filter=rule) for name, rule in of.items()},
    )
    return {name: Pile(found[f"{name}_count"], found[f"{name}_oldest"]) for name in of}


def voices_of(partnership: Partnership, ids: Iterable[int]) -> list[Voice]:
    """Return these words of this partnership that were not erased, the oldest first."""
    found = Voice.objects.filter(partnership=partnership, pk__in=list(ids)).exclude(text="")
    return list(found.select_related("partnership").order_by("said_at", "pk"))


def languages_of(partnership: Partnership) -> list[str]:
    """Return the languages in which something was said, in order."""
    return list(
        Voice.objects.filter(partnership=partnership)
        .order_by("language")
        .values_list("language", flat=True)
        .distinct()
    )


def voice_of(partnership: Partnership, voice_id: int) -> Voice | None:
    """Return words of this partnership that were not erased."""
    return Voice.objects.filter(partnership=partnership, pk=voice_id).exclude(text="").first()


@dataclass(frozen=True)
class Given:
    """One thing that somebody gave, with what can be done about it.

    Attributes
    ----------
    shown_as
        What is shown in public in place of the words, when it differs.
    public
        True when there is consent to show the words; None where there are none to show.
    who_after
        Who will read words that are not shown once their author lets them be shown, and words
        that are shown once their author does so no more.
    declined_because
        What a moderator wrote.
    also
        Smaller things that are shown with it.
    """

    contribution: Contribution
    voice_id: int | None = None
    shown_as: str = ""
    public: bool | None = None
    who_after: str = ""
    declined_because: str = ""
    also: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Everything:
    """All that a participant gave, the newest first."""

    items: list[Given] = field(default_factory=list)

    @property
    def lines(self) -> list[Given]:
        """What stands in the list: a thing that belongs to another one stands with it."""
        there = {(one.contribution.kind, one.contribution.identifier) for one in self.items}
        also: dict[tuple[str, str], list[Contribution]] = {}
        for one in self.items:
            home = one.contribution.belongs_to
            if home in there and home is not None:
                also.setdefault(home, []).append(one.contribution)
        lines = [one for one in self.items if one.contribution.belongs_to not in also]
        return [
            replace(one, also=tuple(also.get(key, ())))
            for one in lines
            for key in [(one.contribution.kind, one.contribution.identifier)]
        ]

    @property
    def votes(self) -> int:
        return sum(one.contribution.kind == "vote" for one in self.items)

    @property
    def words(self) -> int:
        return sum(bool(one.contribution.text) for one in self.items)

    @property
    def others(self) -> int:
        return len(self.items) - self.votes - self.words


def everything_of(participant: Participant | None) -> Everything:
    """Return all that a participant gave in a partnership; nothing for nobody."""
    if participant is None:
        return Everything()
    voices = list(participant.voices.all())
    given = [one for answer in CONTRIBUTIONS.ask(participant) for one in answer]
    given.sort(key=lambda one: (one.given_at is not None, one.given_at), reverse=True)
    return Everything([_given(one, _voice(one, voices)) for one in given])


def receipts_of(participant: Participant | None) -> list[dict[str, str]]:
    """Return the keys of what a participant's phone sent, and when it arrived."""
    if participant is None:
        return []
    return [
        {"key": one.key, "taken_at": one.taken_at.isoformat(timespec="seconds")}
        for one in participant.receipts.order_by("taken_at", "pk")
    ]


def steps_of(participant: Participant | None) -> list[dict[str, str]]:
    """Return which steps of certainty a participant took, and when."""
    if participant is None:
        return []
    return [
        {"step": one.level, "taken_at": one.verified_at.isoformat(timespec="seconds")}
        for one in participant.verifications.order_by("verified_at", "pk")
    ]


def _voice(contribution: Contribution, voices: list[Voice]) -> Voice | None:
    """The words' record: by its id, or by the words where a stage does not name it."""
    if not contribution.text:
        return None
    return next(
        (
            voice
            for voice in voices
            if voice.pk == contribution.voice_id
            or (contribution.voice_id is None and voice.text == contribution.text)
        ),
        None,
    )


def _given(contribution: Contribution, voice: Voice | None) -> Given:
    if voice is None:
        return Given(contribution)
    is_public = voice.consent == Voice.Consent.PUBLIC
    return Given(
        contribution,
        voice_id=voice.pk,
        shown_as=voice.public_text if voice.public_text != voice.text else "",
        public=is_public,
        who_after=contribution.who_if_hidden if is_public else if_shown(voice),
        declined_because=voice.state_reason if voice.state == Voice.State.DECLINED else "",
    )


def one_of(participant: Participant | None, kind: str, identifier: str) -> Given | None:
    """Return the one thing of this kind and id that the participant gave, or None."""
    everything = everything_of(participant)
    return next(
        (
            one
            for one in [*everything.lines, *everything.items]
            if (one.contribution.kind, one.contribution.identifier) == (kind, identifier)
        ),
        None,
    )


def _with_key(partnership: int, key: str) -> QuerySet[Participant]:
    linked = DeviceLink.objects.filter(partnership=partnership, key=key)
    own = Participant.objects.filter(partnership=partnership, key=key)
    return Participant.objects.filter(
        pk=Coalesce(Subquery(linked.values("participant")[:1]), Subquery(own.values("pk")[:1]))
    )


_WITH_KEY: Prepared[Participant] = Prepared(_with_key, partnership=int, key=str)


def participant_with(partnership: Partnership, key: str) -> Participant | None:
    """Return whom this key leads to, in one query: by a link of the device, or by its own key."""
    return _WITH_KEY.first(partnership=partnership.pk, key=key)


def return_code(text: str) -> ReturnCode | None:
    """Return the return code that somebody typed, with its participant and partnership."""
    return (
        ReturnCode.objects.filter(code_hash=digest("return-code", plain(text)))
        .select_related("participant__partnership")
        .first()
    )


@dataclass(frozen=True)
class WaysBack:
    """From where somebody can come back to what they gave.

    Attributes
    ----------
    code_made_at
        When the return code was made; None where there is none.
    other_devices
        How many other devices lead here.
    """

    code_made_at: dt.datetime | None = None
    other_devices: int = 0


def ways_back(participant: Participant | None, key: str | None) -> WaysBack:
    """Return which ways lead back to this participant beside the device with this key."""
    if participant is None:
        return WaysBack()
    code = ReturnCode.objects.filter(participant=participant).first()
    return WaysBack(code.made_at if code else None, other_devices(participant, key))


def other_devices(participant: Participant | None, key: str | None) -> int:
    """Return how many devices lead to this participant beside the one with this key."""
    if participant is None:
        return 0
    links = participant.device_links.exclude(key=key or "").count()
    return links + (participant.key != key)
