"""Merge, split, mend, decline: through the pages, and what becomes of the votes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from lamppost.accounts.models import LedgerEntry
from lamppost.vision.actions import (
    NotVotable,
    add_seed_statements,
    cast_vote,
    compute_landscape,
    erase_statement,
    submit_statement,
)
from lamppost.vision.actions.curation import (
    ChangesTheSense,
    NotMergeable,
    NotSplittable,
    mend_statement,
    merge_statement,
    split_statement,
    undo_merge,
    undo_split,
)
from lamppost.vision.models import Statement, StatementEdit, Vote
from lamppost.vision.queries.conversations import counted, statement_lines
from lamppost.vision.queries.curation import whole
from lamppost.vision.queries.landscape import moderation_of, vote_matrix
from lamppost.vision.queries.merging import moved_votes, votes_that_count
from lamppost.vision.queries.public_landscape import public_landscape
from lamppost.vision.queries.votes import votable
from lamppost.voices.actions import moderate_voice
from lamppost.voices.models import Voice
from tests.vision_world import add_statement, let_vote, make_conversation

pytestmark = pytest.mark.django_db


def page(conversation, number, part=""):
    return f"/p/elm-street/vision/questions/{conversation.code}/statements/{number}/{part}"


def cells(conversation):
    """Person → number → value, as the engine gets it."""
    matrix = vote_matrix(conversation)
    if matrix is None:
        return {}
    return {
        int(person): {
            number: int(value)
            for number, value in zip(matrix.statements, row, strict=True)
            if value != -128
        }
        for person, row in zip(matrix.participants, matrix.values, strict=True)
    }


@pytest.fixture
def three(people, statements):
    """Ann answered no. 1 and 2, Ben only no. 2, Cem only no. 3."""
    ann, ben, cem = people(3)
    cast_vote(participant=ann, statement=statements[0], value=1)
    cast_vote(participant=ann, statement=statements[1], value=-1)
    cast_vote(participant=ben, statement=statements[1], value=-1)
    cast_vote(participant=cem, statement=statements[2], value=0)
    return ann, ben, cem


def test_a_merge_counts_for_whoever_has_not_answered_the_other(
    lead_client, conversation, statements, three, resident
):
    ann, ben, cem = three
    response = lead_client.post(page(conversation, 2, "merge/"), {"into": "1"}, follow=True)
    assert "counts for no. 1 now" in response.text
    assert cells(conversation) == {ann.pk: {1: 1}, ben.pk: {1: -1}, cem.pk: {3: 0}}
    assert Vote.objects.count() == 4
    assert votes_that_count(conversation) == 3
    assert moderation_of(conversation) == {1: 1, 3: 1}
    line = {one.number: one for one in statement_lines(conversation)}
    assert (line[1].agree, line[1].disagree) == (1, 1)
    assert line[2].counts_for == 1
    assert counted([conversation], exact=True)[0].statements == 2
    assert statements[1] not in votable(conversation)
    with pytest.raises(NotVotable):
        cast_vote(participant=cem, statement=Statement.objects.get(pk=statements[1].pk), value=1)
    entry = LedgerEntry.objects.get(action="vision.statement.merged")
    assert (entry.object_id, entry.fields) == (str(statements[1].pk), ["merged_into"])

    response = lead_client.post(page(conversation, 2, "unmerge/"), follow=True)
    assert "stands on its own again" in response.text
    assert cells(conversation)[ann.pk] == {1: 1, 2: -1}
    assert votes_that_count(conversation) == 4


def test_of_several_merged_answers_the_latest_counts(lead, conversation, statements, people):
    (ann,) = people(1)
    now = timezone.now()
    cast_vote(participant=ann, statement=statements[1], value=-1, cast_at=now)
    earlier = now - dt.timedelta(hours=1)
    cast_vote(participant=ann, statement=statements[2], value=1, cast_at=earlier)
    for one in statements[1:]:
        merge_statement(statement=one, into=statements[0], by=lead)
    assert cells(conversation) == {ann.pk: {1: -1}}
    Vote.objects.filter(statement=statements[1]).update(cast_at=None)
    assert moved_votes(conversation) == {(ann.pk, 1): 1}


def test_what_cannot_be_merged_is_said_in_words(lead, conversation, statements, ask, lead_client):
    first, second, third = statements
    merge_statement(statement=second, into=first, by=lead)
    for statement, into, words in (
        (first, first, "another statement of the same question"),
        (third, ask().statements.first(), "another statement of the same question"),
        (third, second, "Merge into no. 1 instead"),
        (second, third, "was merged into no. 1 already"),
        (first, third, "Others were merged into no. 1"),
    ):
        with pytest.raises(NotMergeable, match=words):
            merge_statement(statement=statement, into=into, by=lead)
    Voice.objects.filter(pk=third.voice_id).update(state="declined")
    undo_merge(statement=second, by=lead)
    with pytest.raises(NotMergeable, match="not shown"):
        merge_statement(statement=first, into=third, by=lead)
    with pytest.raises(NotMergeable, match="declined"):
        merge_statement(statement=third, into=first, by=lead)
    for given in ("99", "x", ""):
        response = lead_client.post(page(conversation, 1, "merge/"), {"into": given}, follow=True)
        assert "There is no statement with this number" in response.text
    assert Statement.objects.filter(merged_into__isnull=False).count() == 0


def test_whoever_answered_the_merged_one_is_not_asked_again(
    lead, conversation, statements, resident
):
    address = f"/v/{conversation.code}/"
    for one in statements[1:]:
        resident.post(address, {"statement": one.pk, "vote": "agree"})
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    assert f'value="{statements[0].pk}"' not in resident.get(address).text


def test_words_that_wait_are_accepted_by_a_merge(lead, conversation, statements, people):
    said = submit_statement(
        conversation=conversation, participant=people(1)[0], text="The stop is dark",
        language="en", consent=True,
    )  # fmt: skip
    merge_statement(statement=said, into=statements[0], by=lead)
    said.voice.refresh_from_db()
    assert (said.voice.state, said.voice.state_by) == ("accepted", lead)
    assert said not in votable(conversation)


def test_erasing_the_words_sets_free_what_was_merged_into_them(
    lead, conversation, statements, three
):
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    erase_statement(statement=Statement.objects.get(pk=statements[0].pk))
    assert statements[1] in votable(conversation)
    assert moderation_of(conversation) == {1: -1, 2: 1, 3: 1}


def test_a_merged_statement_is_not_shown_in_the_landscape(lead, partnership):
    conversation = make_conversation(partnership)
    let_vote(conversation)
    first, second = conversation.statements.order_by("number")[2:4]
    before = compute_landscape(conversation=conversation)
    merge_statement(statement=second, into=first, by=lead)
    # Of the landscape that is stored still, nothing is said of it.
    shown = {one.number for one in public_landscape(conversation).statements}
    assert second.number in {row["statement"] for row in before.result["results"]}
    assert second.number not in shown
    after = compute_landscape(conversation=conversation)
    assert second.number not in {row["statement"] for row in after.result["results"]}
    assert after.votes == votes_that_count(conversation) == Vote.objects.count() - 50


def test_a_split_keeps_the_votes_of_the_original_apart(
    lead_client, conversation, people, resident, three
):
    resident.post(
        f"/v/{conversation.code}/add/",
        {"text": "More lamps and fewer cars", "language": "en", "consent": "on"},
    )
    said = conversation.statements.get(is_seed=False)
    lead_client.post(page(conversation, 4, "accept/"))
    (ann,) = people(1)
    cast_vote(participant=ann, statement=Statement.objects.get(pk=said.pk), value=1)
    response = lead_client.post(
        page(conversation, 4, "split/"), {"parts": "More lamps\n\nFewer cars"}, follow=True
    )
    assert "It goes on as no. 5, 6." in response.text
    parts = list(conversation.statements.filter(split_from=said).order_by("number"))
    assert [one.voice.text for one in parts] == ["More lamps", "Fewer cars"]
    said.voice.refresh_from_db()
    assert said.voice.state == "declined"
    assert "goes on as no. 5, 6" in said.voice.state_reason
    assert {one.voice.participant_id for one in parts} == {said.voice.participant_id}
    assert all(one.voice.consent_at == said.voice.consent_at for one in parts)
    assert cells(conversation)[ann.pk] == {4: 1}
    assert "A statement that is not shown is not merged." in response.text
    assert "Merged, it is not shown any more" not in response.text
    assert all(one in votable(conversation) for one in parts)
    mine = resident.get("/p/elm-street/voices/mine/").text
    assert "goes on as no. 5, 6" in mine

    cast_vote(participant=ann, statement=parts[0], value=1)
    asked = lead_client.get(page(conversation, 4, "unsplit/")).text
    assert "Declined, with the answers kept: no. 5, 6." in asked
    undone = lead_client.post(page(conversation, 4, "unsplit/"), follow=True).text
    assert "It was split." not in undone
    said.voice.refresh_from_db()
    assert said.voice.state == "accepted"
    assert not said.parts.exists()
    assert not {one.number for one in votable(conversation)} & {5, 6}
    actions = {"vision.statement.split", "vision.statement.split_undone"}
    assert LedgerEntry.objects.filter(action__in=actions).count() == 2


def test_a_number_that_was_shown_is_never_given_again(lead, conversation, statements):
    parts = split_statement(statement=statements[2], texts=["No lamps here.", "No bus."], by=lead)
    undo_split(statement=statements[2], by=lead)
    (after,) = add_seed_statements(
        conversation=conversation, by=lead, texts=["Benches, please."], language="en"
    )
    assert after.number not in {one.number for one in parts}
    # Shown, declined before anybody answered, and taken back by its author.
    last = add_statement(conversation, after.number + 1, "More trees.")
    moderate_voice(voice=last.voice, state=Voice.State.DECLINED, reason="Doubled.", by=lead)
    erase_statement(statement=last)
    (again,) = add_seed_statements(
        conversation=conversation, by=lead, texts=["A fountain."], language="en"
    )
    assert again.number == last.number + 1


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ("Only one", "These are 1 statements"),
        ("a\nb\nc\nd\ne", "These are 5 statements"),
        ("One\n" + "x" * 301, "at most 300 characters"),
        ("One\n…", "must have words"),
        ("Same\nsame", "Two lines say the same"),
        ("New words\nWarm light is better", "No. 2 says this already"),
    ],
)
def test_a_faulty_split_changes_nothing(lead_client, conversation, parts, words):
    response = lead_client.post(page(conversation, 1, "split/"), {"parts": parts})
    assert words in response.text
    assert conversation.statements.count() == 3
    assert Voice.objects.filter(state="declined").count() == 0


def test_what_cannot_be_split(lead, statements):
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    with pytest.raises(NotSplittable, match=r"merged into no\. 1"):
        split_statement(statement=statements[1], texts=["a b", "c d"], by=lead)
    Voice.objects.filter(pk=statements[2].voice_id).update(state="declined")
    with pytest.raises(NotSplittable, match="declined"):
        split_statement(statement=statements[2], texts=["a b", "c d"], by=lead)


def test_a_slip_is_mended_in_view_of_everybody(lead_client, conversation, resident, three):
    given = {"text": "The bus stop is much too dark.", "reason": "A word was missing"}
    response = lead_client.post(page(conversation, 1, "mend/"), given)
    assert "Tick this only when it says the same" in response.text
    assert "1 vote stands on these words" in response.text
    lead_client.post(page(conversation, 1, "mend/"), {**given, "same_sense": "on"})
    voice = conversation.statements.get(number=1).voice
    assert (voice.text, voice.public_text) == ("The bus stop is too dark.", given["text"])
    history = resident.get(f"/v/{conversation.code}/words/1/").text
    for words in (given["text"], "The bus stop is too dark.", "A word was missing"):
        assert words in history
    edit = StatementEdit.objects.get()
    lead_client.post(page(conversation, 1, f"words/{edit.pk}/back/"))
    voice.refresh_from_db()
    assert voice.public_text == "The bus stop is too dark."
    assert StatementEdit.objects.count() == 2
    hide = page(conversation, 1, f"words/{StatementEdit.objects.last().pk}/hide/")
    assert "much too dark" in lead_client.get(hide).text
    lead_client.post(hide)
    assert "much too dark" not in resident.get(f"/v/{conversation.code}/words/1/").text
    assert LedgerEntry.objects.filter(action="vision.statement.mended").count() == 2


def test_what_is_taken_out_of_shown_words_stands_in_the_history(
    lead_client, conversation, resident, three
):
    said = conversation.statements.get(number=1)
    address = f"/p/elm-street/voices/queue/{said.voice_id}/text/"
    given = {"public_text": "The bus stop is dark."}
    assert lead_client.post(address, given).status_code == 302
    history = resident.get(f"/v/{conversation.code}/words/1/").text
    assert "Something that not everybody may read was taken out." in history
    assert "[…]" in history
    # There are no words to show again, and none to take out.
    edit = StatementEdit.objects.get()
    for part in ("back/", "hide/"):
        faulty = lead_client.post(page(conversation, 1, f"words/{edit.pk}/{part}"))
        assert faulty.status_code == 404
        assert f"words/{edit.pk}/{part}" not in lead_client.get(page(conversation, 1)).text
    # Saved again as it is, nothing happened.
    lead_client.post(address, given)
    assert StatementEdit.objects.count() == 1


def test_a_mend_that_changes_the_sense_is_refused(lead_client, lead, conversation, statements):
    given = {"text": "The bus stop is not too dark.", "reason": "x", "same_sense": "on"}
    response = lead_client.post(page(conversation, 1, "mend/"), given)
    assert "Split it, or add a new one" in response.text
    with pytest.raises(ChangesTheSense):
        mend_statement(statement=statements[1], text="Cold light is better.", reason="", by=lead)
    assert StatementEdit.objects.count() == 0


def test_erasing_takes_earlier_words_along(lead, statements, three):
    mend_statement(
        statement=statements[0], text="The bus stop's too dark.", reason="shorter", by=lead
    )
    assert "bus stop's" in Voice.objects.get(pk=statements[0].voice_id).public_text
    erase_statement(statement=Statement.objects.get(pk=statements[0].pk))
    assert StatementEdit.objects.count() == 0


def test_history_of_words_that_are_not_shown_is_not_found(resident, conversation, statements):
    Voice.objects.filter(pk=statements[0].voice_id).update(state="declined")
    assert resident.get(f"/v/{conversation.code}/words/1/").status_code == 404
    Voice.objects.filter(pk=statements[1].voice_id).update(
        consent="none", consent_wording="", consent_at=None
    )
    assert resident.get(f"/v/{conversation.code}/words/2/").status_code == 404
    assert resident.get(f"/v/{conversation.code}/words/99/").status_code == 404


@pytest.mark.parametrize("role", ["analyst", "organisation", "company", "researcher", "observer"])
def test_who_does_not_moderate_changes_nothing(role, make_member, client_of, conversation):
    client = client_of(make_member(role))
    for part in ("", "split/", "mend/"):
        assert client.get(page(conversation, 1, part)).status_code == 403
    posts = {"merge/": {"into": 2}, "split/": {"parts": "a\nb"}, "mend/": {}, "accept/": {}}
    for part, given in posts.items():
        assert client.post(page(conversation, 1, part), given).status_code == 403
    decline = f"/p/elm-street/vision/questions/{conversation.code}/decline/"
    assert client.post(decline, {"n": 1, "reason": "x"}).status_code == 403
    assert Voice.objects.exclude(state="accepted").count() == 0


def test_the_page_of_a_statement_shows_what_hangs_on_it(
    lead_client, lead, conversation, statements, three
):
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    shown = lead_client.get(page(conversation, 1)).text
    assert "Merged into this one" in shown
    assert "Votes on its own words: 1." in shown
    assert "Undo the merge" in lead_client.get(page(conversation, 2)).text
    assert lead_client.get(page(conversation, 99)).status_code == 404
    found = whole(conversation.statements.get(number=1))
    assert (found.cast, found.votes) == (1, 2)
    undo_merge(statement=statements[1], by=lead)
    undo_merge(statement=statements[1], by=lead)
    assert LedgerEntry.objects.filter(action="vision.statement.merge_undone").count() == 1


def test_the_effect_of_a_rejection_is_shown_before(lead_client, lead, partnership):
    conversation = make_conversation(partnership)
    let_vote(conversation)
    address = f"/p/elm-street/vision/questions/{conversation.code}/decline/"
    shown = lead_client.get(f"{address}?n=0").text
    assert "50 votes would not count any more." in shown
    assert "These would leave the common ground:" in shown
    assert Voice.objects.filter(state="declined").count() == 0
    assert lead_client.get(address)["Location"].endswith(f"/questions/{conversation.code}/")
    assert "Say in a few words why" in lead_client.post(address, {"n": "0"}).text
    seen = lead_client.get(f"{address}?n=0&n=1").context["seen"]
    press = {"n": ["0", "1"], "reason": "Names a neighbour", "seen": seen}
    lead_client.post(address, press)
    declined = Voice.objects.filter(state="declined", state_reason="Names a neighbour")
    assert declined.count() == 2


def test_who_declines_without_having_seen_the_effect_is_shown_it_first(
    lead_client, client_of, make_member, partnership
):
    conversation = make_conversation(partnership)
    let_vote(conversation)
    address = f"/p/elm-street/vision/questions/{conversation.code}/decline/"
    press = {"n": "0", "reason": "Names a neighbour"}
    refused = lead_client.post(address, press)
    assert "What it changes was not shown before this press." in refused.text
    assert "50 votes would not count any more." in refused.text
    assert "Decline without comparing" not in refused.text
    seen = {"seen": refused.context["seen"]}
    # What one person was shown, or of one statement, is not taken for another.
    other = client_of(make_member("facilitator"))
    for client, given in ((other, seen), (lead_client, {**seen, "n": "1"})):
        assert "was not shown before" in client.post(address, press | given).text
    assert not Voice.objects.filter(state="declined").exists()
    lead_client.post(address, press | seen)
    assert Voice.objects.filter(state="declined").count() == 1
    lead_client.post(address, {**press, "n": "1", "without": "on"})
    assert Voice.objects.filter(state="declined").count() == 2


def test_that_nobody_has_answered_is_no_comparison_once_somebody_has(lead_client, partnership):
    conversation = make_conversation(partnership)
    address = f"/p/elm-street/vision/questions/{conversation.code}/decline/"
    page = lead_client.get(f"{address}?n=0")
    assert "Nobody has answered it" in page.text
    press = {"n": "0", "reason": "Names a neighbour", "seen": page.context["seen"]}
    let_vote(conversation)
    assert "was not shown before" in lead_client.post(address, press).text
    assert not Voice.objects.filter(state="declined").exists()


def test_in_a_large_question_the_comparison_begins_with_the_page_and_comes_before_the_press(
    lead_client, partnership, monkeypatch
):
    from django_tasks import TaskResultStatus

    from lamppost.vision import effects
    from lamppost.vision.views import curation as views

    monkeypatch.setattr(effects, "AT_ONCE", 10)
    conversation = make_conversation(partnership)
    let_vote(conversation)
    address = f"/p/elm-street/vision/questions/{conversation.code}/decline/"
    begun = lead_client.get(f"{address}?n=0")["Location"]
    assert begun.startswith(f"{address}?n=0&task=")
    shown = lead_client.get(begun)
    assert "It is being computed" in shown.text
    assert "seen" not in shown.context
    press = {"n": "0", "reason": "Names a neighbour"}
    assert "The comparison was not shown yet." in lead_client.post(begun, press).text

    class Done:
        args = (conversation.pk, [0])
        status = TaskResultStatus.SUCCESSFUL
        return_value = effects.effect_of_declining(conversation, [0]).to_json()

    monkeypatch.setattr(views.effect_of_declining.__class__, "get_result", lambda _s, _id: Done)
    # It was computed meanwhile, but the page of this press did not show it.
    refused = lead_client.post(begun, press).text
    assert "What it changes was not shown before this press." in refused
    shown = lead_client.get(begun)
    assert "50 votes would not count any more." in shown.text
    assert "Decline without comparing" not in shown.text
    # The answer about one statement is not taken for that about another.
    assert "Compare the groups" in lead_client.get(begun.replace("n=0", "n=1")).text
    seen = {"seen": shown.context["seen"]}
    lead_client.post(begun, {**press, **seen, "n": "1"})
    assert Voice.objects.filter(state="declined").count() == 0
    lead_client.post(begun, press | seen)
    assert Voice.objects.filter(state="declined").count() == 1
    lead_client.post(begun, {**press, "n": "1", "without": "on"})
    assert Voice.objects.filter(state="declined").count() == 2


def test_a_comparison_that_failed_is_asked_for_again(lead_client, partnership, monkeypatch):
    from lamppost.vision import effects

    monkeypatch.setattr(effects, "AT_ONCE", 10)
    conversation = make_conversation(partnership)
    let_vote(conversation)
    address = f"/p/elm-street/vision/questions/{conversation.code}/decline/"
    assert "Compare the groups" in lead_client.get(f"{address}?n=0&task=gone").text
    response = lead_client.post(f"{address}effect/", {"n": "0"})
    assert response["Location"].startswith(f"{address}?n=0&task=")


def test_the_effect_speaks_of_the_groups_and_the_common_ground_that_the_page_shows(
    partnership, monkeypatch
):
    import dataclasses

    from lamppost.vision import computing, effects

    conversation = make_conversation(partnership)
    let_vote(conversation)
    assert effects.effect_of_declining(conversation, [0]).groups_before == 2
    # Not settled: the page shows no groups, and the common ground of everybody.
    real = computing.landscape_of
    monkeypatch.setattr(
        computing,
        "landscape_of",
        lambda *given: dataclasses.replace(real(*given), settled=False, common_ground=()),
    )
    found = effects.effect_of_declining(conversation, [0])
    assert (found.groups_before, found.groups_after, found.compared) == (0, 0, 0)
    assert found.leave == (0,)


def test_behind_a_goal_stands_the_statement_for_which_a_merged_one_counts(
    lead, partnership, conversation, statements
):
    from lamppost.vision.actions.goals import add_goal
    from lamppost.vision.queries.goals import goal_lines

    add_goal(
        partnership=partnership, by=lead, values={"title": "Dark enough"}, statements=statements[1:]
    )
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    assert goal_lines(partnership)[0].statements == (statements[0], statements[2])
    Voice.objects.filter(pk=statements[0].voice_id).update(state="declined")
    assert goal_lines(partnership)[0].statements == (statements[2],)


def test_the_public_list_leads_to_each_history_and_says_where_something_happened(
    client, conversation, statements, lead
):
    address = f"/p/elm-street/vision/questions/{conversation.code}/"
    before = client.get(address).text
    for one in statements:
        assert f'href="/v/{conversation.code}/words/{one.number}/"' in before
    assert "changed" not in before
    merge_statement(statement=statements[1], into=statements[0], by=lead)
    assert client.get(address).text.count("changed") == 1
