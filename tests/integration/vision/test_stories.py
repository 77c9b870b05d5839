"""Stories: told in a few taps, looked at by somebody, shown as far as the teller agreed."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from lamppost.accounts.models import LedgerEntry, Partnership, User
from lamppost.vision.actions.resident import erase_story
from lamppost.vision.actions.story_files import sweep_again_later, sweep_story_files
from lamppost.vision.models import Conversation, Statement, Story
from lamppost.vision.tasks import sweep_files
from lamppost.voices.actions import moderate_voice, set_consent
from lamppost.voices.models import Participant, Voice
from tests.pictures import jpeg

pytestmark = pytest.mark.django_db
WORDS = "I hope the path by the mill is lit. Call me: 0151 23456789."


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def kept(media: Path) -> list[str]:
    return sorted(one.name for one in media.rglob("*") if one.is_file())


def photo(content: bytes | None = None, name: str = "holiday.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content, "image/jpeg")


def tell(client: Client, conversation: Conversation, **values: Any) -> Story:
    given = {"text": WORDS, "language": "en", "consent": "on", **values}
    given = {key: value for key, value in given.items() if value is not None}
    answer = client.post(f"/t/{conversation.code}/hope/", given)
    assert answer.status_code == 303, answer.content.decode()
    return Story.objects.order_by("-pk").first()  # type: ignore[return-value]


def mine(story: Story, part: str = "") -> str:
    return f"/p/{story.voice.partnership.slug}/vision/my-stories/{story.pk}/{part}"


def page(story: Story, part: str = "") -> str:
    return f"/p/{story.voice.partnership.slug}/vision/stories/{story.pk}/{part}"


def accept(story: Story, by: User) -> None:
    moderate_voice(voice=Voice.objects.get(pk=story.voice_id), state="accepted", by=by)


def with_photo(client: Client, story: Story, **values: Any) -> Any:
    given = {"photo": photo(), "photo_words": "A dark path", "may_show_photo": "on", **values}
    given = {key: value for key, value in given.items() if value is not None}
    return client.post(mine(story, "photo/"), given)


def test_words_alone_take_three_taps(resident: Client, conversation: Conversation) -> None:
    begin = resident.get(f"/t/{conversation.code}/").content.decode()
    assert f"/t/{conversation.code}/hope/" in begin, "the first tap"
    form = resident.get(f"/t/{conversation.code}/hope/").content.decode()
    assert "Who will see this:" in form
    story = tell(resident, conversation)
    voice = story.voice
    assert (story.feeling, story.conversation, voice.kind) == ("hope", conversation, "story")
    assert (voice.text, voice.state, voice.consent) == (WORDS, "waiting", "public")
    assert "0151" not in voice.public_text
    assert not any((story.may_become_statement, story.may_be_quoted, story.may_show_photo))
    assert "waits until somebody has read it" in resident.get(mine(story)).content.decode()


def test_nothing_is_kept_of_a_form_with_a_fault(
    resident: Client, conversation: Conversation
) -> None:
    for text in ("", "  …  "):
        answer = resident.post(f"/t/{conversation.code}/fear/", {"text": text, "language": "en"})
        assert "Write a few words." in answer.content.decode()
    assert resident.get(f"/t/{conversation.code}/joke/").status_code == 404
    assert (Story.objects.count(), Voice.objects.filter(kind="story").count()) == (0, 0)
    assert Participant.objects.count() == 0


def test_sent_twice_it_is_told_once(resident: Client, conversation: Conversation) -> None:
    key = "abcdefghijklmnop12345"
    first, again = (tell(resident, conversation, key=key) for _ in range(2))
    assert first == again
    assert Story.objects.count() == 1


def test_sent_again_after_it_was_erased_it_is_not_told_anew(
    resident: Client, conversation: Conversation
) -> None:
    """Neither is another story of theirs taken for it."""
    key = "abcdefghijklmnop12345"
    story = tell(resident, conversation, key=key)
    other = tell(resident, conversation, key=key[::-1], text="Another one.")
    given = {"text": WORDS, "language": "en", "key": key}
    where = f"/t/{conversation.code}/hope/"
    assert resident.post(where, given)["Location"] == mine(story)
    erase_story(story=story)
    again = resident.post(where, given)
    assert again["Location"] == f"/p/{conversation.partnership.slug}/voices/mine/"
    assert list(Story.objects.all()) == [other]
    by_script = resident.post(where, given, headers={"accept": "application/json"})
    assert by_script.json()["taken"] is True


def test_a_closed_question_takes_none(resident: Client, conversation: Conversation) -> None:
    conversation.closes_at = timezone.now()
    conversation.save()
    assert "closed" in resident.get(f"/t/{conversation.code}/").content.decode()
    answer = resident.post(f"/t/{conversation.code}/hope/", {"text": WORDS, "language": "en"})
    assert answer.status_code == 409
    assert "was not taken" in answer.content.decode()
    assert Story.objects.count() == 0


def test_it_is_shown_when_accepted_with_consent_and_no_sooner(
    resident: Client, conversation: Conversation, lead: User, lead_client: Client
) -> None:
    story, anybody = tell(resident, conversation), Client()
    listed = f"/p/{story.voice.partnership.slug}/vision/stories/"

    def seen() -> tuple[bool, int]:
        return (
            "path by the mill" in anybody.get(listed).content.decode(),
            anybody.get(page(story)).status_code,
        )

    assert seen() == (False, 404)
    assert lead_client.get(page(story)).status_code == 200, "moderators see what waits"
    queue = lead_client.get(f"/p/{story.voice.partnership.slug}/voices/queue/").content.decode()
    assert "path by the mill" in queue
    accept(story, lead)
    assert seen() == (True, 200)
    assert "0151" not in anybody.get(listed).content.decode()
    set_consent(voice=Voice.objects.get(pk=story.voice_id), consent=False)
    assert seen() == (False, 404)


def test_without_consent_only_the_partnership_reads_it(
    resident: Client, conversation: Conversation, lead: User
) -> None:
    story = tell(resident, conversation, consent=None)
    accept(story, lead)
    assert Client().get(page(story)).status_code == 404


def test_a_photo_is_drawn_anew_and_shown_with_consent_alone(
    resident: Client, conversation: Conversation, lead: User, lead_client: Client, media: Path
) -> None:
    story = tell(resident, conversation)
    accept(story, lead)
    assert with_photo(resident, story).status_code == 302
    story = Story.objects.get()
    assert story.voice.state == "waiting", "nobody has looked at the photo yet"
    anybody = Client()
    assert anybody.get(page(story, "photo/")).status_code == 404
    queue = lead_client.get(f"/p/{story.voice.partnership.slug}/voices/queue/").content.decode()
    assert page(story, "photo/") in queue
    assert "A dark path" in queue
    assert lead_client.get(page(story, "photo/")).status_code == 200
    assert resident.get(page(story, "photo/")).status_code == 200, "whoever told it sees it"
    accept(story, lead)
    answer = anybody.get(page(story, "photo/"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["X-Content-Type-Options"] == "nosniff"
    content = answer.content
    for secret in (b"SecretPhone", b"SecretComment", b"Exif", b"holiday"):
        assert secret not in content
    with Image.open(io.BytesIO(content)) as shown:
        assert shown.size == (800, 1600), "upright, and no larger than 1600"
        assert not shown.getexif()
    body = anybody.get(page(story)).content.decode()
    assert 'alt="A dark path"' in body
    story.may_show_photo = False
    story.save()
    assert anybody.get(page(story, "photo/")).status_code == 404
    assert 'alt="A dark path"' not in anybody.get(page(story)).content.decode()
    (name,) = kept(media)
    assert "holiday" not in name


def test_a_photo_needs_words(resident: Client, conversation: Conversation, media: Path) -> None:
    story = tell(resident, conversation)
    answer = with_photo(resident, story, photo_words="")
    assert "Whoever cannot see the photo hears them." in answer.content.decode()
    assert kept(media) == []


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "say"),
    [
        (b"", "The submitted file is empty"),
        (SVG, "no photo that can be read"),
        (b"\xff\xd8\xff\xe0" + b"x" * 400, "no photo that can be read"),
        (jpeg()[:3000], "no photo that can be read"),
        (b"<html><script>alert(1)</script></html>", "no photo that can be read"),
        (b"\xff" * 10_000_001, "larger than 10 MB"),
    ],
    ids=["empty", "svg", "broken", "cut", "html", "huge"],
)
def test_what_is_no_photo_is_refused(
    content: bytes, say: str, resident: Client, conversation: Conversation, media: Path
) -> None:
    story = tell(resident, conversation)
    answer = with_photo(resident, story, photo=photo(content))
    assert answer.status_code == 200
    assert say in answer.content.decode()
    assert kept(media) == []
    assert not Story.objects.get().photo


def test_a_picture_that_unpacks_to_too_much_is_refused(
    resident: Client, conversation: Conversation, media: Path
) -> None:
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    story = tell(resident, conversation)
    answer = with_photo(resident, story, photo=photo(bomb.getvalue(), "small.png"))
    assert "too many pixels" in answer.content.decode()
    assert kept(media) == []


def test_names_of_files_lead_nowhere(
    resident: Client, conversation: Conversation, media: Path
) -> None:
    story = tell(resident, conversation)
    with_photo(resident, story, photo=photo(name="../../../etc/passwd.php"))
    story.refresh_from_db()
    assert story.photo.name.startswith(f"stories/{story.voice.partnership_id}/")
    assert story.photo.name.endswith(".jpg")
    assert Path(story.photo.path).resolve().is_relative_to(media.resolve())
    for wrong in ("photo/../../x/", "photo/%2e%2e%2f", "photo/x.jpg"):
        assert Client().get(page(story, wrong)).status_code == 404
    assert Client().get(f"/media/{story.photo.name}").status_code == 404


SOUNDS = {
    "mp3": b"ID3\x04\x00" + b"\x00" * 90,
    "wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 90,
    "ogg": b"OggS\x00\x02" + b"\x00" * 90,
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\x00" * 90,
    "m4a": b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 90,
}


@pytest.mark.parametrize("ending", SOUNDS)
def test_a_recording_is_known_by_its_first_bytes(
    ending: str, resident: Client, conversation: Conversation, lead: User
) -> None:
    story, content = tell(resident, conversation), SOUNDS[ending]
    file = SimpleUploadedFile("page.html", content, "text/html")
    resident.post(mine(story, "recording/"), {"audio": file, "may_play_audio": "on"})
    story.refresh_from_db()
    assert story.audio.name.endswith(f".{ending}")
    assert Client().get(page(story, "recording/")).status_code == 404
    accept(story, lead)
    answer = Client().get(page(story, "recording/"))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer["Content-Type"].startswith("audio/")
    part = Client().get(page(story, "recording/"), headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, content[2:6])
    assert part["Content-Range"] == f"bytes 2-5/{len(content)}"
    assert "<audio controls" in Client().get(page(story)).content.decode()


@pytest.mark.parametrize(
    ("content", "say"),
    [
        (SVG, "no recording that can be played"),
        (jpeg(), "no recording that can be played"),
        (b"\x00\x00\x00\x20ftypqt  " + b"\x00" * 90, "no recording that can be played"),
        (b"ID3" + b"\x00" * 10_000_000, "larger than 10 MB"),
    ],
    ids=["svg", "photo", "film", "huge"],
)
def test_what_is_no_recording_is_refused(
    content: bytes, say: str, resident: Client, conversation: Conversation, media: Path
) -> None:
    story = tell(resident, conversation)
    file = SimpleUploadedFile("voice.mp3", content, "audio/mpeg")
    answer = resident.post(mine(story, "recording/"), {"audio": file})
    assert say in answer.content.decode()
    assert kept(media) == []


def test_files_are_deleted_with_the_story_and_on_taking_them_out(
    resident: Client,
    conversation: Conversation,
    media: Path,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    story = tell(resident, conversation)
    with_photo(resident, story)
    (first,) = kept(media)
    with django_capture_on_commit_callbacks(execute=True):
        with_photo(resident, story)
    (second,) = kept(media)
    assert first != second, "the photo before is gone"
    form = resident.get(mine(story)).text.partition("take-out/")[2].partition("</form>")[0]
    assert "nobody any more. What others downloaded before stays with them." in form
    with django_capture_on_commit_callbacks(execute=True):
        resident.post(mine(story, "take-out/"), {"what": "photo"})
    assert kept(media) == []
    story.refresh_from_db()
    assert (story.photo.name, story.photo_words, story.may_show_photo) == ("", "", False)
    with_photo(resident, story)
    audio = SimpleUploadedFile("a.mp3", SOUNDS["mp3"])
    resident.post(mine(story, "recording/"), {"audio": audio})
    assert len(kept(media)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        slug = story.voice.partnership.slug
        resident.post(f"/p/{slug}/voices/mine/erase/story/{story.pk}/")
    assert kept(media) == []
    assert Story.objects.count() == Voice.objects.filter(kind="story").count() == 0


def test_erasing_everything_deletes_files_too(
    resident: Client,
    conversation: Conversation,
    media: Path,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    story = tell(resident, conversation)
    with_photo(resident, story)
    with django_capture_on_commit_callbacks(execute=True):
        resident.post(f"/p/{story.voice.partnership.slug}/voices/mine/erase/")
    assert kept(media) == []


def test_nobody_else_opens_what_is_the_tellers(
    resident: Client, conversation: Conversation, lead_client: Client, media: Path
) -> None:
    story = tell(resident, conversation)
    for client in (Client(), lead_client):
        for part in ("", "photo/", "recording/", "place/"):
            assert client.get(mine(story, part)).status_code == 404
            assert client.post(mine(story, part), {"place": "X"}).status_code == 404
        assert client.post(mine(story, "take-out/"), {"what": "photo"}).status_code == 404
    assert kept(media) == []


def test_another_partnerships_file_is_not_found(
    resident: Client,
    conversation: Conversation,
    lead: User,
    other_partnership: Partnership,
    make_member: Callable[..., User],
    client_of: Callable[[User], Client],
) -> None:
    story = tell(resident, conversation)
    with_photo(resident, story)
    accept(story, lead)
    foreign = client_of(make_member("lead", where=other_partnership))
    for part in ("", "photo/", "recording/", "statement/"):
        address = f"/p/{other_partnership.slug}/vision/stories/{story.pk}/{part}"
        assert foreign.get(address).status_code == 404
        assert Client().get(address).status_code in (404, 302)


def test_each_consent_is_given_and_taken_back_for_itself(
    resident: Client, conversation: Conversation
) -> None:
    story = tell(resident, conversation)
    with_photo(resident, story, may_show_photo=None)
    body = resident.get(mine(story)).content.decode()
    assert 'name="may_play_audio"' not in body, "there is no recording"
    assert "everybody, once the story is accepted. Otherwise only these members" in body
    resident.post(mine(story), {"may_be_quoted": "on", "may_show_photo": "on"})
    story = Story.objects.get()
    assert (story.may_be_quoted, story.may_show_photo, story.may_become_statement) == (
        True, True, False,
    )  # fmt: skip
    assert story.voice.consent == "none"
    resident.post(mine(story), {"show_words": "on"})
    story = Story.objects.get()
    assert (story.may_be_quoted, story.may_show_photo) == (False, False)
    assert story.voice.consent == "public"


def test_my_answers_lead_to_the_story(resident: Client, conversation: Conversation) -> None:
    story = tell(resident, conversation)
    body = resident.get(f"/p/{story.voice.partnership.slug}/voices/mine/").content.decode()
    assert mine(story) in body


def test_a_place_is_said_and_waits_to_be_read(
    resident: Client, conversation: Conversation, lead: User
) -> None:
    story = tell(resident, conversation)
    accept(story, lead)
    resident.post(mine(story, "place/"), {"place": "Mill Lane, jane@example.org"})
    story = Story.objects.get()
    assert story.voice.place.startswith("Mill Lane")
    assert "jane@" not in story.voice.place
    assert story.voice.state == "waiting"


def test_a_statement_is_drawn_with_consent_alone(
    resident: Client, conversation: Conversation, lead: User, lead_client: Client
) -> None:
    story = tell(resident, conversation)
    accept(story, lead)
    given = {"conversation": conversation.pk, "text": "The path by the mill is lit."}
    lead_client.post(page(story, "statement/"), given)
    assert not Statement.objects.filter(story=story).exists(), "nobody agreed to it"
    resident.post(mine(story), {"show_words": "on", "may_become_statement": "on"})
    form = lead_client.get(page(story, "statement/")).content.decode()
    assert "I hope the path by the mill is lit." in form
    assert lead_client.post(page(story, "statement/"), given).status_code == 302
    made = Statement.objects.get(story=story)
    assert (made.voice.state, made.voice.consent, made.is_seed) == ("accepted", "public", False)
    assert made.voice.participant == Story.objects.get().voice.participant
    assert LedgerEntry.objects.filter(action="vision.statement.drawn_from_story").count() == 1
    again = lead_client.post(page(story, "statement/"), given).content.decode()
    assert f"No. {made.number} says that already" in again
    shown = Client().get(page(story)).content.decode()
    assert "The path by the mill is lit." in shown
    question = f"/p/{story.voice.partnership.slug}/vision/questions/{conversation.code}/"
    for client, address in (
        (Client(), question),
        (lead_client, f"{question}statements/{made.number}/"),
        (Client(), f"/v/{conversation.code}/words/{made.number}/"),
    ):
        assert page(story) in client.get(address).content.decode(), address
    resident.post(f"/p/{story.voice.partnership.slug}/voices/mine/erase/statement/{made.pk}/")
    assert "The path by the mill is lit." not in Client().get(page(story)).content.decode()


def test_another_partnerships_question_cannot_be_chosen(
    resident: Client,
    conversation: Conversation,
    lead: User,
    lead_client: Client,
    ask: Callable[..., Conversation],
    other_partnership: Partnership,
) -> None:
    foreign = ask(other_partnership)
    story = tell(resident, conversation)
    accept(story, lead)
    resident.post(mine(story), {"show_words": "on", "may_become_statement": "on"})
    given = {"conversation": foreign.pk, "text": "The path by the mill is lit."}
    assert lead_client.post(page(story, "statement/"), given).status_code == 200
    assert not Statement.objects.filter(story=story).exists()


def test_lists_are_filtered_and_paged_with_few_queries(
    resident: Client, conversation: Conversation, lead: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(27):
        feeling = "hope" if number else "fear"
        text = {"text": f"Story {number}", "language": "en", "consent": "on"}
        resident.post(f"/t/{conversation.code}/{feeling}/", text)
    for story in Story.objects.all():
        accept(story, lead)
    listed = f"/p/{conversation.partnership.slug}/vision/stories/"
    with django_assert_max_num_queries(15):
        body = Client().get(listed).content.decode()
    assert body.count('class="quote"') == 25
    assert "27" in body
    fears = Client().get(f"{listed}?feeling=fear").content.decode()
    assert "Story 0" in fears
    assert "Story 5" not in fears


class TestLostFiles:
    """Files that no row points to are deleted, once they are a day old; all others stay."""

    def make_old(self, path: Path) -> None:
        a_day_ago = time.time() - 25 * 3600
        os.utime(path, (a_day_ago, a_day_ago))

    def lose(self, story: Story, name: str, *, old: bool = True) -> Path:
        path = Path(story.photo.path).with_name(name)
        path.write_bytes(b"left behind")
        if old:
            self.make_old(path)
        return path

    def test_only_old_files_without_a_row_go(
        self, resident: Client, conversation: Conversation
    ) -> None:
        assert sweep_story_files() == 0, "there is no folder yet"
        story = tell(resident, conversation)
        with_photo(resident, story)
        story.refresh_from_db()
        used = Path(story.photo.path)
        self.make_old(used)
        lost, young = self.lose(story, "lost.jpg"), self.lose(story, "young.ogg", old=False)
        assert sweep_story_files() == 1
        assert (used.exists(), lost.exists(), young.exists()) == (True, False, True)
        story.delete()
        assert sweep_story_files() == 1
        assert not used.exists()

    def test_the_task_sweeps_and_arranges_the_next_day_once(
        self, resident: Client, conversation: Conversation, settings: LazySettings
    ) -> None:
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        story = tell(resident, conversation)
        with_photo(resident, story)
        story.refresh_from_db()
        lost = self.lose(story, "lost.jpg")
        assert sweep_files.call() == 1
        assert not lost.exists()
        assert not sweep_again_later(), "it is arranged already"
        waiting = DBTaskResult.objects.get(task_path=sweep_files.module_path)
        assert timedelta(hours=23) < waiting.run_after - timezone.now() <= timedelta(days=1)
