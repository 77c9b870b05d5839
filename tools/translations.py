"""Collect the interface's texts into the catalogues, compile them, and check them.

``python -m tools.translations`` writes ``locale/<language>/LC_MESSAGES/django.po`` and ``.mo``;
``--check`` writes nothing and fails when a catalogue lacks a text, when a text that residents meet
is not translated, or when a placeholder went missing on the way. Uses Babel and Django's own
template reader; GNU gettext is not needed.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "lamppost"
LANGUAGES = ("ar", "es")
# Data files whose texts are translated too.
PLAYBOOKS = PACKAGE / "pilots" / "playbooks" / "data"
FRAMEWORKS = PACKAGE / "pilots" / "playbooks" / "frameworks.toml"
KEYWORDS = {
    "_": None,
    "_t": None,
    "lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|\{(\w+)\}")

# Whose texts residents meet, besides every template that extends `base_resident.html`, every mail
# and every component: paths below the package, or folders of them.
RESIDENT = (
    "templates/base.html",
    "templates/base_resident.html",
    "templates/_components/",
    "templates/errors/",
    "base/",
    "voices/",
    "vision/views/vote",
    "vision/views/statements",
    "vision/forms/votes",
    "vision/actions/votes",
    "vision/actions/statements",
    "vision/participation",
)


def main() -> int:
    """Write or check the catalogues; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a gap")
    options = parser.parse_args()
    _set_up_django()
    found = collect()
    faults: list[str] = []
    for language in LANGUAGES:
        if options.check:
            faults += check(found, language)
        else:
            update(found, language)
    for fault in faults:
        print(fault)
    if not faults and options.check:
        print(f"translations: {len(found)} texts, {', '.join(LANGUAGES)} in order")
    return 1 if faults else 0


def _set_up_django() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()


def collect() -> Catalog:
    """Return a catalogue of every text in Python files, templates and playbooks, with places."""
    catalog = Catalog(fuzzy=False)
    for file in sorted(_sources()):
        place = file.relative_to(PACKAGE).as_posix()
        for _line, message, comments, context in _texts(file):
            catalog.add(
                message, locations=[(place, 0)], auto_comments=comments, context=context or None
            )
    return catalog


def _sources() -> Iterator[Path]:
    for file in PACKAGE.rglob("*"):
        parts = file.relative_to(PACKAGE).parts
        if "migrations" in parts or "locale" in parts or "static" in parts:
            continue
        if file.suffix in {".py", ".html", ".txt"} or file.parent == PLAYBOOKS:
            yield file
    yield FRAMEWORKS


def _texts(file: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    from django.utils.translation.template import templatize

    text = file.read_text(encoding="utf-8")
    if file == FRAMEWORKS:
        yield from _framework_texts(text)
        return
    if file.suffix == ".toml":
        yield from _playbook_texts(text)
        return
    if file.suffix != ".py":
        if "{%" not in text:
            return
        text = templatize(text, origin=str(file))
    source = io.BytesIO(text.encode())
    yield from extract(
        "python", source, keywords=KEYWORDS, comment_tags=("Translators:",), options={}
    )  # type: ignore[misc]


def _playbook_texts(text: str) -> Iterator[tuple[int, str, list[str], None]]:
    """Yield the texts of a playbook's file that its schema calls translatable."""
    from lamppost.pilots.playbooks.checking import texts_of

    for found in texts_of(tomllib.loads(text)):
        yield 0, found, [], None


def _framework_texts(text: str) -> Iterator[tuple[int, str, list[str], None]]:
    """Yield what the numbers of other frameworks stand for."""
    for framework in tomllib.loads(text).values():
        for one in framework["codes"].values():
            yield 0, one["counts"], [], None


def resident_places() -> set[str]:
    """Return the files, relative to the package, whose texts residents meet."""
    places = set()
    for file in _sources():
        place = file.relative_to(PACKAGE).as_posix()
        listed = place.startswith(RESIDENT) or "/mail/" in place or "/email/" in place
        if listed or _extends_resident_base(file):
            places.add(place)
    return places


def _extends_resident_base(file: Path) -> bool:
    start = '{% extends "base_resident.html" %}'
    return file.suffix == ".html" and start in file.read_text(encoding="utf-8")


def catalogue_file(language: str) -> Path:
    """Return the path of a language's catalogue."""
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue; an empty one when there is no file yet."""
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def update(found: Catalog, language: str) -> None:
    """Bring a language's catalogue up to date and compile it; translations are kept."""
    catalog = read(language)
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    file = catalogue_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalog, width=100, sort_output=True, include_lineno=False)
    file.with_suffix(".mo").write_bytes(compiled(catalog))
    missing = sum(not _translated(message) for message in catalog if message.id)
    print(f"{language}: {len(catalog)} texts, {missing} without translation")


def compiled(catalog: Catalog) -> bytes:
    """Return the catalogue as gettext reads it."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def _translated(message: Message) -> bool:
    parts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(parts) and not message.fuzzy


def check(found: Catalog, language: str) -> list[str]:
    """Return what is wrong with a language's catalogue, one line each."""
    catalog = read(language)
    known = {(message.context, _first(message)): message for message in catalog if message.id}
    resident = resident_places()
    faults = []
    for message in found:
        if not message.id:
            continue
        ours = known.get((message.context, _first(message)))
        place = message.locations[0][0]
        shown = f"{language}: {_first(message)!r} ({place})"
        if ours is None:
            faults.append(f"{shown} is not in the catalogue; run `make translations`")
        elif not _translated(ours):
            if any(spot in resident for spot, _line in message.locations):
                faults.append(f"{shown} is not translated")
        elif wrong := _lost_placeholders(ours):
            faults.append(f"{shown} lost or gained {', '.join(sorted(wrong))}")
    mo = catalogue_file(language).with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(catalog):
        faults.append(f"{language}: the compiled catalogue is old; run `make translations`")
    return faults


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _lost_placeholders(message: Message) -> set[str]:
    """Return the placeholders that differ; a plural's forms may leave the number out."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    wanted = set().union(*(_placeholders(text) for text in ids))
    wrong: set[str] = set()
    for text in strings:
        given = _placeholders(text)
        wrong |= given - wanted
        if len(strings) == 1:
            wrong |= wanted - given
    return wrong


def _placeholders(text: str) -> set[str]:
    return {name or brace for name, brace in PLACEHOLDER.findall(text)}


if __name__ == "__main__":
    sys.exit(main())
