"""What voices asks of later stages: what a participant gave, so that it can be shown and erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from lamppost.accounts.models import User
from lamppost.base.ports import Port

from .models import Participant, Voice


@dataclass(frozen=True)
class Contribution:
    """One thing that a participant gave.

    Attributes
    ----------
    kind
        ``vote``, ``important``, ``about_you``, ``statement``, ``story``, ``objection``,
        ``feedback`` or ``pulse``.
    identifier
        The record's id within its kind, as a string.
    about
        What it was given on: the statement's words, the site's name.
    answer
        The answer in words (translatable), for example "agree".
    text
        The participant's own words, when there are any.
    language
        BCP 47 tag of `about` or `text`.
    given_at
        When, if known.
    state
        For words: waiting, accepted or declined (translatable).
    change_url
        Where it can be changed, or empty.
    voice_id
        For words: the id of their `Voice`, so that consent can be withdrawn and given again.
    consequence
        What becomes of it when it is erased, where that is not plain (translatable).
    follow_url
        Where one can read what became of it, or empty.
    details
        What else is kept of it, as plain data for the download.
    belongs_to
        Kind and id of a larger thing of theirs with which it is shown; each is erased by itself.
    with_it
        What else was given with it and goes with it: a photo, a place (translatable).
    who_if_hidden
        Who still reads words once their author lets them be shown no more.
    remove_label
        What the link that erases it says where it is shown with that (translatable).
    """

    kind: str
    identifier: str
    about: str
    answer: str | Promise = ""
    text: str = ""
    language: str = ""
    given_at: dt.datetime | None = None
    state: str | Promise = ""
    change_url: str = ""
    voice_id: int | None = None
    consequence: str | Promise = ""
    follow_url: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    belongs_to: tuple[str, str] | None = None
    remove_label: str | Promise = ""
    who_if_hidden: str = ""
    with_it: str | Promise = ""


@dataclass(frozen=True)
class VoiceAbout:
    """What words were said about, for whoever reads them.

    Attributes
    ----------
    title, language
        The question, the site's name; its language.
    url
        Its page.
    photo_url, photo_words
        A photo that came with the words, and what it shows; or empty.
    audio_url
        A recording that came with them, or empty.
    photo_edit_url
        Where the photo is kept back or its words changed, or empty.
    """

    title: str
    language: str
    url: str
    photo_url: str = ""
    photo_words: str = ""
    audio_url: str = ""
    photo_edit_url: str = ""


@dataclass(frozen=True)
class AlikeWords:
    """Words that are shown already and say nearly the same as some that wait.

    Attributes
    ----------
    number
        How they are named on the page.
    percent
        How alike they are.
    url
        Takes a POST, with ``into`` = `number`, that lets the others count for these; or empty.
    """

    number: int
    text: str
    language: str
    percent: int
    url: str = ""


@dataclass(frozen=True)
class Moved:
    """What went over when two participants proved to be one person.

    Attributes
    ----------
    kept
        How many things the other had none of.
    set_aside
        How many the other had answered already; theirs stays.
    """

    kept: int = 0
    set_aside: int = 0

    def __add__(self, other: Moved) -> Moved:
        return Moved(self.kept + other.kept, self.set_aside + other.set_aside)


CONTRIBUTIONS: Port[[Participant], list[Contribution]] = Port(
    "voices.contributions", "Everything that this participant gave, for the page and the download."
)
ERASE_CONTRIBUTION: Port[[Participant, str, str], bool] = Port(
    "voices.erase_contribution",
    "Erase one contribution (kind, identifier) of this participant; True when it was theirs.",
)
PARTICIPANT_ERASED: Port[[Participant], None] = Port(
    "voices.participant_erased",
    "A participant is about to be erased with all they gave; count again what was counted.",
)
PARTICIPANTS_JOINED: Port[[Participant, Participant], Moved] = Port(
    "voices.participants_joined",
    "The first participant proved to be the second: move what they gave; the second's own stays.",
)
VOICE_MODERATED: Port[[Voice], None] = Port(
    "voices.voice_moderated",
    "A voice was accepted or declined, or its consent changed; count again what depends on it.",
)
VOICE_REDACTED: Port[[Voice, User], None] = Port(
    "voices.voice_redacted",
    "A member took more out of what is shown of a voice; keep that it happened, without the words.",
)
ALIKE_SHOWN: Port[[Collection[int]], dict[int, list[AlikeWords]]] = Port(
    "voices.alike_shown", "What is shown already and says nearly the same as these voices (ids)."
)
ALIKE_GROUPS: Port[[Collection[int]], list[list[int]]] = Port(
    "voices.alike_groups", "Which of these voices (ids) say nearly the same: groups of two or more."
)
BEFORE_DECLINING: Port[[Collection[int]], str] = Port(
    "voices.before_declining",
    "A page that shows what declining these voices (ids) would change; empty where nothing.",
)
ABOUT_VOICES: Port[[Collection[int]], dict[int, VoiceAbout]] = Port(
    "voices.about_voices", "What these voices (ids) were said about, for the moderation queue."
)
