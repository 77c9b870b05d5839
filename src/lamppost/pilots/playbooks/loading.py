"""Read a playbook from its file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from .checking import Fault, faults_of
from .frameworks import FRAMEWORKS
from .kinds import (
    Concern,
    Disclosure,
    KnownLesson,
    Playbook,
    Risk,
    SuggestedIndicator,
    SuggestedQuestion,
    Text,
)

LARGEST = 500_000


class PlaybookRefused(ValueError):  # noqa: N818 - a refusal
    """A file is no playbook; `faults` say why, one each."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def read_playbook(file: Path, *, own: bool = True) -> Playbook:
    """Read and check one file.

    Parameters
    ----------
    own
        Whether the city added it; the texts of our own are translated with the interface.

    Raises
    ------
    PlaybookRefused
        With every fault that was found.
    """
    record = read_record(file)
    if faults := faults_of(record, file.name):
        raise PlaybookRefused(faults)
    return _playbook(record, own=own)


def read_record(file: Path) -> dict[str, Any]:
    """Return a file's data, unchecked.

    Raises
    ------
    PlaybookRefused
        When it cannot be read or is no TOML.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise _refused(file, _("The file is too large. A playbook is a few pages of text."))
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        text = format_lazy(_("The file cannot be read: {why}."), why=error.strerror or str(error))
        raise _refused(file, text) from error
    except UnicodeDecodeError as error:
        raise _refused(file, _("The file is not UTF-8. Save it as UTF-8.")) from error
    except tomllib.TOMLDecodeError as error:
        text = format_lazy(
            _("This is not valid TOML: {why}. Look for a missing quotation mark or bracket."),
            why=str(error),
        )
        raise _refused(file, text) from error


def _refused(file: Path, text: Text) -> PlaybookRefused:
    return PlaybookRefused([Fault(file.name, "", text)])


def _in_readers_language(text: str, known: Mapping[str, Mapping[str, str]]) -> str:
    language = get_language() or ""
    for tag in (language, language.split("-")[0]):
        if found := known.get(tag, {}).get(text):
            return found
    return gettext(text)


_lazily = lazy(_in_readers_language, str)


def _texts_with(known: Mapping[str, Mapping[str, str]]) -> Callable[[str], Text]:
    """Return what makes a file's text translatable; an empty one stays empty."""
    return lambda text: _lazily(text, known) if text else ""


def _playbook(record: Mapping[str, Any], *, own: bool) -> Playbook:
    translations = record.get("translations", {})
    say = _texts_with(translations)

    def many(name: str) -> tuple[Text, ...]:
        return tuple(say(text) for text in record.get(name, ()))

    return Playbook(
        code=record["code"],
        title=say(record["title"]),
        summary=say(record["summary"]),
        problem_prompts=many("problem_prompts"),
        stop_rules=many("stop_rules"),
        indicators=tuple(_indicator(one, say) for one in record["indicators"]),
        site_question=say(record["site_question"]),
        feedback_questions=many("feedback_questions"),
        concerns=tuple(Concern(say(o["worry"]), say(o["answer"])) for o in record["concerns"]),
        not_forget=many("not_forget"),
        disclosure=_disclosure(record["disclosure"], say),
        lessons=tuple(_lesson(one, say) for one in record.get("lessons", ())),
        documents={gate: say(text) for gate, text in record.get("documents", {}).items()},
        pulse=tuple(
            SuggestedQuestion(say(one["text"]), one["scale"], one.get("indicator", ""))
            for one in record.get("pulse", ())
        ),
        risks=tuple(Risk(say(o["risk"]), say(o["measure"])) for o in record.get("risks", ())),
        checklist=many("checklist"),
        residents_say=many("residents_say"),
        own=own,
        language=record.get("language", "en"),
        languages=tuple(translations),
    )


def _indicator(one: Mapping[str, Any], say: Callable[[str], Text]) -> SuggestedIndicator:
    crosswalk, no_match = one.get("crosswalk", {}), one.get("no_match", {})
    return SuggestedIndicator(
        code=one["code"],
        name=say(one["name"]),
        unit=say(one["unit"]),
        direction=one["direction"],
        worth_it=one["worth_it"],
        observed_property=one["observed_property"],
        how=say(one["how"]),
        ucum=one.get("ucum", ""),
        crosswalk={name: tuple(crosswalk[name]) for name in FRAMEWORKS if name in crosswalk},
        no_match={name: no_match[name] for name in FRAMEWORKS if name in no_match},
        counted_nowhere=say(one["counted_nowhere"]) if "counted_nowhere" in one else "",
    )


def _disclosure(one: Mapping[str, Any], say: Callable[[str], Text]) -> Disclosure:
    return Disclosure(
        purpose=say(one["purpose"]),
        technology=say(one["technology"]),
        measured_data=say(one["measured_data"]),
        personal_data=one["personal_data"],
        retention=say(one["retention"]),
        contact=say(one["contact"]),
        dtpr={category: tuple(ids) for category, ids in one.get("dtpr", {}).items()},
    )


def _lesson(one: Mapping[str, Any], say: Callable[[str], Text]) -> KnownLesson:
    return KnownLesson(
        title=say(one["title"]),
        finding=say(one["finding"]),
        level=one["level"],
        source=one["source"],
        case=one.get("case", ""),
        design=say(one.get("design", "")),
        failed=one.get("failed", False),
    )
