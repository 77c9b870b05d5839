"""What the vision stage of the made-up partnership holds, with its own secrets."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

from django.core.files.base import ContentFile
from PIL import Image

from lamppost.network.models import Meeting
from lamppost.vision.models import (
    AgendaItem,
    Agreement,
    Characteristic,
    ConversationTranslation,
    EntryCode,
    Goal,
    ImportantMark,
    Kiosk,
    NetworkSalt,
    NetworkTrace,
    Objection,
    PaperSheet,
    PopulationShare,
    Room,
    RoomAnswer,
    RoomStatement,
    Statement,
    StatementEdit,
    StatementTranslation,
    Story,
    Vision,
    Vote,
    Workshop,
)
from lamppost.voices.models import (
    Challenge,
    DeviceLink,
    Receipt,
    ReturnCode,
    Verification,
    Voice,
)

WHEN = dt.datetime(2026, 1, 20, 18, tzinfo=dt.UTC)


def _digest(name: str, length: int = 64) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:length]


# Never in any export.
DIGESTS = {
    name: _digest(name)
    for name in (
        "identity", "device link", "return code", "challenge", "challenge key", "receipt",
        "entry code", "kiosk", "salt",
    )
}  # fmt: skip
TRACE = _digest("trace", 32)
JOIN_CODE = "QZ7XW4"
DOORS = (*DIGESTS.values(), TRACE, JOIN_CODE)
# In a private export, and not in a public one.
PRIVATE_WORDS = (
    "A story for the partnership alone",
    "An objection for the partnership alone",
    "The draft that nobody has seen",
    "Notes of the workshop with names",
    "Notes of one part with names",
    "The person on a photo that may not be shown",
    "Only Ada is ninety-nine",
    "A workshop without any agreement",
)
SECRETS = (*DOORS, *PRIVATE_WORDS)
TOLD = "I hope that my mother walks to choir again."
OBJECTED = "The canal path is missing in it."
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(24)) + b"data"


def photo(colour: str = "navy") -> bytes:
    """Return a small picture as it is kept."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "JPEG", quality=82, optimize=True)
    return made.getvalue()


def _voice(partnership, kind, text, *, participant=None, consent=True, state="accepted"):
    return Voice.objects.create(
        partnership=partnership,
        participant=participant,
        kind=kind,
        text=text,
        public_text=text,
        language="en",
        consent="public" if consent else "none",
        consent_wording="show-without-name-1" if consent else "",
        consent_at=WHEN if consent else None,
        state=state,
        state_at=WHEN,
        said_at=WHEN,
    )


def add_vision_stage(conversation, residents, lead):
    """Add a row to every table of the vision stage and of voices that others do not fill."""
    partnership = conversation.partnership
    conversation.asks = ["age", "group"]
    conversation.embed_origins = "https://town.example"
    conversation.save()
    ConversationTranslation.objects.create(
        conversation=conversation, language="es", question="¿Qué haría falta para volver a pie?"
    )
    workshop = _workshops(partnership, conversation)
    _stories(partnership, conversation, workshop, residents)
    _statements(conversation, residents, lead)
    _people(conversation, residents, lead)
    _doors(conversation, residents)
    _vision(partnership, conversation, residents, lead)


def _workshops(partnership, conversation):
    held = Workshop.objects.create(
        partnership=partnership,
        meeting=Meeting.objects.filter(partnership=partnership).first(),
        conversation=conversation,
        title="Hopes and fears",
        held_on=WHEN.date(),
        template="hopes-and-fears",
        notes=PRIVATE_WORDS[3],
        created_at=WHEN,
    )
    AgendaItem.objects.create(
        workshop=held, position=1, kind="stories", title="In pairs", notes=PRIVATE_WORDS[4]
    )
    Workshop.objects.create(partnership=partnership, title=PRIVATE_WORDS[7], created_at=WHEN)
    first = conversation.statements.order_by("number")[:2]
    held.statements.set(first)
    agreed = Agreement.objects.create(workshop=held, position=1, text="Bus stops come first.")
    agreed.statements.set(first)
    return held


def _stories(partnership, conversation, workshop, residents):
    def story(text, *, consent=True, **more):
        words = _voice(
            partnership, "story", text, participant=more.pop("participant", None), consent=consent
        )
        return Story.objects.create(voice=words, conversation=conversation, **more)

    shown = story(
        TOLD,
        feeling="hope",
        participant=residents[1],
        workshop=workshop,
        group="resident",
        photo_words="A lit path by the water",
        may_show_photo=True,
        may_become_statement=True,
        latitude=51.5,
        longitude=-0.1,
    )
    shown.photo.save("a.jpg", ContentFile(photo()))
    shown.audio.save("a.wav", ContentFile(WAV))
    kept = story(PRIVATE_WORDS[0], consent=False, feeling="fear", may_show_photo=True)
    kept.photo.save("b.jpg", ContentFile(photo("maroon")))
    heard = story("The last bus stops in the dark.", feeling="experience", may_play_audio=True,
                  photo_words=PRIVATE_WORDS[5])  # fmt: skip
    heard.photo.save("c.jpg", ContentFile(photo("olive")))
    heard.audio.save("c.wav", ContentFile(WAV + b"!"))
    drawn = conversation.statements.get(number=6)
    drawn.story = shown
    drawn.save()


def _statements(conversation, residents, lead):
    second, mended = (conversation.statements.get(number=n) for n in (2, 4))
    same = Statement.objects.create(
        conversation=conversation,
        voice=_voice(conversation.partnership, "statement", "First the bus stop and the school."),
        number=11,
        merged_into=second,
    )
    # Two answered both, one this one alone.
    both = set(Vote.objects.filter(statement=second).values_list("participant", flat=True))
    voters = sorted(residents, key=lambda person: (person.pk not in both, person.pk))
    for person, value in ((voters[0], -1), (voters[1], 1), (voters[-1], 1)):
        Vote.objects.create(participant=person, statement=same, value=value, cast_at=WHEN)
    whole = conversation.statements.get(voice__state="declined")
    part = conversation.statements.get(number=8)
    part.split_from = whole
    part.save()
    StatementTranslation.objects.create(
        statement=second, language="es", text="Primero la parada.", by=lead, made_at=WHEN
    )
    hidden = StatementTranslation(statement=whole, language="es", text="No se enseña.")
    hidden.by, hidden.made_at = lead, WHEN
    hidden.save()
    StatementEdit.objects.create(
        statement=mended,
        earlier_text="Dim the ligths after midnight to save energy.",
        reason="A slip of the pen.",
        by=lead,
        edited_at=WHEN,
    )
    ImportantMark.objects.create(
        conversation=conversation, participant=residents[4], statement=second, marked_at=WHEN
    )


def _people(conversation, residents, lead):
    ages = ["18-29"] * 40 + ["60-74"] * 25 + ["75-up"] * 4 + [PRIVATE_WORDS[6]]
    Characteristic.objects.bulk_create(
        Characteristic(participant=person, question="age", value=age, said_at=WHEN)
        for person, age in zip(residents, ages, strict=False)
    )
    for value, share in (("18-29", 0.25), ("60-74", 0.2)):
        PopulationShare.objects.create(
            partnership=conversation.partnership,
            question="age",
            value=value,
            share=share,
            source="Census",
        )
    Verification.objects.create(
        participant=residents[5],
        level="in_person",
        identity="" if Verification.objects.exists() else DIGESTS["identity"],
        verified_at=WHEN,
        verified_by=lead,
    )
    PaperSheet.objects.create(
        conversation=conversation,
        participant=residents[min(40, len(residents) - 1)],
        reference="41",
        entered_by=None,
        entered_at=WHEN,
        checked_by=lead,
        checked_at=WHEN,
    )


def _doors(conversation, residents):
    if ReturnCode.objects.exists():  # a second town; each of these is there once
        return
    partnership, person = conversation.partnership, residents[6]
    DeviceLink.objects.create(
        participant=person, partnership=partnership, key=DIGESTS["device link"], linked_at=WHEN
    )
    ReturnCode.objects.create(participant=person, code_hash=DIGESTS["return code"], made_at=WHEN)
    Challenge.objects.create(
        partnership=partnership,
        level="email",
        key=DIGESTS["challenge key"],
        code_hash=DIGESTS["challenge"],
        made_at=WHEN,
        expires_at=WHEN,
    )
    Receipt.objects.create(participant=person, key=DIGESTS["receipt"], taken_at=WHEN)
    EntryCode.objects.create(
        conversation=conversation, code_hash=DIGESTS["entry code"], made_at=WHEN, used_by=person
    )
    Kiosk.objects.create(
        conversation=conversation,
        place="Library",
        token_hash=DIGESTS["kiosk"],
        issued_at=WHEN,
        expires_at=WHEN,
    )
    NetworkTrace.objects.create(
        conversation=conversation, participant=person, digest=TRACE, day=WHEN.date()
    )
    NetworkSalt.objects.create(day=WHEN.date(), salt=DIGESTS["salt"])
    room = Room.objects.create(conversation=conversation, join_code=JOIN_CODE, opened_at=WHEN)
    first = conversation.statements.get(number=1)
    turn = RoomStatement.objects.create(room=room, statement=first, shown_at=WHEN)
    RoomAnswer.objects.create(turn=turn, participant=person)


def _vision(partnership, conversation, residents, lead):
    goal = Goal.objects.filter(partnership=partnership).first()
    kept = {
        "title": "Safe to walk",
        "description": "",
        "agreed_on": "2026-01-12",
        "statements": [
            {"conversation": conversation.code, "number": 1},
            {"conversation": conversation.code, "number": 9},
        ],
        "indicators": [
            {"name": "Unsafe", "unit": "in 100", "direction": "down", "worth_it": 5,
             "baseline_source": "Survey of 2025"},
        ],
    }  # fmt: skip
    gone = {**kept, "id": 999_999, "title": "A goal that was given up"}
    versions = [
        Vision.objects.create(
            partnership=partnership,
            text=text,
            goals=goals,
            what_changed=changed,
            by=lead,
            changed_at=WHEN,
            published_at=published,
        )
        for text, goals, changed, published in (
            ("Everybody walks home.", [gone], "", WHEN),
            ("Everybody walks home without fear.", [{**kept, "id": goal.pk}], "Fear is named.",
             WHEN + dt.timedelta(days=9)),
            (PRIVATE_WORDS[2], [], "", None),
        )
    ]  # fmt: skip
    for text, consent in ((OBJECTED, True), (PRIVATE_WORDS[1], False)):
        words = _voice(partnership, "objection", text, participant=residents[7], consent=consent)
        Objection.objects.create(
            vision=versions[1],
            voice=words,
            answer="It is in the second goal now.",
            answered_at=WHEN,
            answered_by=lead,
        )


def remove_files(partnership):
    """Delete the files of its stories from the disk."""
    for story in Story.objects.filter(voice__partnership=partnership):
        for file in (story.photo, story.audio):
            if file:
                file.storage.delete(file.name)
