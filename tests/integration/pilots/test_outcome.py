"""How a pilot ends: five groups heard, what was piloted against what is bought, the counts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.accounts.groups import Group
from lamppost.accounts.models import Partnership, User
from lamppost.pilots import actions
from lamppost.pilots.actions import commitments, signing, specification
from lamppost.pilots.actions.outcome import (
    ChangeFixed,
    change_change,
    delete_change,
    record_view,
)
from lamppost.pilots.models import Change, Decision, GroupView, Pilot, SpecificationLine
from lamppost.pilots.queries.gates import gate_obstacles
from lamppost.pilots.queries.outcome import endings
from lamppost.pilots.queries.signing import signature_obstacles, signing_of
from lamppost.pilots.queries.specification import current_version, differences, piloted_lines
from tests.pilots_world import (
    LUMENS,
    OUTSIDER,
    day,
    make_pilot,
    pass_one,
    pass_up_to,
    sign_by_another,
)


def decide(pilot: Pilot, by: User, kind: str = "rollout", **more: str) -> Decision:
    return actions.decide(
        pilot=pilot,
        by=by,
        kind=kind,
        reason="It works.",
        decided_by="City council",
        decided_on=day(),
        **more,
    )


def test_davis_what_is_bought_is_not_what_was_piloted(running: Pilot, lead: User) -> None:
    """Davis tested lamps of 2,115 and 2,326 lumens, then bought lamps of 2,800."""
    colour = ("colour", "4,000 K")
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm"), colour])
    found = [(one.name, one.piloted, one.bought) for one in differences(running)]
    assert found == [(LUMENS, "2,326 lm", "2,800 lm"), ("colour", "", "4,000 K")]
    for kind in ("rollout", "expand", "replicate"):
        with pytest.raises(actions.GateShut, match="2,326 lm, to be bought 2,800 lm"):
            decide(running, lead, kind)
    signing.save_draft(pilot=running, by=lead, kind="decision", text="The model changed.")
    mine = signing.add_signer(
        pilot=running, by=lead, kind="decision", role="lead of the partnership", user=lead
    )
    signing.sign(signer=mine, by=lead, sha256=signing_of(running, "decision").sha256)
    with pytest.raises(actions.GateShut, match="You alone have signed"):
        decide(running, lead)
    signing.remove_signer(signer=mine, by=lead)
    sign_by_another(running, lead, "decision", day(), "The model changed.")
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "3,000 lm"), colour])
    with pytest.raises(actions.GateShut, match="signed something else"):
        decide(running, lead)  # they signed another difference
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm"), colour])
    decision = decide(running, lead)
    assert decision.difference_reason == "The model changed."
    assert decision.difference_signed_by == f"{OUTSIDER} (who answers for it)"
    assert decision.scales


def test_a_difference_is_signed_through_the_pages(
    lead_client: Client, running: Pilot, lead: User
) -> None:
    args = [running.partnership.slug, running.pk]
    draft = reverse("pilots:draft", args=[*args, "decision"])
    assert lead_client.get(draft).status_code == 404  # nothing differs
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm")])
    assert (
        "Write why, and who signs it" in lead_client.get(reverse("pilots:decide", args=args)).text
    )
    assert lead_client.post(draft, {"text": "The model changed."}).status_code == 302
    lead_client.post(reverse("pilots:usual_signers", args=[*args, "decision"]))
    page = lead_client.get(reverse("pilots:gate", args=[*args, "decision"])).text
    assert "2,326 lm → 2,800 lm" in page
    assert "who answers for what is bought" in page
    [obstacle] = signature_obstacles(running, "decision")
    assert "has not signed yet" in str(obstacle.text)


def test_the_main_button_is_what_is_next(
    lead_client: Client, running: Pilot, lead: User, make_member: Callable[..., User]
) -> None:
    """As long as the difference is unsigned, the next step towards its signature; then deciding."""
    address = reverse("pilots:gate", args=[running.partnership.slug, running.pk, "decision"])

    def main() -> list[str]:
        found = re.findall(r'<a class="button primary"[^>]*>([^<]*)', lead_client.get(address).text)
        return [html.unescape(one) for one in found]

    assert main() == ["Record the decision"]
    view = GroupView.objects.filter(pilot=running).first()
    assert view is not None
    view.delete()
    assert main() == [], "what a group says is missing"
    assert "What the decision needs" in lead_client.get(address).text
    view.save(force_insert=True)
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm")])
    assert main() == ["Write why something else is bought"]
    signing.save_draft(pilot=running, by=lead, kind="decision", text="The model changed.")
    assert main() == ["Name who signs the difference"]
    add = partial(signing.add_signer, pilot=running, by=lead, kind="decision")
    mine = add(role="lead of the partnership", user=lead)
    assert main() == ["Read and sign"]
    signing.sign(signer=mine, by=lead, sha256=signing_of(running, "decision").sha256)
    assert main() == ["Name somebody else who signs it too"]
    signing.remove_signer(signer=mine, by=lead)
    member = add(role="head of purchases", user=make_member("facilitator"))
    assert main() == []
    assert "has to sign the difference." in lead_client.get(address).text
    assert "Record the decision" in lead_client.get(address).text, "an ending that buys nothing"
    signing.remove_signer(signer=member, by=lead)
    add(role="head of purchases", name="Pia Purchase")
    assert main() == ["Make a link for Pia Purchase to sign"]
    sign_by_another(running, lead, "decision", day(), "The model changed.")
    assert main() == ["Record the decision"]


def test_a_version_of_yesterday_was_not_piloted(running: Pilot, lead: User) -> None:
    """The way round: write down what is bought as a new version, a day before the decision."""
    lines = [(LUMENS, "2,800 lm")]
    specification.set_bought(pilot=running, by=lead, lines=lines)
    change = actions.record_change(
        pilot=running, by=lead, you_said="Dark", we_did="Brighter", changed_on=day(-1),
        version="Brighter lamps", lines=lines,
    )  # fmt: skip
    with pytest.raises(actions.GateShut, match="2,326 lm, to be bought 2,800 lm"):
        decide(running, lead)
    assert change.version is not None
    running.versions.filter(pk=change.version.pk).update(from_on=day(-28), written_on=day(-28))
    assert decide(running, lead).scales


def test_other_endings_buy_nothing(running: Pilot, lead: User) -> None:
    specification.set_bought(pilot=running, by=lead, lines=[(LUMENS, "2,800 lm")])
    assert not decide(running, lead, "adapt").scales


def test_capital_letters_and_spaces_are_no_difference(running: Pilot, lead: User) -> None:
    specification.set_bought(pilot=running, by=lead, lines=[("Luminous  Flux", "2,326  LM")])
    assert differences(running) == []


def test_scaling_needs_both_written_down(running: Pilot, lead: User) -> None:
    SpecificationLine.objects.filter(pilot=running, version__isnull=True).delete()
    with pytest.raises(actions.GateShut, match="what is to be bought"):
        decide(running, lead)
    running.versions.all().delete()
    with pytest.raises(actions.GateShut, match="what was piloted"):
        decide(running, lead)


def test_what_nobody_wrote_down_differs_from_nothing(lead_client: Client, running: Pilot) -> None:
    args = [running.partnership.slug, running.pk]
    SpecificationLine.objects.filter(pilot=running, version__isnull=False).delete()
    for name in ("specification", "decide"):
        page = lead_client.get(reverse(f"pilots:{name}", args=args)).text
        assert "What is to be bought differs" not in page
        assert "What is to be bought is what was piloted." not in page
    # A change made the version before anybody wrote down what it is: that is still asked for.
    page = lead_client.get(reverse("pilots:specification", args=args)).text
    assert running.versions.exists()
    assert running.technology_on
    assert reverse("pilots:edit_specification", args=args) in page


def test_every_group_is_asked_unless_it_is_stopped(running: Pilot, lead: User) -> None:
    GroupView.objects.filter(pilot=running, group="company").delete()
    with pytest.raises(actions.GateShut, match="Record what “"):
        decide(running, lead)
    record_view(
        pilot=running, by=lead, group="company", text="Asked twice, no answer.", said_by="Lead",
        said_on=day(),
    )  # fmt: skip
    decide(running, lead)
    with pytest.raises(actions.ChangeFixed):
        record_view(pilot=running, by=lead, group="company", text="Yes", said_by="X", said_on=day())


def test_who_is_not_heard_yet_stands_above_the_form(running: Pilot, lead_client: Client) -> None:
    """On a phone the five groups come after the form, and are needed before it is sent."""
    GroupView.objects.filter(pilot=running, group=Group.RESIDENT).delete()
    args = [running.partnership.slug, running.pk]
    page = lead_client.get(reverse("pilots:decide", args=args)).text
    before, _form, _after = page.partition("Record the decision")
    assert "Not recorded yet: Residents" in before


def test_a_stop_asks_the_groups_or_says_why_not(
    running: Pilot, lead: User, lead_client: Client, client: Client
) -> None:
    GroupView.objects.filter(group="resident").delete()
    SpecificationLine.objects.all().delete()
    with pytest.raises(actions.GateShut, match="about stopping: Residents"):
        decide(running, lead, "stop")
    address = reverse("pilots:decide", args=[running.partnership.slug, running.pk])
    form = {"kind": "stop", "reason": "A lamp fell.", "decided_by": "Council", "decided_on": day()}
    assert "why they were not asked before" in lead_client.post(address, form).text
    assert Pilot.objects.get(pk=running.pk).measuring
    why = "A lamp fell on the path; nobody could be asked that night."
    assert lead_client.post(address, {**form, "unheard_reason": why}).status_code == 302
    assert not Pilot.objects.get(pk=running.pk).measuring
    page = client.get(reverse("pilots:pilot", args=[running.partnership.slug, running.pk])).text
    assert why in page


def test_after_a_stop_the_groups_are_asked(running: Pilot, lead: User) -> None:
    GroupView.objects.filter(group="resident").delete()
    decide(running, lead, "stop", unheard_reason="Danger.")
    words = {"text": "Good that it stopped.", "said_by": "A meeting", "said_on": day()}
    view = record_view(pilot=running, by=lead, group="resident", **words)
    assert view.heard
    with pytest.raises(ChangeFixed, match="What was said before stays"):
        record_view(pilot=running, by=lead, group="company", **words)
    Pilot.objects.filter(pk=running.pk).update(decided_on=day(-29))
    GroupView.objects.filter(group="resident").delete()
    with pytest.raises(ChangeFixed, match="decided"):
        record_view(pilot=running, by=lead, group="resident", **words)


def test_a_stop_with_every_group_asked_needs_no_more(running: Pilot, lead: User) -> None:
    SpecificationLine.objects.all().delete()
    assert decide(running, lead, "stop").unheard_reason == ""


def test_every_change_is_a_version_also_where_the_technology_stays(
    running: Pilot, lead: User
) -> None:
    newer = actions.record_change(
        pilot=running, by=lead, you_said="Dark", we_did="Brighter", changed_on=day(-5),
        version="Brighter lamps", lines=[(LUMENS, "2,500 lm")],
    )  # fmt: skip
    # Written down late: it goes where its day belongs.
    late = actions.record_change(
        pilot=running, by=lead, you_said="Noise", we_did="Off at ten", changed_on=day(-9)
    )
    for one in (newer, late):
        one.refresh_from_db()
    assert newer.version is not None
    assert late.version is not None
    assert (late.version.number, newer.version.number) == (2, 3)
    assert late.version.what == "Off at ten"
    assert [line.value for line in late.version.lines.all()] == ["2,326 lm"]
    moved = change_change(change=late, by=lead, values={"changed_on": day(-3)})
    newer.version.refresh_from_db()
    assert moved.version is not None
    assert (newer.version.number, moved.version.number) == (2, 3)
    assert [line.value for line in moved.version.lines.all()] == ["2,500 lm"]
    delete_change(change=Change.objects.get(pk=late.pk), by=lead)
    assert list(running.versions.values_list("number", flat=True)) == [1, 2]


def test_properties_written_down_after_a_change_are_those_of_all(
    partnership: Partnership, running: Pilot, lead: User
) -> None:
    running.versions.all().delete()
    actions.record_change(
        pilot=running, by=lead, you_said="Noise", we_did="Off at ten", changed_on=day(-2)
    )
    specification.set_specification(pilot=running, by=lead, lines=[(LUMENS, "2,326 lm")])
    assert [one.number for one in running.versions.all()] == [1, 2]
    assert all(one.lines.get().value == "2,326 lm" for one in running.versions.all())
    with pytest.raises(specification.SpecificationFixed):
        specification.set_specification(pilot=running, by=lead, lines=[(LUMENS, "1 lm")])


def test_a_change_of_the_technology_is_a_new_version(running: Pilot, lead: User) -> None:
    with pytest.raises(specification.SpecificationFixed, match="new version"):
        specification.set_specification(pilot=running, by=lead, lines=[(LUMENS, "1 lm")])
    actions.record_change(
        pilot=running, by=lead, you_said="Too bright", we_did="Dimmed", changed_on=day(-1),
        version="Dimmed by half", lines=[(LUMENS, "1,163 lm")],
    )  # fmt: skip
    version = current_version(running)
    assert version is not None
    assert (version.number, version.from_on) == (2, day(-1))
    assert piloted_lines(running) == [(LUMENS, "1,163 lm")]
    # For a day it was tried: what was piloted is still what came before.
    assert differences(running) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("2,326 lm", "Line 1: write the property, a colon"),
        ("a: 1\nA: 2", "Line 2: “A” stands above"),
        ("a:", "Line 1"),
    ],
)
def test_bad_lines_name_the_line(
    running: Pilot, lead_client: Client, lines: str, message: str
) -> None:
    address = reverse("pilots:edit_bought", args=[running.partnership.slug, running.pk])
    assert message in lead_client.post(address, {"lines": lines}).text


def test_pages_of_specification_and_decision(
    running: Pilot, lead_client: Client, client: Client
) -> None:
    args = [running.partnership.slug, running.pk]
    lead_client.post(reverse("pilots:edit_bought", args=args), {"lines": f"{LUMENS}: 2,800 lm"})
    public = client.get(reverse("pilots:specification", args=args)).text
    assert "What is to be bought differs" in public
    assert "edit" not in public.split("<main")[1].split("</main")[0].lower().replace("edited", "")
    decide_page = lead_client.get(reverse("pilots:decide", args=args)).text
    assert "to be bought 2,800 lm" in decide_page
    answer = lead_client.post(
        reverse("pilots:group_view", args=[*args, "academic"]),
        {
            "text": "Measure longer.",
            "said_by": "Institute",
            "said_on": day().isoformat(),
            "heard": "yes",
        },
    )
    assert answer.status_code == 302
    assert GroupView.objects.get(pilot=running, group="academic").text == "Measure longer."
    assert lead_client.get(reverse("pilots:group_view", args=[*args, "nobody"])).status_code == 404


def test_how_all_pilots_ended(
    running: Pilot, lead: User, partnership: Partnership, client: Client
) -> None:
    assert endings(made_up=False).rate is None
    decide(running, lead, "expand")
    for title, due in (("Late", day(-5)), ("Planned", day(5))):
        # A device may not stand longer than the day of the decision allows: the day comes after it.
        made = make_pilot(partnership, lead, title=title)
        Pilot.objects.filter(pk=made.pk).update(decision_due_on=due)
    stopped = make_pilot(partnership, lead, title="Stopped")
    decide(stopped, lead, "stop")
    found = endings(made_up=False)
    assert (found.pilots, found.ended, found.scaled, found.rate) == (4, 2, 1, 0.5)
    rows = {row.code: (row.count, row.median_days) for row in found.rows}
    assert rows["expand"] == (1, 30)
    assert rows["overdue"] == (1, None)
    assert rows["planned"] == (1, None)
    assert rows["stop"] == (1, None)
    record = client.get(reverse("endings_json")).json()
    assert record["real"]["endings"]["expand"] == {"count": 1, "median_days": 30}
    page = client.get(reverse("endings")).text
    assert "1 of 2 decided pilots was scaled" in page or "1 of 2 decided pilots were scaled" in page


@pytest.mark.parametrize("again", [False, True])
def test_days_count_from_when_the_technology_came_on_first(
    running: Pilot, lead: User, again: bool
) -> None:
    """Its gate, opened again, makes no pilot one in preparation, and no long pilot a short one."""
    actions.reopen_gate(gate=running.gates.get(kind="technology"), by=lead, reason="Wrong lamp")

    def rows() -> dict[str, tuple[int, int | None]]:
        found = endings(made_up=False).rows
        return {row.code: (row.count, row.median_days) for row in found if row.count}

    assert rows() == {"running": (1, None)}
    if again:
        pass_one(running, lead, "technology", day())
    actions.decide(
        pilot=running, by=lead, kind="stop", reason="Glare", decided_by="Council", decided_on=day()
    )
    assert rows() == {"stop": (1, 30)}


def test_a_change_and_its_version_keep_together(running: Pilot, lead: User) -> None:
    def changed(on: int, what: str) -> Change:
        return actions.record_change(
            pilot=running, by=lead, you_said="Too bright", we_did="Dimmed", changed_on=day(on),
            version=what, lines=[(LUMENS, what)],
        )  # fmt: skip

    first, second = changed(-9, "1,200 lm"), changed(-5, "1,100 lm")
    with pytest.raises(specification.SpecificationFixed, match="Version 3 is from"):
        changed(-6, "900 lm")
    with pytest.raises(specification.SpecificationFixed, match="A later version"):
        actions.delete_change(change=first, by=lead)
    with pytest.raises(specification.SpecificationFixed, match="Version 2 is from"):
        actions.change_change(change=second, by=lead, values={"changed_on": day(-10)})
    actions.change_change(change=second, by=lead, values={"changed_on": day(-4)})
    version = current_version(running)
    assert version is not None
    assert (version.number, version.from_on) == (3, day(-4))
    actions.delete_change(change=second, by=lead)
    assert piloted_lines(running) == [(LUMENS, "1,200 lm")]


def test_a_change_that_kept_a_commitment_stays(
    running: Pilot, lead: User, lead_client: Client
) -> None:
    values = {"you_said": "Too bright", "owner": "Office", "due_on": day(9)}
    promise = commitments.make_commitment(pilot=running, by=lead, values=values)
    change = commitments.keep_commitment(
        commitment=promise, by=lead, we_did="Dimmed", done_on=day(-1)
    )
    args = [running.partnership.slug, running.pk, change.pk]
    answer = lead_client.post(reverse("pilots:delete_change", args=args), follow=True)
    assert "A commitment was kept by this" in answer.text
    assert Change.objects.filter(pk=change.pk).exists()


def test_of_a_late_joiner_too_what_was_piloted_is_not_rewritten(pilot: Pilot, lead: User) -> None:
    actions.join_late(pilot=pilot, by=lead, technology_on=day(-100))
    with pytest.raises(specification.SpecificationFixed, match="new version"):
        specification.set_specification(pilot=pilot, by=lead, lines=[(LUMENS, "2,800 lm")])
    pilot.versions.all().delete()
    made = specification.set_specification(pilot=pilot, by=lead, lines=[(LUMENS, "2,326 lm")])
    made.refresh_from_db()
    assert (made.number, made.from_on, made.written_on) == (1, day(-100), day())


def test_what_was_written_down_late_was_not_piloted(
    running: Pilot, lead: User, client: Client
) -> None:
    """The way round: write down what is bought as what was piloted, once the technology is on."""
    lines = [(LUMENS, "2,800 lm")]
    running.versions.all().delete()
    specification.set_specification(pilot=running, by=lead, lines=lines)
    specification.set_bought(pilot=running, by=lead, lines=lines)
    assert [(one.piloted, one.bought) for one in differences(running)] == [("", "2,800 lm")]
    with pytest.raises(actions.GateShut, match="after the technology came on"):
        decide(running, lead)
    page = reverse("pilots:specification", args=[running.partnership.slug, running.pk])
    assert "after the technology came on" in client.get(page).text
    running.versions.update(written_on=day(-28))
    assert differences(running) == []
    assert decide(running, lead).scales


def test_what_was_on_once_is_not_rewritten_by_opening_the_gate_again(
    running: Pilot, lead: User, lead_client: Client
) -> None:
    """The third way: open the gate, write down what is bought, pass the gate of today."""
    lines = [(LUMENS, "2,800 lm")]
    gate = running.gates.get(kind="technology")
    actions.reopen_gate(gate=gate, by=lead, reason="A typing error")
    with pytest.raises(specification.SpecificationFixed, match="was on before"):
        specification.set_specification(pilot=running, by=lead, lines=lines)
    page = lead_client.get(
        reverse("pilots:specification", args=[running.partnership.slug, running.pk])
    ).text
    assert "The technology changed: a new version" in page
    assert "specification/edit" not in page
    # Where nothing was written down before, it is from today on, whatever the gate says anew.
    running.versions.all().delete()
    specification.set_specification(pilot=running, by=lead, lines=lines)
    specification.set_bought(pilot=running, by=lead, lines=lines)
    pass_one(running, lead, "technology", day())
    kept = Pilot.objects.get(pk=running.pk)
    assert [(one.piloted, one.bought) for one in differences(kept)] == [("", "2,800 lm")]


def test_a_version_written_down_late_counts_from_that_day(running: Pilot, lead: User) -> None:
    lines = [(LUMENS, "2,800 lm")]
    specification.set_bought(pilot=running, by=lead, lines=lines)
    actions.record_change(
        pilot=running, by=lead, you_said="Dark", we_did="Brighter", changed_on=day(-29),
        version="Brighter lamps", lines=lines,
    )  # fmt: skip
    assert [one.piloted for one in differences(running)] == ["2,326 lm"]


def test_the_technology_waits_for_what_is_piloted(measuring: Pilot, lead: User) -> None:
    pass_up_to(measuring, lead, "baseline")
    measuring.versions.all().delete()
    [missing] = gate_obstacles(measuring, "technology")
    assert "Write down what is piloted" in str(missing.text)
    assert "specification/edit" in missing.url
    with pytest.raises(actions.GateShut, match="Write down what is piloted"):
        pass_one(measuring, lead, "technology", day())
    specification.set_specification(pilot=measuring, by=lead, lines=[(LUMENS, "2,326 lm")])
    pass_one(measuring, lead, "technology", day())
    specification.set_bought(pilot=measuring, by=lead, lines=[(LUMENS, "2,326 lm")])
    assert differences(Pilot.objects.get(pk=measuring.pk)) == []


def test_nobody_is_said_to_be_first_in_the_world(db: None, client: Client) -> None:
    page = client.get(reverse("endings")).text
    assert "We found no city that publishes this share" in page
    assert "No city has published" not in page


def test_what_a_group_said_stays_after_the_decision(
    running: Pilot, lead: User, lead_client: Client
) -> None:
    decide(running, lead, "stop")
    args = [running.partnership.slug, running.pk, "academic"]
    sent = {
        "text": "Wait.",
        "said_by": "Institute",
        "said_on": day().isoformat(),
        "heard": "yes",
    }
    answer = lead_client.post(reverse("pilots:group_view", args=args), sent)
    assert "This pilot is decided." in answer.text
    assert GroupView.objects.get(pilot=running, group="academic").text == "Go on."
