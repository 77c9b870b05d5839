"""The schema says exactly what the models hold, and the reference page what the schema says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from lamppost.accounts.models import Invitation, LedgerEntry, Membership, Partnership, User
from lamppost.accounts.roles import Role
from lamppost.story.bindings import BINDINGS, LEFT_OUT, NEVER, columns_of
from lamppost.story.schema import BY_NAME, RESOURCES, folder_page

ROOT = Path(__file__).resolve().parents[3]
BY_HAND = {Partnership, Membership, LedgerEntry}
IN_THE_ISSUE = (
    *("stakeholders", "statements", "votes", "feedback", "sites", "observations"),
    *("plan", "decisions", "lesson"),
)


def test_the_files_that_the_format_promises_are_there() -> None:
    assert set(IN_THE_ISSUE) <= set(BY_NAME)
    assert BY_NAME["votes"].form == "private", "single votes undo what protects small groups"
    assert all(BY_NAME[name].form == "both" for name in IN_THE_ISSUE if name != "votes")


def test_names_are_unique_and_every_reference_leads_upwards() -> None:
    assert len(BY_NAME) == len(RESOURCES)
    seen: set[str] = set()
    for resource in RESOURCES:
        seen.add(resource.name)
        for field in resource.fields:
            assert not field.to or field.to in seen, (resource.name, field.name)
        for form in ("private", "public"):
            names = [field.name for field in resource.fields_in(form)]
            assert len(names) == len(set(names))
        every = {field.name for field in resource.fields}
        for columns in (*resource.unique, *resource.one_of, resource.key):
            assert every.issuperset(columns)


def _leads_to_partnership(model: type[models.Model], seen: frozenset[type] = frozenset()) -> bool:
    if model is Partnership:
        return True
    return any(
        isinstance(field, models.ForeignKey)
        and field.related_model not in seen
        and _leads_to_partnership(field.related_model, seen | {model})
        for field in model._meta.get_fields()
    )


def test_every_record_of_a_partnership_is_exported_or_left_out_with_a_reason() -> None:
    bound = {binding.model for binding in BINDINGS.values()} | BY_HAND
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("lamppost.") and _leads_to_partnership(model):
            assert model in bound or model._meta.label in LEFT_OUT, model._meta.label


@pytest.mark.parametrize("name", sorted(BINDINGS))
def test_every_column_of_a_model_is_exported(name: str) -> None:
    binding = BINDINGS[name]
    exported = {attribute.split("__")[0] for attribute in columns_of(name).values()}
    for field in binding.model._meta.concrete_fields:
        if field.name in NEVER.get(binding.model._meta.label, {}):
            assert not exported & {field.name, field.attname}
        elif field.related_model is not Partnership and not isinstance(
            field, models.CompositePrimaryKey
        ):
            is_key = field.primary_key and "pk" in exported
            assert is_key or exported & {field.name, field.attname}, field.name


@pytest.mark.parametrize("name", sorted(BINDINGS))
def test_choices_and_lengths_are_those_of_the_model(name: str) -> None:
    model = BINDINGS[name].model
    for column, attribute in columns_of(name).items():
        if column == "id" or "__" in attribute:
            continue
        known, ours = model._meta.get_field(attribute), BY_NAME[name].field(column)
        assert ours is not None
        if ours.to:
            assert known.is_relation
            continue
        choices = [value for value, _label in known.choices or ()]
        if choices and ours.kind == "string":
            assert list(ours.allowed) == choices, column
        if isinstance(known, models.CharField | models.TextField) and not choices:
            assert ours.longest == known.max_length, column


def test_tables_written_by_hand_follow_their_models() -> None:
    partnership = {field.name for field in Partnership._meta.concrete_fields} - {"id"}
    assert {field.name for field in BY_NAME["partnership"].fields} == partnership
    members = {field.name for field in BY_NAME["members"].fields}
    assert members == {"id", "email", "name", "language", "role", "joined_at", "seen_at"}
    assert members.issubset({f.name for f in (*User._meta.fields, *Membership._meta.fields)})
    assert BY_NAME["members"].field("role").allowed == tuple(Role.values)
    ledger = {field.name for field in LedgerEntry._meta.concrete_fields} - {"partnership"}
    assert ledger <= {field.name for field in BY_NAME["ledger"].fields}
    assert Invitation._meta.get_field("token_hash")


def test_reference_page_is_made_from_the_schema() -> None:
    page = (ROOT / "docs" / "reference" / "folder.md").read_text(encoding="utf-8")
    assert page == folder_page(), "run: make docs"
