"""One step before an answer counts: kept, taken, counted; refusals; one person is one."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client as PlainClient
from django.test import TestCase
from django.utils import timezone

from lamppost.vision.actions import NeedsStep, cast_vote, change_conversation, close_conversation
from lamppost.vision.actions.entry_codes import make_entry_codes, withdraw_entry_codes
from lamppost.vision.models import EntryCode, ReplacedVote, Vote
from lamppost.vision.queries.ladder import levels_by_participant, voters_by_level
from lamppost.voices import steps
from lamppost.voices.identity import COOKIE
from lamppost.voices.models import Challenge, DeviceLink, Level, Participant, Verification

pytestmark = pytest.mark.django_db

ADDRESS = "ana@example.org"


class Client(PlainClient):
    """Sends what is sent when a request is committed, although the test is rolled back."""

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


@pytest.fixture
def asks_mail(ask):
    return ask(verification=Level.EMAIL)


def press(client, conversation, number=0, answer="agree"):
    statement = conversation.statements.order_by("number")[number]
    data = {"statement": statement.pk, "vote": answer}
    return client.post(f"/v/{conversation.code}/", data)


def digits() -> str:
    return re.search(r"^(\d{6})$", mail.outbox[-1].body, re.M)[1]


def confirm(client, conversation, address=ADDRESS):
    client.post(f"/v/{conversation.code}/step/email/", {"address": address})
    url = f"/v/{conversation.code}/step/email/code/"
    return client.post(url, {"code": digits()}, follow=True)


def votes_of(conversation):
    return sorted(
        Vote.objects.filter(statement__conversation=conversation).values_list(
            "statement__number", "value"
        )
    )


def test_what_was_pressed_is_kept_and_counted_after_the_code(asks_mail):
    client = Client()
    answer = press(client, asks_mail, 0, "agree")
    assert answer.status_code == 303
    assert answer["Location"] == f"/v/{asks_mail.code}/step/"
    press(client, asks_mail, 1, "disagree")
    assert Vote.objects.count() == 0
    page = client.get(answer["Location"])
    assert "One step before your answer counts" in page.text
    assert "2 answers" in page.text
    done = confirm(client, asks_mail)
    assert "Your 2 answers are counted." in done.text
    assert votes_of(asks_mail) == [(1, 1), (2, -1)]
    assert Participant.objects.count() == 1
    # From now on a press counts at once.
    assert "after=3" in press(client, asks_mail, 2)["Location"]
    assert len(votes_of(asks_mail)) == 3


def test_the_address_is_kept_nowhere(asks_mail):
    client = Client()
    press(client, asks_mail)
    confirm(client, asks_mail)
    assert mail.outbox[0].to == [ADDRESS]
    assert ADDRESS not in str(list(Verification.objects.values_list("identity", flat=True)))
    assert Verification.objects.get().identity
    assert Challenge.objects.count() == 0


def test_earlier_votes_stay_when_the_host_asks_for_a_step_later(ask, lead):
    conversation = ask()
    client = Client()
    press(client, conversation, 0)
    change_conversation(conversation=conversation, by=lead, values={"verification": "email"})
    assert press(client, conversation, 1).status_code == 303
    assert votes_of(conversation) == [(1, 1)]
    person = Participant.objects.get()
    assert levels_by_participant(conversation) == {person.pk: "none"}
    confirm(client, conversation)
    assert votes_of(conversation) == [(1, 1), (2, 1)]
    assert Participant.objects.get() == person
    assert levels_by_participant(conversation) == {person.pk: "email"}
    assert voters_by_level(conversation)["email"] == 1


def test_one_address_on_two_devices_is_one_participant_and_says_so(asks_mail):
    first, second = Client(), Client()
    press(first, asks_mail, 0, "agree")
    confirm(first, asks_mail)
    press(second, asks_mail, 0, "disagree")
    press(second, asks_mail, 1, "agree")
    page = confirm(second, asks_mail, ADDRESS.upper())
    assert "You took part from another device before." in page.text
    assert Participant.objects.count() == 1
    assert DeviceLink.objects.count() == 1
    # What was pressed just now is the newer answer.
    assert votes_of(asks_mail) == [(1, -1), (2, 1)]
    assert ReplacedVote.objects.get().value == 1
    # Both devices read the same.
    for client in (first, second):
        assert "These are the 2 things" in client.get(mine(asks_mail)).text


def mine(conversation) -> str:
    return f"/p/{conversation.partnership.slug}/voices/mine/"


def test_votes_given_on_this_device_before_go_along_where_the_other_had_none(ask, lead):
    conversation = ask()
    first, second = Client(), Client()
    press(first, conversation, 0, "agree")
    press(second, conversation, 0, "disagree")
    press(second, conversation, 1, "disagree")
    change_conversation(conversation=conversation, by=lead, values={"verification": "email"})
    for client in (first, second):
        press(client, conversation, 2, "pass")
        page = confirm(client, conversation)
    assert "1 answer that you gave on this device went along." in page.text
    assert "1 you had answered there already: that answer stays." in page.text
    assert votes_of(conversation) == [(1, 1), (2, -1), (3, 0)]
    assert Participant.objects.count() == 1


def test_another_address_on_the_same_device_is_refused(asks_mail):
    client = Client()
    press(client, asks_mail)
    confirm(client, asks_mail)
    key = Participant.objects.get().key
    other = steps.identity_of("email", "ben@example.org", asks_mail.partnership)
    with pytest.raises(steps.OtherIdentity):
        steps.reach(partnership=asks_mail.partnership, key=key, level="email", identity=other)
    assert Participant.objects.count() == 1


def test_two_people_with_two_addresses_are_never_made_one(asks_mail):
    first, second = Client(), Client()
    for client, address in ((first, "a@example.org"), (second, "b@example.org")):
        press(client, asks_mail)
        confirm(client, asks_mail, address)
    one, two = Participant.objects.order_by("pk")
    with pytest.raises(steps.OtherIdentity):
        steps.link_device(partnership=asks_mail.partnership, key=two.key, participant=one)
    assert Participant.objects.count() == 2
    assert Vote.objects.count() == 2


def test_addresses_of_one_mailbox_are_one_person(asks_mail):
    for place, address in enumerate(
        ("Ann.Lee@gmail.com", "annlee+2@gmail.com", "ann.lee@googlemail.com")
    ):
        client = Client()
        press(client, asks_mail, place)
        confirm(client, asks_mail, address)
    assert Participant.objects.count() == 1
    assert steps.mailbox_of("Ann.Lee+lamps@Example.org") == "ann.lee@example.org"
    assert steps.mailbox_of("+@example.org") == "+@example.org"
    assert steps.mailbox_of("annlee@example.org") != steps.mailbox_of("ann.lee@example.org")


@pytest.mark.parametrize("wrong", ["", "12345", "abcdef", "1234567"])
def test_a_code_that_is_none_costs_no_try(asks_mail, wrong):
    client = Client()
    press(client, asks_mail)
    client.post(f"/v/{asks_mail.code}/step/email/", {"address": ADDRESS})
    page = client.post(f"/v/{asks_mail.code}/step/email/code/", {"code": wrong})
    assert page.status_code == 200
    assert "six digits" in page.text
    assert Challenge.objects.get().tries == 0


def test_five_wrong_codes_and_the_right_one_is_refused_too(asks_mail):
    client = Client()
    press(client, asks_mail)
    client.post(f"/v/{asks_mail.code}/step/email/", {"address": ADDRESS})
    right = digits()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    url = f"/v/{asks_mail.code}/step/email/code/"
    said = [client.post(url, {"code": wrong}).text for _ in range(5)]
    assert "You have 4 more tries." in said[0]
    assert "the tries are used up" in said[4]
    assert client.post(url, {"code": right}, follow=True).redirect_chain
    assert Vote.objects.count() == 0
    assert Verification.objects.count() == 0


def test_a_code_is_good_on_its_own_device_alone(asks_mail):
    first, second = Client(), Client()
    press(first, asks_mail)
    press(second, asks_mail)
    first.post(f"/v/{asks_mail.code}/step/email/", {"address": ADDRESS})
    right = digits()
    second.post(f"/v/{asks_mail.code}/step/email/", {"address": "else@example.org"})
    page = second.post(f"/v/{asks_mail.code}/step/email/code/", {"code": right})
    assert "That is not the code." in page.text
    assert Vote.objects.count() == 0


def test_a_code_is_over_after_fifteen_minutes(asks_mail):
    client = Client()
    press(client, asks_mail)
    client.post(f"/v/{asks_mail.code}/step/email/", {"address": ADDRESS})
    Challenge.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    answer = client.post(f"/v/{asks_mail.code}/step/email/code/", {"code": digits()})
    assert answer["Location"].endswith("/step/email/")
    assert Vote.objects.count() == 0


def test_five_mails_an_hour_to_one_address(asks_mail):
    url = f"/v/{asks_mail.code}/step/email/"
    for _ in range(5):
        client = Client()
        press(client, asks_mail)
        assert client.post(url, {"address": ADDRESS}).status_code == 302
    client = Client()
    press(client, asks_mail)
    assert "Five codes went out" in client.post(url, {"address": ADDRESS}).text
    assert len(mail.outbox) == 5


def test_when_the_whole_partnership_sent_as_many_as_it_may_the_page_says_that(asks_mail, settings):
    settings.MAILS_AN_HOUR = 1
    url = f"/v/{asks_mail.code}/step/email/"
    for address in ("ana@example.org", "ben@example.org"):
        client = Client()
        press(client, asks_mail)
        page = client.post(url, {"address": address})
    assert "Very many people asked for a code within the hour." in page.text
    assert "Five codes" not in page.text
    assert len(mail.outbox) == 1


def test_what_waits_for_the_step_is_on_the_device_wherever_it_was_pressed(asks_mail):
    client = Client()
    press(client, asks_mail)
    cookie = client.cookies[f"lamppost_kept_{asks_mail.code}"]
    assert (cookie["path"], cookie["httponly"]) == ("/", True)
    confirm(client, asks_mail)
    assert not client.cookies[f"lamppost_kept_{asks_mail.code}"].value


def test_who_reads_on_before_the_step_is_shown_each_statement_once(asks_mail):
    client = Client()
    address = f"/v/{asks_mail.code}/"
    numbers = set(asks_mail.statements.values_list("pk", flat=True))
    for _one in range(len(numbers)):
        shown = client.get(address).context["turn"].ballot.statement_id
        assert shown in numbers
        numbers.remove(shown)
        client.post(address, {"statement": shown, "vote": "agree"})
    # All are answered: what is due now is the step.
    assert client.get(address)["Location"] == f"{address}step/"


def test_where_no_more_can_wait_nothing_that_waits_is_lost(asks_mail, monkeypatch):
    monkeypatch.setattr("lamppost.vision.kept.MOST", 2)
    client = Client()
    first = press(client, asks_mail, 0)
    assert "Go on reading first" in client.get(first["Location"]).text
    press(client, asks_mail, 1)
    page = client.get(press(client, asks_mail, 2)["Location"])
    assert "No more can wait" in page.text
    assert "Go on reading first" not in page.text
    press(client, asks_mail, 1, "disagree")
    confirm(client, asks_mail)
    assert votes_of(asks_mail) == [(1, 1), (2, -1)]


def test_arabic_digits_are_digits(asks_mail):
    client = Client()
    press(client, asks_mail)
    client.post(f"/v/{asks_mail.code}/step/email/", {"address": ADDRESS})
    arabic = digits().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    client.post(f"/v/{asks_mail.code}/step/email/code/", {"code": arabic})
    assert Vote.objects.count() == 1


def test_a_cookie_that_was_tampered_with_keeps_nothing(asks_mail):
    client = Client()
    press(client, asks_mail)
    name = f"lamppost_kept_{asks_mail.code}"
    client.cookies[name] = client.cookies[name].value[:-2] + "xx"
    page = client.get(f"/v/{asks_mail.code}/step/")
    assert "is kept on this device" not in page.text
    confirm(client, asks_mail)
    assert Vote.objects.count() == 0


def test_reading_the_steps_writes_nothing(asks_mail, connection_writes):
    client = Client()
    press(client, asks_mail)
    with connection_writes() as writes:
        for part in ("", "email/", "email/code/", "account/", "code/", "in-person/"):
            client.get(f"/v/{asks_mail.code}/step/{part}")
    assert writes == []


def test_no_step_where_none_is_asked_for(conversation):
    answer = Client().get(f"/v/{conversation.code}/step/")
    assert answer["Location"] == f"/v/{conversation.code}/"


def test_a_closed_question_counts_nothing_after_the_step(asks_mail, lead):
    client = Client()
    press(client, asks_mail)
    client.post(f"/v/{asks_mail.code}/step/email/", {"address": ADDRESS})
    close_conversation(conversation=asks_mail, by=lead)
    page = client.post(f"/v/{asks_mail.code}/step/email/code/", {"code": digits()}, follow=True)
    assert "nothing was counted" in page.text
    assert Vote.objects.count() == 0


def test_the_action_itself_refuses_a_vote_without_the_step(asks_mail, people):
    statement = asks_mail.statements.select_related("voice", "conversation").first()
    for channel in ("web", "room", "kiosk"):
        with pytest.raises(NeedsStep):
            cast_vote(participant=people(1)[0], statement=statement, value=1, channel=channel)
    cast_vote(participant=people(1)[0], statement=statement, value=1, channel="paper")
    assert Vote.objects.count() == 1


# Passkey and the city's sign-in ------------------------------------------------------------------


def sign_in(client, user, **record):
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"at": 1.0, **record}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


CITY = {"method": "socialaccount", "provider": "city", "uid": "7"}
PASSKEY = {"method": "mfa", "type": "webauthn", "id": 1}


@pytest.mark.parametrize(
    ("asked", "shown", "level"),
    [("passkey", PASSKEY, "passkey"), ("sign_in", CITY, "sign_in"), ("email", CITY, "sign_in")],
)
def test_signing_in_is_a_step(ask, make_member, asked, shown, level):
    conversation = ask(verification=asked)
    client = Client()
    press(client, conversation)
    url = f"/v/{conversation.code}/step/account/"
    assert "/accounts/login/?next=" in client.get(url).text
    sign_in(client, make_member("observer"), **shown)
    assert "You are signed in." in client.get(url).text
    page = client.post(url, follow=True)
    assert "Your answer is counted." in page.text
    assert Verification.objects.get().level == level


@pytest.mark.parametrize("shown", [{"method": "password"}, PASSKEY])
def test_a_lower_way_of_signing_in_is_not_enough(ask, make_member, shown):
    conversation = ask(verification="sign_in")
    client = Client()
    press(client, conversation)
    sign_in(client, make_member("observer"), **shown)
    url = f"/v/{conversation.code}/step/account/"
    assert "not in the way that this question asks for" in client.post(url).text
    assert Vote.objects.count() == 0


def test_one_account_by_passkey_and_by_city_is_one_participant(ask, make_member):
    conversation = ask(verification="passkey")
    user = make_member("observer")
    for shown in (PASSKEY, CITY):
        client = Client()
        press(client, conversation)
        sign_in(client, user, **shown)
        client.post(f"/v/{conversation.code}/step/account/")
    assert Participant.objects.count() == 1
    assert Vote.objects.count() == 1
    assert set(Verification.objects.values_list("level", flat=True)) == {"passkey", "sign_in"}


# Printed codes ----------------------------------------------------------------------------


@pytest.fixture
def asks_code(ask):
    cache.clear()
    return ask(verification=Level.CODE)


def codes(conversation, lead, count=2):
    return make_entry_codes(conversation=conversation, by=lead, batch="Mill Lane", count=count)


def type_in(client, conversation, code):
    return client.post(f"/v/{conversation.code}/step/code/", {"code": code}, follow=True)


def test_a_printed_code_counts_once(asks_code, lead):
    code, _ = codes(asks_code, lead)
    first, second = Client(), Client()
    press(first, asks_code)
    assert "Your answer is counted." in type_in(first, asks_code, code.upper()).text
    press(second, asks_code)
    assert "This code was used already." in type_in(second, asks_code, code).text
    assert Vote.objects.count() == 1
    assert EntryCode.objects.filter(used_at=None).count() == 1
    assert code not in str(EntryCode.objects.values_list())


def test_one_device_uses_one_code_of_a_question(asks_code, ask, lead):
    one, two = codes(asks_code, lead)
    client = Client()
    press(client, asks_code)
    type_in(client, asks_code, one)
    press(client, asks_code, 1)
    key = Participant.objects.get().key
    from lamppost.vision.actions.entry_codes import CodeRefused, use_entry_code

    with pytest.raises(CodeRefused) as refused:
        use_entry_code(conversation=asks_code, key=key, code=two)
    assert refused.value.why == "another"
    # The same code again is no fault: nothing more is spent.
    assert use_entry_code(conversation=asks_code, key=key, code=one).participant.key == key
    # A code of another question is another matter.
    other = ask(verification=Level.CODE)
    press(client, other)
    assert Vote.objects.filter(statement__conversation=other).count() == 0
    type_in(client, other, codes(other, lead)[0])
    assert Vote.objects.filter(statement__conversation=other).count() == 1


def test_codes_that_do_not_count_are_refused_in_plain_words(asks_code, ask, lead):
    client = Client()
    press(client, asks_code)
    foreign = codes(ask(verification=Level.CODE), lead)[0]
    assert "not one of this question" in type_in(client, asks_code, foreign).text
    mine = codes(asks_code, lead, 1)[0]
    withdraw_entry_codes(batch=EntryCode.objects.filter(conversation=asks_code).get(), by=lead)
    assert "was withdrawn" in type_in(client, asks_code, mine).text
    assert "This has 3." in type_in(client, asks_code, "abc").text
    assert Vote.objects.count() == 0


def test_trying_codes_is_slowed_down_by_browser_and_by_beginning(asks_code, lead):
    client = Client()
    press(client, asks_code)
    said = [type_in(client, asks_code, f"2222-3333-4444-{n:04d}").text for n in range(12)]
    assert "not one of this question" in said[0]
    assert "many tries" in said[-1]


# In person ----------------------------------------------------------------------------


def test_staff_confirm_the_word_on_the_screen(ask, lead, lead_client):
    conversation = ask(verification=Level.IN_PERSON)
    client = Client()
    press(client, conversation)
    url = f"/v/{conversation.code}/step/in-person/"
    page = client.post(url, follow=True)
    word = re.search(r"</span> ([a-z]{6})<", page.text)[1]
    assert 'http-equiv="refresh" content="5"' in page.text
    begun = Challenge.objects.get()
    assert word not in begun.code_hash
    joined = steps.confirm_in_person(partnership=conversation.partnership, word=word, by=lead)
    assert Verification.objects.get().verified_by == lead
    with pytest.raises(steps.NoSuchStep):
        steps.confirm_in_person(partnership=conversation.partnership, word=word, by=lead)
    page = client.get(url, follow=True)
    assert "You are confirmed" in page.text
    assert Vote.objects.count() == 0
    page = client.post(f"/v/{conversation.code}/step/count/", follow=True)
    assert "Your answer is counted." in page.text
    assert Vote.objects.get().participant == joined.participant


def test_a_word_is_over_after_ten_minutes(ask, lead):
    conversation = ask(verification=Level.IN_PERSON)
    begun = steps.begin_in_person(partnership=conversation.partnership, key="k" * 64)
    word = steps.word_of(begun)
    Challenge.objects.update(expires_at=timezone.now())
    with pytest.raises(steps.NoSuchStep):
        steps.confirm_in_person(partnership=conversation.partnership, word=word, by=lead)


def test_counting_without_the_step_leads_back_to_it(asks_mail):
    client = Client()
    press(client, asks_mail)
    answer = client.post(f"/v/{asks_mail.code}/step/count/")
    assert answer["Location"] == f"/v/{asks_mail.code}/step/"
    assert Vote.objects.count() == 0
    assert COOKIE in client.cookies


@pytest.mark.parametrize(
    ("asked", "part"),
    [("code", "email/"), ("in_person", "code/"), ("code", "account/"), ("in_person", "email/")],
)
def test_a_step_that_would_not_count_is_not_taken(ask, lead, asked, part):
    """No mail goes out and no code is spent for nothing."""
    cache.clear()
    conversation = ask(verification=asked)
    code = make_entry_codes(conversation=conversation, by=lead, batch="A", count=1)[0]
    client = Client()
    press(client, conversation)
    url = f"/v/{conversation.code}/step/{part}"
    answer = client.post(url, {"address": ADDRESS, "code": code})
    assert answer["Location"] == f"/v/{conversation.code}/step/"
    assert mail.outbox == []
    assert EntryCode.objects.get().used_at is None
    assert Verification.objects.count() == 0


def test_without_a_mail_server_no_code_by_mail_is_offered(asks_mail, settings, lead_client):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    client = Client()
    press(client, asks_mail)
    page = client.get(f"/v/{asks_mail.code}/step/").text
    assert "A code by e-mail" not in page
    assert "In person" in page
    url = f"/p/{asks_mail.partnership.slug}/vision/questions/{asks_mail.code}/ways/ladder/"
    assert "This site sends no mail yet" in lead_client.get(url).text
