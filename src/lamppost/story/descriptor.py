"""What goes beside the tables: ``datapackage.json``, ``README.md``, ``PRIVATE.txt``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .schema import FORMAT, Field, Resource
from .schema.page import table_section

MARK = "lamppost"
CONSTRAINTS = {"low": "minimum", "high": "maximum", "longest": "maxLength"}


@dataclass(frozen=True)
class Checksum:
    """The size of a file in bytes, and its SHA-256 in hexadecimal digits."""

    bytes: int
    sha256: str


def datapackage(
    *,
    slug: str,
    title: str,
    form: str,
    created: dt.datetime,
    resources: Iterable[Resource],
    sums: Mapping[str, Checksum],
) -> dict[str, Any]:
    """Return the descriptor of a folder that holds `resources`.

    Notes
    -----
    Frictionless Data Package, version 1 (specs.frictionlessdata.io), with one further property,
    ``lamppost``, that names the format and says whether the folder is public or private.
    """
    listed = list(resources)
    held = {resource.name for resource in listed}
    return {
        "profile": "tabular-data-package",
        "name": slug,
        "title": title,
        "description": _about(form),
        "created": created.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z",
        "private": form == "private",
        MARK: {"format": FORMAT, "form": form},
        "resources": [
            _resource(resource, form, held) | _sum(sums[resource.name]) for resource in listed
        ],
    }


def _about(form: str) -> str:
    if form == "private":
        return "PRIVATE: the complete record of a partnership. Personal data. Do not pass it on."
    return "Public record of a partnership: consented words, and counts that expose nobody."


def _sum(total: Checksum) -> dict[str, Any]:
    return {"bytes": total.bytes, "hash": f"sha256:{total.sha256}"}


def _resource(resource: Resource, form: str, held: set[str]) -> dict[str, Any]:
    fields = resource.fields_in(form)
    schema: dict[str, Any] = {
        "fields": [_field(field) for field in fields],
        "missingValues": [""],
    }
    if key := resource.key_in(form):
        schema["primaryKey"] = list(key)
    if keys := [_foreign_key(resource, field) for field in fields if field.to in held]:
        schema["foreignKeys"] = keys
    return {
        "name": resource.name,
        "title": resource.title,
        "description": resource.description,
        "path": resource.file_name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
        "schema": schema,
    }


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.required:
        constraints["required"] = True
    if field.allowed:
        constraints["enum"] = list(field.allowed)
    for ours, theirs in CONSTRAINTS.items():
        if ours == "longest" and field.kind == "integer":
            continue  # Frictionless limits the length of texts alone
        if (limit := getattr(field, ours)) is not None:
            # One character more than the text: the apostrophe of a guarded cell.
            constraints[theirs] = limit + 1 if ours == "longest" else limit
    described: dict[str, Any] = {
        "name": field.name,
        "type": field.kind,
        "description": field.description,
    }
    if field.kind == "datetime":
        described["format"] = "any"
    return {**described, "constraints": constraints} if constraints else described


def _foreign_key(resource: Resource, field: Field) -> dict[str, Any]:
    target = "" if field.to == resource.name else field.to
    return {"fields": [field.name], "reference": {"resource": target, "fields": ["id"]}}


def readme(*, title: str, form: str, resources: Iterable[Resource]) -> str:
    """Return the README: what the folder is, and every field of every table."""
    lines = [f"# {title}", "", _about(form), "", *_HOW_TO_READ]
    for resource in resources:
        lines += ["", *table_section(resource, form)]
    return "\n".join(lines) + "\n"


_HOW_TO_READ = (
    "This folder is a Frictionless Data Package: `datapackage.json` describes the tables, one CSV "
    "file each (UTF-8, comma, RFC 4180). Dates are ISO 8601; moments are in UTC. An empty cell "
    "means that nothing is known. Text that begins with `=`, `+`, `-` or `@` has one apostrophe "
    "before it, so that no spreadsheet takes it for a formula.",
    "",
    "`datapackage.json` holds the size and the SHA-256 of each table: a reader can see that "
    "nothing was lost on the way. Whoever changes a table on purpose takes its `bytes` and `hash` "
    "out there.",
    "",
    "A page that tells what this folder holds: `lamppost story FOLDER -o story.html`.",
)


PRIVATE_TEXT = """PRIVATE

This folder is the complete record of a partnership: names, addresses, residents' words as they
wrote them, and every vote. It is for moving or keeping the partnership, not for publishing.

- Keep it where its owner alone can read it, and delete it when it has done its work.
- It holds no passwords, no second factors, no sessions, no cookies, no keys and no links of
  invitations.
- For everybody else there is the public export: the same command without --private.
"""
