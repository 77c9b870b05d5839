"""Whoever erases everything in one window while another answers at a site: no fault."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lamppost.pilots.models import Feedback, PulseAnswer, PulseQuestion, PulseRound, Site
from lamppost.pilots.views import pulse_resident
from lamppost.voices import visitors
from lamppost.voices.models import Participant

# Foreign keys are looked at when a transaction ends.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def erasing(monkeypatch: pytest.MonkeyPatch, module: object) -> list[int]:
    """The first participant that a view finds there is erased before it acts."""
    found = visitors.participant_for
    calls: list[int] = []

    def once(*args: object, **kwargs: object) -> object:
        participant, device = found(*args, **kwargs)  # type: ignore[arg-type]
        calls.append(participant.pk)
        if len(calls) == 1:
            Participant.objects.filter(pk=participant.pk).delete()
        return participant, device

    monkeypatch.setattr(module, "participant_for", once)
    return calls


def test_feedback_is_theirs_anew(
    client: Client, asked: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = erasing(monkeypatch, visitors)
    sent = client.post(reverse("site", args=[asked[0].code]), {"answer": "better"})
    assert sent.status_code in (302, 303)
    assert len(calls) == 2
    assert Feedback.objects.count() == 1


def test_an_answer_to_the_pulse_is_theirs_anew(
    client: Client,
    open_now: PulseRound,
    question: PulseQuestion,
    sites: list[Site],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = reverse("site_pulse", args=[sites[0].code])
    wording = client.get(address).context["wording"]
    calls = erasing(monkeypatch, pulse_resident)
    sent = client.post(address, {"wording": wording, "question": question.pk, "answer": "1"})
    assert sent.status_code == 302
    assert len(calls) == 2
    assert PulseAnswer.objects.count() == 1
