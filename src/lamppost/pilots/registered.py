"""What pilots answers to the ports of earlier stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem, NewsItem, StageStatus
from lamppost.accounts.roles import Right
from lamppost.vision.joining import move_rows
from lamppost.vision.models import Indicator
from lamppost.vision.ports import IndicatorSuggestion, KeptFiles
from lamppost.voices.models import Participant
from lamppost.voices.ports import Contribution, Moved, VoiceAbout

from . import who_sees
from .actions import erase_feedback, forget_photos
from .actions.alerts import give_alerts_owners
from .desk import gate_items
from .models import Commitment, Feedback, Pilot, SiteTrace
from .playbooks import PLAYBOOKS, playbook_of, related_playbooks
from .queries import closed_on, unanswered_counts
from .queries.alerts import AlertLine, open_alerts_of
from .queries.commitments import due_commitments
from .queries.feedback import photo_words_shown
from .queries.status import feedback_since
from .queries.tasks import desk_tasks


def stage_status(partnership: Partnership) -> StageStatus:
    """Lit when the technology is on, or was until the decision, at some pilot."""
    states = list(
        Pilot.objects.filter(partnership=partnership).values_list(
            "technology_on", "measuring_on", "decided_on"
        )
    )
    return StageStatus(
        code="pilots",
        title=gettext_lazy("Pilots"),
        url=reverse("pilots:list", args=[partnership.slug]),
        lit=any(technology for technology, _measuring, _decided in states),
        note=_stage_note(states),
    )


def _stage_note(states: Sequence[tuple[dt.date | None, dt.date | None, dt.date | None]]) -> str:
    """Say where the pilots stand; what goes on comes before what is decided."""
    going_on = [(technology, measuring) for technology, measuring, decided in states if not decided]
    decided = len(states) - len(going_on)
    if running := sum(1 for technology, _measuring in going_on if technology):
        text = ngettext(
            "%(count)d pilot with its technology on.",
            "%(count)d pilots with their technology on.",
            running,
        )
        return text % {"count": running}
    if any(measuring for _technology, measuring in going_on):
        return _("The baseline is being measured.")
    if going_on:
        return _("In preparation.")
    if decided:
        text = ngettext("%(count)d pilot, decided.", "%(count)d pilots, decided.", decided)
        return text % {"count": decided}
    return _("No pilot yet.")


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """The next gate and a due decision of every pilot, and residents who wait for an answer."""
    pilots = list(
        Pilot.objects.filter(partnership=partnership).select_related("partnership", "decision")
    )
    if not pilots and Right.EDIT_PILOTS in rights:
        address = reverse("pilots:new", args=[partnership.slug])
        return [DeskItem(_("Start a pilot from a playbook"), address)]
    items: list[DeskItem] = []
    if Right.MODERATE in rights:
        items += [_alert_item(line) for line in open_alerts_of(partnership)]
    if Right.EDIT_PILOTS in rights:
        items += desk_tasks(partnership)
        items += _promise_items(partnership)
    if Right.PASS_GATES in rights:
        items += gate_items(partnership, pilots)
    if Right.EDIT_PILOTS in rights:
        items += _feedback_items([pilot for pilot in pilots if closed_on(pilot) is None])
    return items


def _promise_items(partnership: Partnership) -> list[DeskItem]:
    """Commitments whose day is near or past, one line for each pilot."""
    found: dict[int, list[Commitment]] = {}
    for one in due_commitments(partnership):
        found.setdefault(one.pilot_id, []).append(one)
    items = []
    for own in found.values():
        pilot, first = own[0].pilot, own[0].due_on
        text = _("Keep what was promised at “%(pilot)s”") % {"pilot": pilot.title}
        address = reverse("pilots:commitments", args=[partnership.slug, pilot.pk])
        late = first < timezone.localdate()
        items.append(DeskItem(text, address, first, late, count=len(own)))
    return items


def _alert_item(line: AlertLine) -> DeskItem:
    site = line.alert.feedback.site
    text = _("Look at words about danger at “%(site)s”") % {"site": site.name}
    args = [site.pilot.partnership.slug, site.pilot_id, line.alert.pk]
    due = timezone.localtime(line.alert.due_at).date()
    return DeskItem(text, reverse("pilots:alert", args=args), due, urgent=True)


def _feedback_items(pilots: list[Pilot]) -> list[DeskItem]:
    counts, items = unanswered_counts(pilots), []
    for pilot in pilots:
        if waiting := counts.get(pilot.pk):
            text = _("Say what becomes of residents' feedback on “%(pilot)s”")
            address = reverse("pilots:feedback", args=[pilot.partnership.slug, pilot.pk])
            title = text % {"pilot": pilot.title}
            items.append(DeskItem(title, f"{address}?words=waiting", count=waiting))
    return items


def news_items(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
    """How many answers came in at each pilot."""
    counts, items = feedback_since(partnership, since), []
    for pilot in Pilot.objects.filter(pk__in=counts):
        text = _("Feedback on “%(pilot)s”") % {"pilot": pilot.title}
        address = reverse("pilots:feedback", args=[partnership.slug, pilot.pk])
        items.append(NewsItem(text, address, counts[pilot.pk]))
    return items


def rights_changed(partnership: Partnership) -> None:
    """Give words about danger another owner at once, where theirs may not look after them now."""
    give_alerts_owners(partnership)


def contributions(participant: Participant) -> list[Contribution]:
    """Every answer that this participant gave at a site."""
    found = Feedback.objects.filter(participant=participant).select_related(
        "site__pilot__partnership", "voice", "follow"
    )
    return [_contribution(feedback) for feedback in found]


def _contribution(feedback: Feedback) -> Contribution:
    voice = feedback.voice
    today = feedback.given_on == timezone.localdate()
    return Contribution(
        kind="feedback",
        identifier=str(feedback.pk),
        about=feedback.site.name,
        answer=feedback.get_rating_display(),
        text=voice.text if voice else "",
        language=voice.language if voice else feedback.site.pilot.partnership.language,
        given_at=feedback.given_at,
        state=voice.get_state_display() if voice else "",
        change_url=reverse("site", args=[feedback.site.code]) if today else "",
        voice_id=voice.pk if voice else None,
        who_if_hidden=who_sees.of_hidden_words(voice) if voice else "",
        details=_details(feedback),
        with_it=_with_it(feedback),
    )


def _with_it(feedback: Feedback) -> str:
    """Name what else somebody gave with an answer, so that nothing is kept unseen."""
    follow = getattr(feedback, "follow", None)
    return ", ".join(
        word
        for word, given in (
            (_("a photo"), feedback.photo),
            (_("where exactly"), feedback.address or feedback.latitude is not None),
            (_("an e-mail address, to be told"), follow and follow.email),
        )
        if given
    )


def _details(feedback: Feedback) -> dict[str, object]:
    """What else is kept of an answer, for the download."""
    follow = getattr(feedback, "follow", None)
    return {
        "photo": bool(feedback.photo),
        "photo_words": feedback.photo_words,
        "may_show_photo": feedback.may_show_photo,
        "latitude": feedback.latitude,
        "longitude": feedback.longitude,
        "address": feedback.address,
        "email": follow.email if follow else "",
    }


def about_voices(ids: Collection[int]) -> dict[int, VoiceAbout]:
    """The site at which each of these words was said."""
    found = Feedback.objects.filter(voice__in=ids).select_related("site__pilot__partnership")
    return {one.voice_id: _about(one) for one in found if one.voice_id}


def _about(feedback: Feedback) -> VoiceAbout:
    site = feedback.site
    partnership = site.pilot.partnership
    address = [partnership.slug, site.pilot_id, feedback.pk]
    return VoiceAbout(
        title=site.name,
        language=partnership.language,
        url=reverse("site", args=[site.code]),
        photo_url=reverse("pilots:feedback_photo", args=address) if feedback.photo else "",
        photo_words=photo_words_shown(feedback),
        photo_edit_url=reverse("pilots:moderate_photo", args=address) if feedback.photo else "",
    )


def erase_contribution(participant: Participant, kind: str, identifier: str) -> bool:
    """Erase one answer with its words."""
    return kind == "feedback" and erase_feedback(participant=participant, identifier=identifier)


def participants_joined(mine: Participant, into: Participant) -> Moved:
    """Let feedback of a participant who proved to be another be the other's.

    Where both answered at a site on the same day, the other's answer stays.
    """
    moved = move_rows(Feedback.objects.all(), ("site", "given_on"), mine, into)
    move_rows(SiteTrace.objects.all(), ("site", "digest"), mine, into)
    forget_photos(participant=mine)
    return Moved(*moved)


def participant_erased(participant: Participant) -> None:
    """Delete the photos of somebody who is erased; their answers go with them."""
    forget_photos(participant=participant)


def kept_files() -> KeptFiles:
    """The photos of feedback."""
    found = Feedback.objects.exclude(photo="").values_list("photo", flat=True)
    return KeptFiles("feedback", found.all)


def indicator_keepers(indicator: Indicator) -> list[str]:
    """Keep name, unit and direction of an indicator for which data protection is signed.

    By another name or in another unit it would be other data.
    """
    signed = Pilot.objects.filter(
        pilot_indicators__indicator=indicator,
        data_protection_on__isnull=False,
        decided_on__isnull=True,
    )
    text = _("Data protection of “%(pilot)s” is signed for it.")
    return [text % {"pilot": pilot.title} for pilot in signed]


def indicator_suggestions(partnership: Partnership, playbook: str) -> list[IndicatorSuggestion]:
    """The indicators of that playbook and of related ones.

    Where none is asked for: of the partnership's playbook and of those of its pilots.
    """
    if playbook in PLAYBOOKS:
        codes = [playbook, *(one.code for one in related_playbooks(playbook))]
    else:
        pilots = Pilot.objects.filter(partnership=partnership, decided_on=None).order_by("-pk")
        codes = [partnership.playbook, *pilots.values_list("playbook", flat=True)]
    found = {one.code: one for code in codes for one in playbook_of(code).indicators}
    return [
        IndicatorSuggestion(one.code, one.name, one.unit, one.direction, one.worth_it, one.how)
        for one in found.values()
    ]
