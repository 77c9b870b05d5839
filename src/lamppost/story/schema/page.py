"""The exchange folder in words: for the README of each folder, and for the reference."""

from __future__ import annotations

from collections.abc import Iterable

from .types import Field, Resource


def table_section(resource: Resource, form: str) -> list[str]:
    """Return the lines that explain one table."""
    lines = [f"## {resource.file_name}: {resource.title}", "", resource.description, ""]
    lines += ["| column | type | meaning |", "|---|---|---|"]
    lines += [
        f"| `{field.name}` | {_kind(field)} | {meaning(field)} |"
        for field in resource.fields_in(form)
    ]
    return lines


def _kind(field: Field) -> str:
    return f"{field.kind}, required" if field.required else field.kind


def meaning(field: Field) -> str:
    """Return what a column means, with its values and where it leads."""
    parts = [field.description]
    if field.allowed:
        parts.append("One of: " + ", ".join(f"`{value}`" for value in field.allowed) + ".")
    if field.to:
        parts.append(f"An `id` of `{field.to}.csv`.")
    return " ".join(parts)


def folder_page_of(resources: Iterable[Resource]) -> str:
    """Return the reference page, ``docs/reference/folder.md``."""
    lines = [*_INTRODUCTION]
    for resource in resources:
        lines += [
            "",
            f"## {resource.file_name}",
            "",
            f"**{resource.title}.** {resource.description}",
        ]
        lines += ["", _where(resource), "", "| column | type | in | meaning |", "|---|---|---|---|"]
        lines += [_line(resource, field) for field in resource.fields]
    return "\n".join(lines) + "\n"


_FORMS = {"both": "both", "private": "private", "public": "public", "plain": "by hand"}
_INTRODUCTION = (
    "# The exchange folder",
    "",
    "*Made from `lamppost/story/schema` by `make docs`; change it there.*",
    "",
    "`lamppost export` writes a partnership as a folder, `lamppost import folder` reads it back, "
    "and `lamppost story` tells it. The folder is a Frictionless Data Package: `datapackage.json` "
    "describes one CSV file for each table below (UTF-8, comma, RFC 4180), and a README explains "
    "every column again. Dates are ISO 8601; moments are in UTC. An empty cell means that nothing "
    "is known. Text that begins with `=`, `+`, `-`, `@`, a tab or a line break has one apostrophe "
    "before it, which the import takes off again.",
    "",
    "There are two exports. The **public** one may be published; [what it leaves out and "
    "why](../explanation/export.md) is explained. The **private** one is complete, readable by its "
    'owner alone, and marked by `PRIVATE.txt` and `"private": true` in the descriptor. Neither '
    "holds passwords, second factors, sessions, cookies, keys or links of invitations.",
    "",
    "**By hand.** A folder needs no `datapackage.json`: any of the files will do, with the columns "
    "that you have. Then every column below may be used, only those that are required in both "
    "exports must be filled, `id` may be left out where no other table refers to it, and what is "
    "obvious may stay unsaid: statements without `conversations.csv` belong to one question, sites "
    "without `pilots.csv` to one pilot.",
    "",
    "**Every part may be missing.** The story then says what is not known. What is there is "
    "checked strictly: an unknown column, a value of the wrong kind, a row that comes twice and a "
    "reference that leads nowhere are refused with file, row, column and remedy, and nothing is "
    "taken.",
)


def _line(resource: Resource, field: Field) -> str:
    where = _FORMS[_form(resource, field)]
    return f"| `{field.name}` | {_kind(field)} | {where} | {meaning(field)} |"


def _form(resource: Resource, field: Field) -> str:
    return resource.form if field.form == "both" else field.form


def _where(resource: Resource) -> str:
    key = " + ".join(f"`{name}`" for name in resource.key) or "none"
    where = {"both": "In both exports.", "private": "In the private export alone.",
             "public": "In the public export alone."}[resource.form]  # fmt: skip
    return f"{where} Key: {key}."
