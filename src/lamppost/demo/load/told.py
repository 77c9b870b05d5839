"""Stories, workshops, the vision, and what voters did beside voting."""

from __future__ import annotations

from lamppost.network.models import Meeting
from lamppost.vision.actions.about import Shares, set_population_shares
from lamppost.vision.actions.host import translate_question, translate_statements
from lamppost.vision.actions.stories import set_photo, set_uses, tell_in_room, tell_story
from lamppost.vision.actions.vision import (
    answer_objection,
    object_to_vision,
    publish_vision,
    write_draft,
)
from lamppost.vision.actions.workshops import (
    add_agreement,
    bring_statements,
    change_workshop,
    plan_workshop,
)
from lamppost.vision.models import Characteristic, ImportantMark, PaperSheet
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Participant, Voice

from ..pictures import harbour_steps
from ..records import Story
from ..selves import moment_of
from ..words import stories as words
from ..words import translations
from .clock import at, noon
from .ground import Ground
from .talk import Talk

BATCH = 500


def load_translations(ground: Ground, talk: Talk) -> None:
    """Put the question, and its statements, into the other languages of the town."""
    by = ground.user_of("facilitator")
    with at(noon(ground.town.dates.question_opens, 16)):
        for language, values in translations.QUESTION.items():
            translate_question(conversation=talk.record, language=language, values=values, by=by)
    agreed, now = noon(ground.town.dates.goals_agreed, 11), noon(ground.town.dates.today, 0)
    early = {one.number for one in talk.asked.statements if one.said_at < agreed}
    for moment, is_early in ((agreed, True), (now, False)):
        with at(moment):
            for language, texts in _translated(ground).items():
                translate_statements(
                    conversation=talk.record,
                    language=language,
                    texts={
                        talk.statements[number].pk: text
                        for number, text in texts.items()
                        if (number in early) is is_early
                    },
                    by=by,
                )


def _translated(ground: Ground) -> dict[str, dict[int, str]]:
    """Language → number → words, with the street that the lot decided."""
    pilot = sorted(site.name for site in ground.town.pilot.sites if site.arm == "pilot")
    return {
        language: {number: text.format(c=pilot[2]) for number, text in texts.items()}
        for language, texts in translations.STATEMENTS.items()
    }


def load_population(ground: Ground) -> None:
    """Say how large each part of the population is."""
    with at(noon(ground.town.dates.question_opens, 9)):
        set_population_shares(
            partnership=ground.partnership,
            by=ground.user_of("lead"),
            shares=Shares(words.POPULATION, words.POPULATION_SOURCE),
        )


def load_selves(ground: Ground) -> None:
    """Store what voters said of themselves; before the landscape that is shown counts it."""
    Characteristic.objects.bulk_create(
        Characteristic(
            participant=ground.participants[one.participant],
            question=one.question,
            value=one.value,
            said_at=one.said_at,
        )
        for one in ground.town.selves
    )


def load_marks_and_sheets(ground: Ground, talk: Talk) -> None:
    """Store what voters marked, and their sheets; in bulk."""
    people = ground.participants
    ImportantMark.objects.bulk_create(
        ImportantMark(
            conversation=talk.record,
            participant=people[mark.participant],
            statement=talk.statements[mark.statement],
            marked_at=mark.marked_at,
        )
        for mark in ground.town.marks
    )
    _load_sheets(ground, talk)


def _load_sheets(ground: Ground, talk: Talk) -> None:
    """Number the sheets of those who voted on paper; the votes themselves are there already."""
    account = next(one for one in ground.town.accounts if one.role == "organisation")
    typist, checker = ground.users[account.name], ground.user_of("facilitator")
    numbered = []
    for sheet in ground.town.sheets:
        participant = ground.participants[sheet.participant]
        participant.reference = sheet.reference
        numbered.append(participant)
    Participant.objects.bulk_update(numbered, ["reference"], batch_size=BATCH)
    PaperSheet.objects.bulk_create(
        PaperSheet(
            conversation=talk.record,
            participant=ground.participants[sheet.participant],
            reference=sheet.reference,
            organisation=ground.stakeholders[account.organisation],
            entered_by=typist,
            entered_at=sheet.entered_at,
            checked_by=checker if sheet.checked_at else None,
            checked_at=sheet.checked_at,
        )
        for sheet in ground.town.sheets
    )


def load_stories(ground: Ground, talk: Talk) -> None:
    """Let residents tell their stories, and somebody read them."""
    for story in ground.town.stories:
        _tell(ground, talk, story)


def _tell(ground: Ground, talk: Talk, story: Story) -> None:
    with at(story.told_at):
        told = tell_story(
            conversation=talk.record,
            participant=ground.participants[story.author],
            feeling=story.feeling,
            text=story.words,
            language=story.language,
            consent=story.consent,
        )
        assert told is not None  # noqa: S101 - sent without a key, it is always new
        Voice.objects.filter(pk=told.voice_id).update(place=story.place)
        if story.photo_words:
            set_photo(story=told, content=harbour_steps(), words=story.photo_words, may_show=True)
        set_uses(story=told, show_words=story.consent, uses=dict.fromkeys(story.uses, True))
    if story.state == "waiting":
        return
    with at(story.told_at.replace(hour=23)):
        moderate_voice(
            voice=Voice.objects.get(pk=told.voice_id),
            state=story.state,
            reason=story.reason,
            by=ground.user_of("facilitator"),
        )


def load_workshops(ground: Ground, talk: Talk) -> None:
    """Write down what the workshops heard and agreed."""
    for held in words.WORKSHOPS:
        _hold(ground, talk, held)


def _hold(ground: Ground, talk: Talk, held: words.Held) -> None:
    by = ground.user_of("facilitator")
    meeting = Meeting.objects.get(partnership=ground.partnership, title=held.meeting)
    with at(noon(meeting.starts_at.date(), 9)):
        workshop = plan_workshop(
            partnership=ground.partnership,
            by=by,
            values={
                "title": held.title,
                "held_on": meeting.starts_at.date(),
                "meeting": meeting,
                "conversation": talk.record if held.brought else None,
            },
            template=held.template,
        )
        brought = [talk.statements[number] for number in held.brought]
        bring_statements(workshop=workshop, by=by, chosen=brought, looked_at=())
    with at(meeting.ends_at):
        for group, feeling, text, consent in held.cards:
            story = tell_in_room(
                workshop=workshop,
                group=group,
                feeling=feeling,
                text=text,
                language="en",
                consent=consent,
                by=by,
            )
            moderate_voice(voice=story.voice, state=Voice.State.ACCEPTED, by=by)
        for text, numbers in held.agreements:
            behind = [talk.statements[number] for number in numbers]
            add_agreement(workshop=workshop, by=by, text=text, statements=behind)
        change_workshop(workshop=workshop, by=by, values={"notes": held.notes})


def load_vision(ground: Ground) -> None:
    """Publish the vision, hear an objection, answer it, and publish it again."""
    first, second = words.VISION
    planned, lead = ground.town.objection, ground.user_of("lead")
    _publish(ground, first)
    vision = ground.partnership.visions.latest("published_at")
    with at(planned.said_at):
        objection = object_to_vision(
            vision=vision,
            participant=ground.participants[planned.author],
            text=planned.words,
            language=planned.language,
            consent=True,
        )
    if objection is None:
        raise RuntimeError("the objection was not taken in")
    with at(planned.said_at.replace(hour=23)):
        moderate_voice(
            voice=objection.voice, state=Voice.State.ACCEPTED, by=ground.user_of("facilitator")
        )
    _publish(ground, second)
    with at(planned.answered_at):
        answer_objection(objection=objection, answer=planned.answer, by=lead)


def _publish(ground: Ground, version: words.Published) -> None:
    lead, partnership = ground.user_of("lead"), ground.partnership
    with at(moment_of(ground.town.dates, version.after, version.days, 10)):
        write_draft(partnership=partnership, by=lead, text=version.text, language="en")
        publish_vision(partnership=partnership, by=lead, what_changed=version.what_changed)
