"""A foreign key written as a string is not an import: this walks the model graph itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

import lamppost

# fmt: off
ORDER = [
    "base", "accounts", "voices", "stakeholders", "network", "vision", "pilots", "sensing",
    "impact", "lessons", "story", "lamppost_site", "demo",
]
# fmt: on
OUTSIDE = {"auth", "contenttypes", "sessions"}


def backward_links(found: Iterable[type[models.Model]]) -> list[str]:
    """Return the relations that lead from an earlier stage to a later one."""
    wrong = []
    for model in found:
        here = model._meta.app_label
        if here not in ORDER:
            continue
        for field in model._meta.get_fields():
            target = _target(field)
            if target is None or target in OUTSIDE:
                continue
            if target not in ORDER or ORDER.index(target) > ORDER.index(here):
                wrong.append(f"{here}.{model.__name__}.{field.name} -> {target}")
    return wrong


def _target(field: Any) -> str | None:
    if not field.concrete or not field.is_relation:
        return None
    return str(field.related_model._meta.app_label)


def test_links_lead_to_earlier_stages_only() -> None:
    assert backward_links(apps.get_models()) == []


@isolate_apps("lamppost.vision", "lamppost.pilots", attr_name="isolated")
def test_a_string_foreign_key_to_a_later_stage_is_found() -> None:
    class Pilot(models.Model):
        class Meta:
            app_label = "pilots"

    class Spoiled(models.Model):
        pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE)
        pilots = models.ManyToManyField("pilots.Pilot", related_name="+")

        class Meta:
            app_label = "vision"

    assert backward_links([Spoiled]) == [
        "vision.Spoiled.pilot -> pilots",
        "vision.Spoiled.pilots -> pilots",
    ]


def test_no_signals_and_no_models_by_name() -> None:
    """Both would slip past the import contracts."""
    root = Path(lamppost.__file__).parent
    found = [
        f"{file.relative_to(root)}: {word}"
        for file in root.rglob("*.py")
        if "migrations" not in file.parts
        for word in ("apps.get_model(", "django.db.models.signals", "django.dispatch")
        if word in file.read_text(encoding="utf-8")
    ]
    assert found == []
