"""What a resident adds to an answer, each for itself: a photo, and where exactly it is."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from lamppost.accounts.ledger import record
from lamppost.accounts.models import User
from lamppost.base.files import forget_file, keep_file
from lamppost.voices.actions import submit_voice, wait_again
from lamppost.voices.models import Voice
from lamppost.voices.redaction import redact

from ..models import Feedback
from ..queries.feedback import only_about_photo
from .alerts import notice_danger


@transaction.atomic
def set_feedback_photo(
    *, feedback: Feedback, content: bytes, words: str, may_show: bool, language: str
) -> None:
    """Put a photo beside an answer; it waits until somebody has looked at it.

    Parameters
    ----------
    content
        A JPEG as `vision.media.photo_of` drew it anew.
    words
        What it shows. Where nothing was said before, these words go through voices in its place,
        so that the photo has somewhere to be moderated.
    """
    kept = Feedback.objects.select_for_update().get(pk=feedback.pk)
    described = kept.voice if only_about_photo(kept) else None
    if described is not None:
        # Words that only described the photo before go with it.
        kept.voice = None
        kept.save(update_fields=["voice"])
        described.delete()
    kept.photo_words, kept.may_show_photo = redact(words.strip())[:200], may_show
    kept.came_at = timezone.now()
    # What a moderator said of an earlier photo says nothing of this one.
    kept.photo_withheld, kept.photo_public_words = False, ""
    if kept.voice is None:
        kept.voice = submit_voice(
            partnership=feedback.site.pilot.partnership,
            kind=Voice.Kind.FEEDBACK,
            text=words,
            language=language,
            participant=kept.participant,
            channel=kept.channel,
            consent=may_show,
            place=feedback.site.name,
            said_at=kept.given_at,
        )
    else:
        wait_again(voice=kept.voice)
    keep_file(kept, "photo", content, "jpg")
    notice_danger(feedback=kept, text=words)


@transaction.atomic
def take_out_feedback_photo(*, feedback: Feedback) -> None:
    """Delete the photo; words that were only there to describe it go with it."""
    kept = Feedback.objects.select_for_update().get(pk=feedback.pk)
    forget_file(kept.photo)
    voice = kept.voice if only_about_photo(kept) else None
    kept.photo, kept.photo_words, kept.may_show_photo = "", "", False
    kept.photo_withheld, kept.photo_public_words = False, ""
    if voice:
        kept.voice = None
    kept.save()
    if voice:
        voice.delete()


@transaction.atomic
def moderate_photo(*, feedback: Feedback, by: User, withheld: bool, words: str) -> None:
    """Keep a photo back, or change what everybody reads of it; the words of the answer stay.

    Parameters
    ----------
    words
        What everybody reads; contact details are taken out. The person keeps their own words.
    """
    kept = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    kept.photo_withheld, kept.photo_public_words = withheld, redact(words.strip())[:200]
    kept.save(update_fields=["photo_withheld", "photo_public_words"])
    partnership = feedback.site.pilot.partnership
    record(partnership=partnership, by=by, action="pilots.feedback_photo.moderated", about=kept)


@transaction.atomic
def set_feedback_place(
    *, feedback: Feedback, latitude: float | None, longitude: float | None, address: str
) -> None:
    """Say where exactly it is; only those who work on the pilot read it. Empty takes it back."""
    feedback.latitude, feedback.longitude = latitude, longitude
    feedback.address = redact(address.strip())[:160]
    feedback.came_at = timezone.now()
    feedback.save(update_fields=["latitude", "longitude", "address", "came_at"])
