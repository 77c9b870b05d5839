"""Whatever people write, it comes back as it was; whatever they vote, too."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lamppost.accounts.models import Partnership
from lamppost.pilots.models import Pilot, Site
from lamppost.stakeholders.models import Stakeholder
from lamppost.story.actions import export_folder, import_folder
from lamppost.story.publish import Publisher
from lamppost.story.reading import read_package
from lamppost.story.schema.types import Field
from lamppost.story.values import cell_of, value_of
from lamppost.vision.models import Conversation, Statement, Vote
from lamppost.voices.models import Participant, Voice

NOW = dt.datetime(2026, 3, 4, 12, 30, 0, 123456, dt.UTC)
# No NUL (no database takes it) and no halves of surrogate pairs (no text).
LETTERS = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
TEXTS = st.text(LETTERS, min_size=1, max_size=60)
TRICKY = st.sampled_from(
    ["=1+1", "'=1", "''-", "-5", "+44", "@x", "\t=", "a\nb", "a\r\nb", '"', ",", "'", " ", "\r"]
)  # fmt: skip
WORDS = st.one_of(TEXTS, TRICKY)
MOMENTS = st.datetimes(
    min_value=dt.datetime(1970, 1, 1),
    max_value=dt.datetime(2200, 1, 1),
    timezones=st.sampled_from(
        [
            dt.UTC,
            dt.timezone(dt.timedelta(hours=5, minutes=30)),
            dt.timezone(-dt.timedelta(hours=8)),
        ]
    ),
)


def through_csv(value: object, kind: str) -> object:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([cell_of(value), "end"])
    (cells,) = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)
    return value_of(Field("x", kind, ""), cells[0])  # type: ignore[arg-type]


@given(WORDS)
def test_text_survives_a_file(text: str) -> None:
    assert through_csv(text, "string") == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_a_file_to_the_last_digit(number: float) -> None:
    assert through_csv(number, "number") == number


@given(MOMENTS)
def test_moments_survive_a_file_to_the_microsecond(moment: dt.datetime) -> None:
    assert through_csv(moment, "datetime") == moment


@given(st.dictionaries(TEXTS, st.one_of(st.none(), st.integers(), TEXTS), max_size=4))
def test_records_survive_a_file(record: dict[str, object]) -> None:
    assert through_csv(record, "object") == record


class RoundTrip(TestCase):
    """Export → import → export gives the same files."""

    @given(
        names=st.lists(WORDS, min_size=1, max_size=4, unique=True),
        words=st.lists(WORDS, min_size=1, max_size=4),
        votes=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=12),
        value=st.integers(-1, 1),
        place=st.floats(-80, 80),
    )
    @settings(max_examples=20, deadline=None)
    def test_private_folder_comes_back_as_it_was(self, names, words, votes, value, place) -> None:
        partnership = make(names, words, votes, value, place)
        with tempfile.TemporaryDirectory() as folder:
            first, second = Path(folder) / "first", Path(folder) / "second"
            export_folder(partnership=partnership, folder=first, private=True)
            partnership.pilots.all().delete()
            partnership.delete()
            again = import_folder(folder=first).partnership
            export_folder(partnership=again, folder=second, private=True)
            for path in sorted(first.glob("*.csv")):
                if path.name != "ledger.csv":
                    assert path.read_bytes() == (second / path.name).read_bytes(), path.name
            package = read_package(second)
            assert [row["name"] for row in package.rows("stakeholders")] == names
            # What is public of the database is what is public of the folder.
            of_folder = [row["text"] for row in Publisher(package).rows("statements")]
            assert len(of_folder) == sum(number % 2 == 0 for number in range(len(words)))


def make(
    names: list[str], words: list[str], votes: set[tuple[int, int]], value: int, place: float
) -> Partnership:
    partnership = Partnership.objects.create(slug="round", name="Round trip", created_at=NOW)
    for name in names:
        Stakeholder.objects.create(
            partnership=partnership, name=name, group="resident", concerns=name, created_at=NOW
        )
    people = Participant.objects.bulk_create(
        Participant(partnership=partnership, key=f"{number:064x}", created_at=NOW)
        for number in range(6)
    )
    question = Conversation.objects.create(
        partnership=partnership, code="roundtr", question="What?", created_at=NOW
    )
    statements = []
    for number, text in enumerate(words):
        consented = number % 2 == 0
        voice = Voice.objects.create(
            partnership=partnership,
            kind="statement",
            text=text,
            public_text="shown",
            consent="public" if consented else "none",
            consent_wording="x" if consented else "",
            consent_at=timezone.now() if consented else None,
            state="accepted",
            said_at=NOW,
        )
        statements.append(
            Statement.objects.create(conversation=question, voice=voice, number=number)
        )
    Vote.objects.bulk_create(
        Vote(participant=people[who], statement=statements[what], value=value, cast_at=NOW)
        for who, what in sorted(votes)
        if what < len(statements)
    )
    pilot = Pilot.objects.create(
        partnership=partnership, title="Pilot", playbook="x", problem="x", owner_department="x",
        created_at=NOW,
    )  # fmt: skip
    Site.objects.create(pilot=pilot, code="roundsite", name="Here", latitude=place, longitude=place)
    return partnership
