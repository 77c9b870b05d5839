"""Who really reads something: every role is sent to the pages, under several tables of roles."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from django.test import Client

from lamppost.accounts.roles import RIGHTS_OF_ROLE, Right, Role

# Each role has the rights of the table, or these and no others.
OTHER_TABLES: list[dict[str, set[Right]]] = [
    {},
    {Role.ANALYST: {Right.MODERATE}, Role.FACILITATOR: {Right.VIEW_DESK}},
    {
        Role.COMPANY: {Right.EDIT_VISION, Right.EDIT_PILOTS},
        Role.OBSERVER: {Right.ENTER_PAPER, Right.VIEW_FEEDBACK},
        Role.LEAD: set(),
    },
    {Role.RESEARCHER: {Right.EXPORT_PRIVATE}, Role.ORGANISATION: set()},
]
each_table = pytest.mark.parametrize("table", OTHER_TABLES)


def let_roles(monkeypatch: pytest.MonkeyPatch, table: Mapping[str, Iterable[Right]]) -> None:
    """Give these roles these rights and no others."""
    for role, rights in table.items():
        monkeypatch.setitem(RIGHTS_OF_ROLE, role, frozenset(rights))


def named_in(sentence: str) -> set[Role]:
    """The roles that a sentence names."""
    return {role for role in Role if str(role.label) in sentence}


def exported(client: Client, slug: str) -> str:
    """All tables of the private export, or nothing for whoever may not download it."""
    answer: Any = client.post(f"/p/{slug}/story/export/private/")
    if answer.status_code != 200:
        return ""
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    return "".join(packed.read(name).decode() for name in packed.namelist() if name[-4:] == ".csv")


def roles_that_read(
    words: str, slug: str, signed_in: Callable[[Role], Client], *addresses: str
) -> set[Role]:
    """The roles that find the words at one of the addresses, or in the private export."""

    def reads(client: Client) -> bool:
        answers: Any = (client.get(f"/p/{slug}/{address}") for address in addresses)
        on_a_page = any(one.status_code == 200 and words in one.text for one in answers)
        return on_a_page or words in exported(client, slug)

    assert not reads(Client())
    return {role for role in Role if reads(signed_in(role))}
