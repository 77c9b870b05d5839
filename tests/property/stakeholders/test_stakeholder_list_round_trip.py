"""Whatever stands in the list: written as CSV and read again, it is the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamppost.accounts.models import Partnership
from lamppost.base.spreadsheet import guard, read_csv, unguard, write_csv
from lamppost.stakeholders.exchange import COLUMNS, list_csv, read_list
from lamppost.stakeholders.models import Group, Stakeholder

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=60
).map(str.strip)
RISKY = st.sampled_from(["=1+1", "+x", "-y", "@z", "'=a", "''-b", "'plain", '"q"', "a;b,c"])
CELL = TEXT | RISKY


@settings(deadline=None)
@given(CELL)
def test_guard_is_undone(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@"))


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_csv_is_read_as_written(rows: list[tuple[str, str]]) -> None:
    rows = [(f"x{first}", second.strip(" ")) for first, second in rows]
    text = write_csv(["a", "b"], rows)
    read = read_csv(text.encode(), most_bytes=10**6, most_rows=100)
    assert [tuple(row) for row in read[1:]] == rows


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "name": CELL.filter(bool),
            "group": st.sampled_from(Group.values),
            "kind": st.sampled_from(Stakeholder.Kind.values),
            "status": st.sampled_from(Stakeholder.Status.values),
            "influence": st.integers(1, 5),
            "interest": st.integers(1, 5),
            "neighbourhood": CELL,
            "concerns": CELL,
            "contact": CELL,
            "contact_preference": st.sampled_from(["phone", "post", "in_person", "none"]),
            "language": st.sampled_from(["en", "ar", "zh-hans"]),
        }
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: (one["name"].casefold(), one["group"], one["kind"]),
)


@pytest.mark.django_db
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(PEOPLE)
def test_list_is_read_as_written(partnership: Partnership, people: list[dict[str, Any]]) -> None:
    Stakeholder.objects.filter(partnership=partnership).delete()
    now = timezone.now()
    for one in people:
        Stakeholder.objects.create(partnership=partnership, created_at=now, **one)
    reading = read_list(partnership, list_csv(partnership, private=True).encode())
    assert reading.faults == ()
    assert reading.new == ()
    read = {row.pk: dict(row.values) for row in reading.rows}
    stored = {
        one.pk: {name: getattr(one, name) for name in COLUMNS if name != "organisation"}
        for one in Stakeholder.objects.filter(partnership=partnership)
    }
    assert read == stored
