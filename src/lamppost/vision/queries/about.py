"""What voters say of themselves at the end: what may be chosen, what was said, how many said it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lamppost.accounts.models import Partnership
from lamppost.engines.suppression import release_count, suppress
from lamppost.stakeholders.models import Group, Target
from lamppost.stakeholders.queries import neighbourhoods
from lamppost.voices.models import Participant

from ..models import Characteristic, Conversation, PopulationShare, Vote

AGE_BANDS: tuple[tuple[str, Promise], ...] = (
    ("under-18", gettext_lazy("under 18")),
    ("18-29", gettext_lazy("18 to 29")),
    ("30-44", gettext_lazy("30 to 44")),
    ("45-59", gettext_lazy("45 to 59")),
    ("60-74", gettext_lazy("60 to 74")),
    ("75-up", gettext_lazy("75 or older")),
)
ELSEWHERE = "elsewhere"
ASKS: dict[str, Promise] = {
    "age": gettext_lazy("How old are you?"),
    "neighbourhood": gettext_lazy("Where do you live or work?"),
    "group": gettext_lazy("Which group are you part of?"),
}
Choices = list[tuple[str, str]]


def choices_of(partnership: Partnership, question: str) -> Choices:
    """Return value and label of what may be chosen; nothing for a question without choices."""
    if question == Characteristic.Question.AGE:
        return [(value, str(label)) for value, label in AGE_BANDS]
    if question == Characteristic.Question.GROUP:
        return [(value, str(label)) for value, label in Group.choices]
    if question != Characteristic.Question.NEIGHBOURHOOD:
        return []
    targets = Target.objects.filter(
        partnership=partnership, dimension=Target.Dimension.NEIGHBOURHOOD
    ).values_list("value", flat=True)
    shares = PopulationShare.objects.filter(partnership=partnership, question=question).values_list(
        "value", flat=True
    )
    names = {*targets, *shares, *neighbourhoods(partnership)} - {ELSEWHERE}
    named = [(name, name) for name in sorted(names, key=str.casefold)]
    return [*named, (ELSEWHERE, str(gettext_lazy("Somewhere else")))] if named else []


@dataclass(frozen=True)
class AboutQuestion:
    """One question about the voter, and what they said.

    Attributes
    ----------
    code
        ``age``, ``neighbourhood`` or ``group``.
    title
        As it is asked.
    choices
        What may be chosen: value and label.
    said
        The value that they chose, or empty.
    """

    code: str
    title: str
    choices: Choices
    said: str = ""

    @property
    def said_label(self) -> str:
        return dict(self.choices).get(self.said, self.said)


def about_questions(
    conversation: Conversation, participant: Participant | None
) -> list[AboutQuestion]:
    """Return the questions that this conversation asks, those with choices, in a fixed order."""
    said: dict[str, str] = {}
    asked = [code for code in ASKS if code in conversation.asks]
    if asked and participant is not None:
        said = dict(participant.characteristics.values_list("question", "value"))
    found = []
    for code in asked:
        choices = choices_of(conversation.partnership, code)
        if choices:
            found.append(AboutQuestion(code, str(ASKS[code]), choices, said.get(code, "")))
    return found


@dataclass(frozen=True)
class CharacteristicCount:
    """How many voters said this of themselves.

    Attributes
    ----------
    count
        At least so many; None where it is not shown.
    share
        Of the population, 0 to 1; None where nobody gave it.
    """

    question: str
    value: str
    label: str
    count: int | None
    share: float | None


def characteristic_counts(conversation: Conversation) -> dict[str, list[CharacteristicCount]]:
    """Return for each question how many voters said what, as it may be shown.

    Small counts are hidden, and others so that none can be computed back from how many voted;
    what is left moves in steps ("at least").
    """
    shares = {
        (one.question, one.value): one.share
        for one in PopulationShare.objects.filter(partnership=conversation.partnership_id)
    }
    voters = Vote.objects.filter(statement__conversation=conversation).values("participant")
    people = voters.distinct().count()
    said = Counter(
        Characteristic.objects.filter(participant__in=voters).values_list("question", "value")
    )
    found = {}
    for question in ASKS:
        choices = dict(choices_of(conversation.partnership, question))
        named = {value for asked, value in said if asked == question}
        choices |= {value: value for value in sorted(named) if value not in choices}
        counts = [said[question, value] for value in choices]
        if not sum(counts):
            continue
        shown = suppress([*counts, people - sum(counts)]).cells[0]
        found[question] = [
            CharacteristicCount(
                question,
                value,
                label,
                None if count is None else release_count(count),
                shares.get((question, value)),
            )
            for (value, label), count in zip(choices.items(), shown[:-1], strict=True)
        ]
    return found


def population_shares(partnership: Partnership) -> tuple[dict[str, dict[str, float]], str]:
    """Return question → value → share of the population, and where it is from."""
    found: dict[str, dict[str, float]] = {}
    source = ""
    order = {value: place for place, (value, _label) in enumerate(AGE_BANDS)}
    rows = list(PopulationShare.objects.filter(partnership=partnership))
    for one in sorted(rows, key=lambda one: (one.question, order.get(one.value, 99), one.pk)):
        found.setdefault(one.question, {})[one.value] = one.share
        source = one.source
    return found, source
