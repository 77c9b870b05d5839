"""What a resident adds at a site: a photo, where exactly, and whether to be told. No account."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.pilots import actions
from lamppost.pilots.models import Feedback, Follow, Pilot, Site
from lamppost.pilots.registered import contributions, participants_joined
from lamppost.voices.actions import erase_contribution, erase_participant, moderate_voice
from lamppost.voices.models import Participant, Voice
from tests.integration.pilots.test_feedback import give, somebody
from tests.pictures import jpeg
from tests.pilots_world import day

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def kept(media: Path) -> list[Path]:
    return [one for one in media.rglob("*") if one.is_file()]


def at(site: Site, name: str = "site") -> str:
    return reverse(name, args=[site.code])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def resident(client: Client, asked: list[Site]) -> Client:
    """Somebody who has just pressed "worse" at the first site."""
    client.post(at(asked[0]), {"answer": "worse"})
    return client


def send_photo(client: Client, site: Site, content: bytes | None = None, **values: Any) -> Any:
    file = SimpleUploadedFile("holiday.jpg", jpeg() if content is None else content, "image/jpeg")
    given = {"photo": file, "photo_words": "A lamp", "may_show_photo": "on", **values}
    return client.post(at(site, "site_photo"), given)


def photo_url(feedback: Feedback) -> str:
    pilot = feedback.site.pilot
    args = [pilot.partnership.slug, pilot.pk, feedback.pk]
    return reverse("pilots:feedback_photo", args=args)


STEPS = ["site_photo", "site_place", "site_tell_me"]


@pytest.mark.parametrize("step", STEPS)
def test_without_an_answer_today_there_is_nothing_to_add_to(
    client: Client, sites: list[Site], step: str
) -> None:
    for answer in (client.get(at(sites[0], step)), client.post(at(sites[0], step))):
        assert answer.url == at(sites[0])  # type: ignore[attr-defined]
    assert not Feedback.objects.exists()


def test_each_step_is_offered_and_can_be_left_out(
    resident: Client, sites: list[Site], pilot: Pilot
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(city_number="010 1234", feedback_read="Mondays")
    thanks = text(resident.get(at(sites[0], "site_thanks")))
    for step in STEPS:
        assert at(sites[0], step) in thanks
        page = resident.get(at(sites[0], step))
        assert page["Cache-Control"].startswith("max-age=0")
        shown = text(page)
        assert at(sites[0], "site_thanks") in shown, "the way back without it"
        assert "Who will see this" in shown
    for name in ("site", "site_words", "site_thanks", *STEPS):
        shown = text(resident.get(at(sites[0], name)))
        assert "This is not an emergency line" in shown, name
        assert "010 1234" in shown
        assert "Mondays" in shown
    feedback = Feedback.objects.get()
    assert (feedback.photo.name, feedback.address, feedback.voice) == ("", "", None)


def test_a_photo_is_drawn_anew_and_waits_for_moderation(
    resident: Client, asked: list[Site], lead: User, lead_client: Client, media: Path
) -> None:
    assert send_photo(resident, asked[0]).url == at(asked[0], "site_thanks")
    feedback = Feedback.objects.get()
    assert feedback.voice is not None
    assert (feedback.voice.state, feedback.voice.text) == ("waiting", "A lamp")
    (file,) = kept(media)
    assert "holiday" not in file.name
    for secret in (b"SecretPhone", b"SecretComment", b"Exif"):
        assert secret not in file.read_bytes()
    anybody, address = Client(), photo_url(feedback)
    assert anybody.get(address).status_code == 404
    assert resident.get(address).status_code == 200
    queue = text(lead_client.get(f"/p/{lead.memberships.get().partnership.slug}/voices/queue/"))
    assert address in queue
    moderate_voice(voice=feedback.voice, state="accepted", by=lead)
    answer = anybody.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (800, 1600)
    assert address in text(anybody.get(at(asked[0])))
    live = reverse("pilots:live", args=[address.split("/")[2], feedback.site.pilot_id])
    assert 'alt="A lamp"' in text(anybody.get(live))
    Feedback.objects.update(may_show_photo=False)
    assert anybody.get(address).status_code == 404
    assert address not in text(anybody.get(at(asked[0])))
    assert lead_client.get(address).status_code == 200, "moderators see what waits"


def test_what_a_moderator_took_out_of_the_words_of_a_photo_is_not_shown(
    resident: Client, asked: list[Site], lead: User
) -> None:
    send_photo(resident, asked[0], photo_words="Ann Lee under a lamp")
    voice = Feedback.objects.get().voice
    assert voice is not None
    moderate_voice(voice=voice, state="accepted", by=lead)
    Voice.objects.filter(pk=voice.pk).update(public_text="Somebody under a lamp")
    pilot = asked[0].pilot
    for address in (at(asked[0]), reverse("pilots:live", args=[pilot.partnership.slug, pilot.pk])):
        shown = text(Client().get(address))
        assert photo_url(Feedback.objects.get()) in shown
        assert "Somebody under a lamp" in shown
        assert "Ann Lee" not in shown


@pytest.mark.parametrize("role", ["organisation", "company", "analyst"])
def test_members_who_do_not_moderate_see_a_photo_only_when_it_is_shown(
    resident: Client, asked: list[Site], lead: User, make_member: Any, client_of: Any, role: str
) -> None:
    send_photo(resident, asked[0])
    feedback, member = Feedback.objects.get(), client_of(make_member(role))
    listed = reverse("pilots:feedback", args=[lead.memberships.get().partnership.slug,
                                              feedback.site.pilot_id])  # fmt: skip
    assert member.get(photo_url(feedback)).status_code == 404
    assert photo_url(feedback) not in text(member.get(listed))
    assert feedback.voice is not None
    moderate_voice(voice=feedback.voice, state="accepted", by=lead)
    assert photo_url(feedback) in text(member.get(listed))


def test_a_new_photo_waits_again_and_the_old_file_goes(
    resident: Client,
    asked: list[Site],
    lead: User,
    media: Path,
    on_commit: Any,
) -> None:
    resident.post(at(asked[0], "site_words"), {"words": "Glare", "consent": "on"})
    moderate_voice(voice=Voice.objects.get(), state="accepted", by=lead)
    send_photo(resident, asked[0])
    assert Voice.objects.get().state == "waiting"
    assert Voice.objects.get().text == "Glare", "the words stay"
    with on_commit():
        send_photo(resident, asked[0], photo_words="Another lamp")
    assert len(kept(media)) == 1
    assert Feedback.objects.get().photo_words == "Another lamp"
    with on_commit():
        resident.post(at(asked[0], "site_photo"), {"remove": "1"})
    assert kept(media) == []
    assert Voice.objects.get().text == "Glare"


def test_what_the_first_photo_showed_is_not_said_of_the_second(
    resident: Client, asked: list[Site], lead: User
) -> None:
    send_photo(resident, asked[0], photo_words="Jo's window")
    moderate_voice(voice=Voice.objects.get(), state="accepted", by=lead)
    send_photo(resident, asked[0], photo_words="A lamp post")
    assert [voice.text for voice in Voice.objects.all()] == ["A lamp post"]
    assert Voice.objects.get().state == "waiting"
    assert "window" not in text(Client().get(at(asked[0])))


def test_each_photo_and_its_words_are_moderated_apart_from_the_answer(
    resident: Client, asked: list[Site], lead: User, lead_client: Client, make_member: Any,
    client_of: Any,
) -> None:  # fmt: skip
    resident.post(at(asked[0], "site_words"), {"words": "Glare", "consent": "on"})
    send_photo(resident, asked[0], photo_words="Jo's window at night")
    moderate_voice(voice=Voice.objects.get(), state="accepted", by=lead)
    feedback = Feedback.objects.get()
    assert "Jo&#x27;s window" in text(Client().get(at(asked[0])))
    slug = lead.memberships.get().partnership.slug
    where = reverse("pilots:moderate_photo", args=[slug, feedback.site.pilot_id, feedback.pk])
    assert client_of(make_member("company")).get(where).status_code == 403
    listed = reverse("pilots:feedback", args=[slug, feedback.site.pilot_id])
    assert where in text(lead_client.get(listed))
    assert "Jo&#x27;s window" in text(lead_client.get(where))
    lead_client.post(where, {"words": "A window, ring 0171 2345678"})
    shown = text(Client().get(at(asked[0])))
    assert "Jo&#x27;s window" not in shown
    assert "0171" not in shown
    assert "A window, ring" in shown
    assert "Glare" in shown
    assert Feedback.objects.get().photo_words == "Jo's window at night", "the person's own words"
    lead_client.post(where, {"words": "A window", "withheld": "on"})
    shown = text(Client().get(at(asked[0])))
    assert photo_url(feedback) not in shown
    assert "Glare" in shown
    assert Client().get(photo_url(feedback)).status_code == 404
    assert lead_client.get(photo_url(feedback)).status_code == 200
    assert "Kept back" in text(lead_client.get(listed))
    # Another photo waits for a moderator, whatever was said of this one.
    send_photo(resident, asked[0], photo_words="The lamp")
    kept_now = Feedback.objects.get()
    assert (kept_now.photo_withheld, kept_now.photo_public_words) == (False, "")
    moderated = LedgerEntry.objects.filter(action="pilots.feedback_photo.moderated", by=lead)
    assert moderated.count() == 2


def test_words_only_there_for_the_photo_go_with_it(
    resident: Client, asked: list[Site], media: Path, on_commit: Any
) -> None:
    send_photo(resident, asked[0])
    with on_commit():
        resident.post(at(asked[0], "site_photo"), {"remove": "1"})
    assert not Voice.objects.exists()
    assert Feedback.objects.get().voice is None
    assert kept(media) == []


@pytest.mark.parametrize(
    ("content", "values", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, "no photo that can be read"),
        (b"", {}, "empty"),
        (b"x" * 10_000_001, {}, "larger than"),
        (None, {"photo_words": ""}, "Whoever cannot see the photo"),
    ],
)
def test_what_is_no_photo_is_refused_with_the_remedy(
    resident: Client, asked: list[Site], media: Path, content: Any, values: Any, says: str
) -> None:
    answer = send_photo(resident, asked[0], content, **values)
    assert answer.status_code == 200
    assert says in text(answer)
    assert kept(media) == []
    assert Feedback.objects.get().voice is None


def test_without_an_answer_there_is_no_thanks(client: Client, asked: list[Site]) -> None:
    assert client.get(at(asked[0], "site_thanks")).headers["Location"] == at(asked[0])


def test_a_place_is_taken_by_tap_or_by_address(
    resident: Client, sites: list[Site], pilot: Pilot
) -> None:
    assert "place-map" not in text(resident.get(at(sites[0], "site_place")))
    Site.objects.filter(pk=sites[0].pk).update(latitude=50.1, longitude=-3.25)
    page = text(resident.get(at(sites[0], "site_place")))
    assert "leaflet.js" in page
    assert 'name="address"' in page
    given = {"latitude": "50.1000049", "longitude": "-3.25", "address": "Mill Lane 7, 0151 2345678"}
    assert resident.post(at(sites[0], "site_place"), given).status_code == 302
    stored = Feedback.objects.get()
    assert (stored.latitude, stored.longitude) == (50.1, -3.25)
    assert stored.address.startswith("Mill Lane 7")
    assert "2345678" not in stored.address, "a telephone number is no place"
    anybody = Client()
    for address in (at(sites[0]), reverse("pilots:live", args=["elm-street", pilot.pk])):
        assert "Mill Lane 7" not in text(anybody.get(address)), "never in public"
    resident.post(at(sites[0], "site_place"), {"address": ""})
    stored.refresh_from_db()
    assert (stored.latitude, stored.address) == (None, "")


@pytest.mark.parametrize(
    "given",
    [
        {"latitude": "50"},
        {"latitude": "91", "longitude": "0"},
        {"latitude": "nan", "longitude": "0"},
        {"latitude": "x", "longitude": "y"},
    ],
)
def test_a_place_that_is_none_is_refused_where_it_can_be_read(
    resident: Client, sites: list[Site], given: dict[str, str]
) -> None:
    answer = resident.post(at(sites[0], "site_place"), given)
    assert answer.status_code == 200
    assert "did not arrive" in text(answer)
    assert Feedback.objects.get().latitude is None


def test_the_map_keeps_the_budget_of_a_phone(resident: Client, sites: list[Site]) -> None:
    from tests.integration.routes.test_pages import MAP_BUDGET, RESIDENT_BUDGET, weight

    Site.objects.filter(pk=sites[0].pk).update(latitude=50.1, longitude=-3.25)
    assert weight(text(resident.get(at(sites[0], "site_place")))) <= MAP_BUDGET
    for name in ("site", "site_words", "site_thanks", "site_photo", "site_tell_me"):
        assert weight(text(resident.get(at(sites[0], name)))) <= RESIDENT_BUDGET / 3, name


def test_to_be_told_and_to_take_it_back(resident: Client, sites: list[Site]) -> None:
    answer = resident.post(at(sites[0], "site_tell_me"), {"email": "no address"})
    assert answer.status_code == 200
    assert not Follow.objects.exists()
    resident.post(at(sites[0], "site_tell_me"), {"email": "one@example.org"})
    assert Follow.objects.get().email == "one@example.org"
    assert "one@example.org" not in text(Client().get(at(sites[0])))
    resident.post(at(sites[0], "site_tell_me"), {"remove": "1"})
    assert Follow.objects.get().email == ""
    resident.post(at(sites[0], "site_tell_me"), {"email": "two@example.org"})
    assert Follow.objects.get().email == "two@example.org"


def test_the_link_in_the_mail_asks_and_one_press_deletes(
    resident: Client, sites: list[Site]
) -> None:
    from lamppost.pilots.actions.follows import fresh_token

    resident.post(at(sites[0], "site_tell_me"), {"email": "one@example.org"})
    token = fresh_token(follow=Follow.objects.get())
    assert token not in str(Follow.objects.values().get()), "only its hash is kept"
    scanner, address = Client(), reverse("told", args=[token])
    assert "Delete your address" in text(scanner.get(address))
    assert Follow.objects.get().email == "one@example.org"
    assert "is deleted" in text(scanner.post(address))
    assert Follow.objects.get().email == ""
    assert scanner.get(address).status_code == 200
    assert scanner.get(reverse("told", args=["nobody-has-this"])).status_code == 404


def test_nothing_is_added_after_the_pilot_is_over(
    resident: Client, running: Pilot, sites: list[Site], lead: User
) -> None:
    resident.post(at(sites[0]), {"answer": "worse"})
    actions.decide(pilot=running, by=lead, kind="stop", reason="R", decided_by="C",
                   decided_on=day(-1))  # fmt: skip
    assert "site_photo" not in text(resident.get(at(sites[0], "site_thanks")))
    assert send_photo(resident, sites[0]).url == at(sites[0])
    assert Feedback.objects.exclude(photo="").count() == 0


def test_everything_added_is_in_the_download_and_goes_when_erased(
    resident: Client, asked: list[Site], media: Path, on_commit: Any
) -> None:
    send_photo(resident, asked[0])
    resident.post(at(asked[0], "site_place"), {"address": "Mill Lane 7"})
    resident.post(at(asked[0], "site_tell_me"), {"email": "one@example.org"})
    who = Participant.objects.get()
    [mine] = contributions(who)
    assert mine.details["address"] == "Mill Lane 7"
    assert mine.details["photo"] is True
    assert mine.details["email"] == "one@example.org"
    page = text(resident.get(reverse("voices:mine", args=["elm-street"])))
    assert "Given with it: a photo, where exactly, an e-mail address, to be told" in page
    erase = reverse("voices:erase_one", args=["elm-street", "feedback", mine.identifier])
    assert "What was given with it goes too: a photo" in text(resident.get(erase))
    with on_commit():
        assert erase_contribution(participant=who, kind="feedback", identifier=mine.identifier)
    assert kept(media) == []
    assert not Follow.objects.exists()


def test_a_participant_who_is_erased_leaves_no_file(
    resident: Client, asked: list[Site], media: Path, on_commit: Any
) -> None:
    send_photo(resident, asked[0])
    with on_commit():
        erase_participant(participant=Participant.objects.get())
    assert not Feedback.objects.exists()
    assert kept(media) == []


def test_two_devices_of_one_person_that_answered_on_one_day(
    sites: list[Site], partnership: Partnership
) -> None:
    phone, tablet = somebody(partnership), somebody(partnership)
    give(sites[0], phone, "worse")
    give(sites[0], phone, "worse", offset=-1)
    give(sites[0], tablet, "better")
    moved = participants_joined(phone, tablet)
    assert (moved.kept, moved.set_aside) == (1, 1)
    assert Feedback.objects.get(participant=tablet, given_on=day()).rating == "better"


def test_a_file_that_no_answer_names_is_swept(
    resident: Client, asked: list[Site], media: Path
) -> None:
    from lamppost.vision.actions.story_files import sweep_story_files

    send_photo(resident, asked[0])
    (used,) = kept(media)
    lost = used.with_name("lost.jpg")
    lost.write_bytes(b"left behind")
    for file in (used, lost):
        os.utime(file, (0, 0))
    assert sweep_story_files() == 1
    assert kept(media) == [used]
