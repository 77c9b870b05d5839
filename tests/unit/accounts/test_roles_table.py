"""The page of roles is what the code says."""

from __future__ import annotations

from pathlib import Path

from lamppost.accounts.roles import Right, Role, rights_of
from lamppost.accounts.roles_table import roles_table

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "roles.md"


def test_the_page_equals_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == roles_table()


def test_the_table_names_every_right_and_counts_them() -> None:
    table = roles_table()
    for right in Right:
        assert f"(`{right.value}`)" in table
    assert table.count(" yes ") == sum(len(rights_of(role)) for role in Role)


def test_a_company_never_moderates_and_a_lead_writes_no_organisations_view() -> None:
    assert Right.MODERATE not in rights_of(Role.COMPANY)
    assert Right.WRITE_VIEW not in rights_of(Role.LEAD)
    assert rights_of("somebody") == frozenset()
