"""Every page of the site, with addresses that exist in a loaded demo town.

Generic tests run over this list, so that a page that is added later inherits them. A new route
with a part that nobody knows here fails with the name of the part.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from lamppost.accounts.models import Partnership
from lamppost.base.permissions import Access
from lamppost.network.calendar import feed_token


@dataclass(frozen=True)
class Route:
    """One entry of the URL map.

    Attributes
    ----------
    name
        With its namespace, as `reverse` takes it.
    parts
        Names of the parts of its address.
    access
        Who may use it; None when nobody said so.
    ours
        False for a third party's, whose parts are tokens and providers that no demo has.
    """

    name: str
    parts: tuple[str, ...]
    access: Access | None
    ours: bool = True

    @property
    def of_partnership(self) -> bool:
        return "partnership" in self.parts


def routes() -> list[Route]:
    """Return every route in the order of the URL map."""
    return list(_walk(get_resolver().url_patterns, Route("", (), None)))


def _walk(patterns: list[Any], above: Route) -> Iterator[Route]:
    from lamppost.accounts.routes import access_of_pattern

    for pattern in patterns:
        # Not `converters`: Django fills those of an empty route with the parts of its neighbours.
        parts = (*above.parts, *re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern)))
        if isinstance(pattern, URLResolver):
            inner = f"{above.name}{pattern.namespace}:" if pattern.namespace else above.name
            theirs = getattr(pattern.urlconf_name, "__name__", "lamppost").startswith("allauth")
            yield from _walk(
                pattern.url_patterns, Route(inner, parts, None, above.ours and not theirs)
            )
        elif isinstance(pattern, URLPattern):
            name = pattern.name or re.sub(r"\W+", "_", str(pattern.pattern))
            yield Route(above.name + name, parts, access_of_pattern(pattern), ours=above.ours)


def values(partnership: Partnership) -> dict[str, Callable[[], Any]]:
    """Return how to find each part of an address: ``namespace:part``, or ``part`` for all."""
    conversation = partnership.conversations.order_by("pk").first
    pilot = partnership.pilots.order_by("pk").first
    voices = partnership.voices

    def site() -> Any:
        return pilot().sites.order_by("pk").first()

    def goal() -> Any:
        return partnership.goals.order_by("pk").first()

    return {
        "partnership": lambda: partnership.slug,
        "accounts:member": lambda: partnership.memberships.order_by("pk").last().pk,
        "accounts:invitation": lambda: _invitation(partnership).pk,
        "join:token": lambda: "no-such-invitation",
        "voices:voice": lambda: voices.filter(state="waiting").order_by("pk").first().pk,
        "voices:kind": lambda: "vote",
        "voices:identifier": lambda: "1",
        "stakeholders:pk": lambda: partnership.stakeholders.order_by("pk").first().pk,
        "stakeholders:group": lambda: "company",
        "network:pk": lambda: partnership.meetings.order_by("pk").first().pk,
        "network:token": lambda: _feed_token(partnership),
        "vision:code": lambda: conversation().code,
        "vision:sheet": lambda: _paper_sheet(conversation()),
        "vision:subject": lambda: "vision",
        "vision:number": lambda: 1,
        "vision:language": lambda: "ar",
        "vision:edit": lambda: _mended(conversation()),
        "statement:code": lambda: conversation().code,
        "statement:number": lambda: 1,
        "story:code": lambda: conversation().code,
        "story:feeling": lambda: "hope",
        "vision:version": lambda: _vision(partnership) and 1,
        "vision:objection": lambda: _objection(partnership).pk,
        "vision:workshop": lambda: _workshop(conversation()).pk,
        "vision:item": lambda: _workshop(conversation()).agenda.first().pk,
        "vision:agreement": lambda: _workshop(conversation()).agreements.first().pk,
        "vision:story": lambda: _story(conversation()).pk,
        "vote:code": lambda: conversation().code,
        "step:code": lambda: conversation().code,
        "card:code": lambda: conversation().code,
        "entry:code": lambda: conversation().code,
        "entry:entry": lambda: _entry_code(conversation()),
        "kiosk:token": lambda: _kiosk_token(conversation()),
        "room:join_code": lambda: _room(conversation()).join_code,
        "vision:batch": lambda: _entry_code_batch(conversation()),
        "vision:kiosk": lambda: _kiosk_token(conversation()) and conversation().kiosks.first().pk,
        "vision:room": lambda: _room(conversation()).pk,
        "vote:question": lambda: _asked_about(conversation()),
        "vision:statement": lambda: 1,
        "goal": lambda: goal().pk,
        "indicator": lambda: goal().indicators.order_by("pk").first().pk,
        "pilot": lambda: pilot().pk,
        "pilots:site": lambda: site().pk,
        "sensing:note": lambda: _device_note(site()),
        "pilots:playbook": lambda: "smart-street-lighting",
        "pilots:feedback": lambda: _answer_of_danger(pilot()).pk,
        "pilots:alert": lambda: _answer_of_danger(pilot()).alert.pk,
        "told:token": lambda: _told_token(pilot()),
        "pilots:change": lambda: pilot().changes.order_by("pk").first().pk,
        "pilots:commitment": lambda: _commitment(pilot()).pk,
        "pilots:theme": lambda: _theme(pilot()).pk,
        "pilots:group": lambda: "company",
        "fixed:token": lambda: _fixed(pilot()),
        "fixed:commitment": lambda: _done(pilot())[1],
        "pilots:kind": lambda: "disclosure",
        "pilots:bid": lambda: _call(pilot()).bids.get(organisation="Glow").pk,
        "pilots:declaration": lambda: _call(pilot()).declarations.get(juror="Chair").pk,
        "declare:token": lambda: _declaration_token(pilot()),
        "pilots:withdrawn": lambda: _call(pilot()) and pilot().past_calls.first().pk,
        "pilots:clause": lambda: "deletion",
        "pilots:task": lambda: _task(pilot()).pk,
        "pilots:which": lambda: "final",
        "pilots:part": lambda: "costs",
        "pilots:signer": lambda: _signer(pilot()).pk,
        "pilots:past": lambda: _past_gate(pilot()).pk,
        "signature:token": lambda: _signature_token(pilot()),
        "pilots:entry": lambda: pilot().register_entries.order_by("pk").first().pk,
        "site:language": lambda: "ar",
        "algorithm:slug": lambda: "small-counts",
        "pilots:question": lambda: _pulse_question(pilot()),
        "pilots:number": lambda: _pulse_question(pilot()) and 1,
        "site:code": lambda: site().code,
        "lesson:public_id": lambda: pilot().lesson.public_id,
    }


def _commitment(pilot: Any) -> Any:
    """Something that is promised and not settled."""
    from lamppost.pilots.actions.commitments import make_commitment

    today = timezone.localdate()
    values = {"you_said": "It is dark at the bridge.", "owner": "Lighting office", "due_on": today}
    return pilot.commitments.filter(state="heard").first() or make_commitment(
        pilot=pilot, by=_lead_of(pilot), values=values
    )


def _theme(pilot: Any) -> Any:
    """A theme that nothing is promised about."""
    from lamppost.pilots.actions.themes import make_theme

    return pilot.themes.filter(commitments=None).first() or make_theme(
        pilot=pilot, by=_lead_of(pilot), values={"name": "Glare", "words": "It is too bright."}
    )


def _fixed(pilot: Any) -> str:
    """The token of a mail about something that was done."""
    from lamppost.pilots.actions.follows import ask_to_be_told, fresh_token

    follow = ask_to_be_told(feedback=_done(pilot)[0], email="", language="en")
    return fresh_token(follow=follow)


def _done(pilot: Any) -> tuple[Any, int]:
    """An answer, and what was done because of it."""
    from lamppost.pilots.actions.commitments import keep_commitment, make_commitment
    from lamppost.pilots.models import Feedback

    today, lead = timezone.localdate(), _lead_of(pilot)
    answer = Feedback.objects.filter(site__pilot=pilot).order_by("pk").first()
    done = pilot.commitments.filter(state="done", feedback=answer).first()
    if done is None:
        values = {"you_said": "It is dark.", "owner": "Lighting office", "due_on": today}
        done = make_commitment(pilot=pilot, by=lead, values=values, feedback=[answer])
        keep_commitment(commitment=done, by=lead, we_did="More lamps.", done_on=today)
    return answer, done.pk


def _pulse_question(pilot: Any) -> int:
    """A question that nobody answered yet, and a first round."""
    from lamppost.pilots.actions import pulse

    lead = _lead_of(pilot)
    there = pilot.pulse_questions.first() or pulse.set_pulse_question(
        pilot=pilot, by=lead, values={"text": "Do you feel safe here?", "scale": "yes_no"}
    )
    if not pilot.pulse_rounds.exists():
        today = timezone.localdate()
        pulse.set_pulse_round(pilot=pilot, by=lead, starts_on=today, ends_on=today)
    return int(there.pk)


def _answer_of_danger(pilot: Any) -> Any:
    """An answer with words about danger, a photo and a place."""
    from lamppost.pilots.actions import give_feedback
    from lamppost.pilots.models import Alert
    from lamppost.voices.actions import participant_without_device

    there = Alert.objects.filter(feedback__site__pilot=pilot, feedback__photo="none.jpg").first()
    if there is not None:
        return there.feedback
    made = give_feedback(
        site=pilot.sites.order_by("pk").first(),
        participant=participant_without_device(partnership=pilot.partnership, channel="web"),
        rating="worse",
        words="A bare wire hangs down.",
        language="en",
    )
    made.photo, made.photo_words, made.address = "none.jpg", "A wire", "Mill Lane 7"
    made.save()
    return made


def _told_token(pilot: Any) -> str:
    """The link of a mail to somebody who asked to be told."""
    from lamppost.pilots.actions.follows import ask_to_be_told, fresh_token

    feedback = _answer_of_danger(pilot)
    follow = ask_to_be_told(feedback=feedback, email="one@example.org", language="en")
    return fresh_token(follow=follow)


def _invitation(partnership: Partnership) -> Any:
    from lamppost.accounts.actions import invite

    waiting = partnership.invitations.filter(accepted_at=None).first()
    if waiting is not None:
        return waiting
    lead = partnership.memberships.filter(role="lead").order_by("pk").first().user
    made, _token = invite(
        partnership=partnership, by=lead, email="asked@example.org", name="Asked", role="observer"
    )
    return made


def _feed_token(partnership: Partnership) -> str:

    return feed_token(partnership.memberships.filter(role="lead").order_by("pk").first())


def _asked_about(conversation: Any) -> str:
    if "age" not in conversation.asks:
        conversation.asks = ["age"]
        conversation.save(update_fields=["asks"])
    return "age"


def _paper_sheet(conversation: Any) -> int:
    from lamppost.vision.actions import enter_sheet

    there = conversation.paper_sheets.order_by("pk").first()
    if there is None:
        lead = conversation.partnership.memberships.filter(role="lead").order_by("pk").first().user
        statement = conversation.statements.order_by("number").first()
        there = enter_sheet(
            conversation=conversation,
            by=lead,
            organisation=None,
            reference="1",
            channel="paper",
            answers={statement.pk: 1},
        )
    return int(there.pk)


def _mended(conversation: Any) -> int:
    """Earlier words of statement no. 1."""
    from lamppost.vision.actions.curation import mend_statement

    statement = conversation.statements.get(number=1)
    there = statement.edits.first() or mend_statement(
        statement=statement,
        text=f"{statement.voice.public_text}.",
        reason="a full stop",
        by=_lead_of(conversation),
    )
    return int(there.pk)


def _vision(partnership: Partnership) -> Any:
    """A published vision."""
    from lamppost.vision.actions.vision import publish_vision, write_draft
    from lamppost.vision.models import Vision

    there = Vision.objects.filter(partnership=partnership, published_at__isnull=False).first()
    if there is not None:
        return there
    by = partnership.memberships.filter(role="lead").order_by("pk").first().user
    write_draft(partnership=partnership, by=by, text="Everybody gets home.", language="en")
    return publish_vision(partnership=partnership, by=by)


def _objection(partnership: Partnership) -> Any:
    """An objection that everybody can read."""
    from lamppost.vision.models import Objection
    from lamppost.voices.actions import moderate_voice, submit_voice

    there = Objection.objects.filter(vision__partnership=partnership).order_by("pk").first()
    if there is not None:
        return there
    vision = _vision(partnership)
    voice = submit_voice(
        partnership=partnership, kind="objection", text="Trees?", language="en", consent=True
    )
    moderate_voice(voice=voice, state="accepted", by=vision.by)
    return Objection.objects.create(vision=vision, voice=voice)


def _workshop(conversation: Any) -> Any:
    """A workshop that was held, with everything that its pages show."""
    from lamppost.vision.actions.stories import tell_in_room
    from lamppost.vision.actions.workshops import add_agreement, plan_workshop
    from lamppost.vision.models import Workshop

    there = Workshop.objects.filter(conversation=conversation, title="Evening").first()
    if there is not None:
        return there
    by = _lead_of(conversation)
    values = {"title": "Evening", "held_on": timezone.localdate(), "conversation": conversation}
    made = plan_workshop(
        partnership=conversation.partnership, by=by, values=values, template="hopes-and-fears"
    )
    made.statements.set(conversation.statements.order_by("number")[:3])
    add_agreement(workshop=made, by=by, text="Warm light.", statements=made.statements.all()[:1])
    said = {"group": "resident", "feeling": "fear", "text": "Glare.", "language": "en"}
    tell_in_room(workshop=made, by=by, consent=True, **said)
    return made


def _signer(pilot: Any) -> Any:
    """Somebody who must sign a gate: the lead."""
    from lamppost.pilots.models import GateSigner

    lead = pilot.partnership.memberships.filter(role="lead").order_by("pk").first().user
    return GateSigner.objects.get_or_create(
        pilot=pilot, kind="disclosure", role="lead of the partnership", defaults={"user": lead}
    )[0]


def _past_gate(pilot: Any) -> Any:
    """A gate that was opened again, signed on paper then."""
    from lamppost.pilots.models import PastGate

    signature = {"role": "lead", "name": "Sam", "for": "", "how": "scan", "at": "", "scan": "none"}
    return PastGate.objects.get_or_create(
        pilot=pilot,
        kind="disclosure",
        defaults={
            "document": "The notices hang.",
            "signed_by_name": "Sam",
            "passed_on": timezone.localdate(),
            "reopened_at": timezone.now(),
            "reason": "Another purpose.",
            "signatures": [signature],
        },
    )[0]


def _signature_token(pilot: Any) -> str:
    """A link by which somebody without an account signs another pilot, which is not decided."""
    from lamppost.pilots.actions.planning import start_pilot
    from lamppost.pilots.actions.signing import add_signer, make_link, save_draft

    lead = pilot.partnership.memberships.filter(role="lead").order_by("pk").first().user
    other = pilot.partnership.pilots.filter(title="To be signed").first() or start_pilot(
        partnership=pilot.partnership,
        by=lead,
        values={"title": "To be signed", "problem": "Dark", "playbook": pilot.playbook},
    )
    save_draft(pilot=other, by=lead, kind="data_protection", text="No faces.")
    signer = other.signers.first() or add_signer(
        pilot=other, by=lead, kind="data_protection", role="officer", name="Olga Outside"
    )
    return make_link(signer=signer, by=lead)


def _story(conversation: Any) -> Any:
    """A story that is shown, with a photo, and with consent for each use."""
    from lamppost.vision.models import Story
    from lamppost.voices.actions import moderate_voice, submit_voice

    there = Story.objects.filter(conversation=conversation, photo="stories/none.jpg").first()
    if there is not None:
        return there
    by = _lead_of(conversation)
    voice = submit_voice(
        partnership=conversation.partnership,
        kind="story",
        text="I hope that the path is lit.",
        language="en",
        consent=True,
        place="Mill Lane",
    )
    moderate_voice(voice=voice, state="accepted", by=by)
    return Story.objects.create(
        voice=voice,
        feeling="hope",
        conversation=conversation,
        photo="stories/none.jpg",
        photo_words="A path",
        audio="stories/none.mp3",
        may_show_photo=True,
        may_play_audio=True,
        may_become_statement=True,
    )


def _lead_of(conversation: Any) -> Any:
    return conversation.partnership.memberships.filter(role="lead").order_by("pk").first().user


def _call(pilot: Any) -> Any:
    """A call with an offer and a declaration, after one that was withdrawn."""
    from lamppost.pilots.models import Bid, Call, ConflictOfInterest, PastCall

    today = timezone.localdate()
    there, _new = Call.objects.get_or_create(pilot=pilot, defaults={"no_call_reason": "Small"})
    Bid.objects.get_or_create(call=there, organisation="Glow", defaults={"amount": 8000})
    ConflictOfInterest.objects.get_or_create(
        call=there, juror="Chair", defaults={"interest": "Worked there", "declared_on": today}
    )
    if not pilot.past_calls.exists():
        now = timezone.now()
        PastCall.objects.create(pilot=pilot, opened_on=today, withdrawn_at=now, reason="Wrong")
    return there


def _declaration_token(pilot: Any) -> str:
    """A link by which somebody who chose declares."""
    from lamppost.pilots.actions.jurors import make_declaration_link

    named, _new = _call(pilot).declarations.get_or_create(juror="Member of the jury")
    return make_declaration_link(declaration=named, by=_lead_of(pilot))


def _task(pilot: Any) -> Any:
    """A dated task that follows from the agreement."""
    from lamppost.pilots.models import PilotTask

    return PilotTask.objects.get_or_create(
        pilot=pilot,
        kind="obligation",
        clause="deletion",
        text="Delete it",
        defaults={"due_on": timezone.localdate(), "owner": "Glow"},
    )[0]


def _entry_code(conversation: Any) -> str:
    from lamppost.vision.actions.entry_codes import make_entry_codes

    by = _lead_of(conversation)
    return make_entry_codes(conversation=conversation, by=by, batch="For tests", count=1)[0]


def _device_note(site: Any) -> int:
    from lamppost.sensing.models import DeviceNote

    day, now = timezone.localdate(), timezone.now()
    made, _new = DeviceNote.objects.get_or_create(
        site=site, done_on=day, what="checked", defaults={"noted_at": now}
    )
    return int(made.pk)


def _entry_code_batch(conversation: Any) -> int:
    _entry_code(conversation)
    return int(conversation.entry_codes.order_by("-pk").first().pk)


def _kiosk_token(conversation: Any) -> str:
    from lamppost.vision.actions.kiosks import issue_kiosk

    return issue_kiosk(
        conversation=conversation,
        by=_lead_of(conversation),
        place="Library",
        expires_at=timezone.now() + dt.timedelta(hours=4),
    )[1]


def _room(conversation: Any) -> Any:
    """A room with a statement on its screen, also where the question has closed."""
    from lamppost.vision.models import Room, RoomStatement

    there = conversation.rooms.filter(closed_at=None).order_by("pk").first()
    if there is not None:
        return there
    now, statement = timezone.now(), conversation.statements.order_by("number").first()
    made = Room.objects.create(
        conversation=conversation, join_code="abc234", opened_at=now, statement=statement
    )
    RoomStatement.objects.create(room=made, statement=statement, shown_at=now)
    return made


def address(route: Route, found: dict[str, Callable[[], Any]]) -> str:
    """Return an address of `route` that exists.

    Raises
    ------
    LookupError
        For a part that `values` does not know.
    """
    space = route.name.split(":")[0].split("_")[0]
    kwargs = {}
    for part in route.parts:
        known = found.get(f"{space}:{part}") or found.get(part)
        if known is None:
            raise LookupError(f"{route.name}: tests/pages.py does not know the part {part!r}")
        kwargs[part] = known()
    return reverse(route.name, kwargs=kwargs)


def main() -> None:
    """Print every address of the demo town in this home as JSON, for the browser tests."""
    partnership = Partnership.objects.get(made_up=True)
    found = values(partnership)
    pages = []
    for route in routes():
        if route.access is None or not route.ours:
            continue
        pages.append(
            {
                "name": route.name,
                "url": address(route, found),
                "kind": route.access.kind,
                "right": route.access.right,
            }
        )
    print(json.dumps(pages))
