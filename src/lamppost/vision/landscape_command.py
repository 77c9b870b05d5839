"""``lamppost landscape``: from files or a partnership to the landscape, its doubts, its weights."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamppost.base.commands import CommandFault, prepare_database, progress

if TYPE_CHECKING:
    from lamppost.engines.opinion import Landscape, NamedVotes, PolisExport
    from lamppost.engines.opinion.integrity import VoteEvent

    from .models import Conversation

SHOWN = 5


@dataclass(frozen=True, eq=False)
class Source:
    """Votes, the statements' words, and the votes as they came; None where no time is known."""

    votes: NamedVotes
    texts: dict[int, str]
    events: Iterable[VoteEvent] | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        metavar="folder",
        help="a Polis export, a partnership's folder, or a partnership's short name",
    )
    parser.add_argument(
        "--question", default="", metavar="CODE", help="which question, by its code"
    )
    parser.add_argument(
        "--mode",
        default="honest",
        choices=["honest", "polis"],
        help="how groups are found: honest says so when there are none; polis does as Polis does",
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn by chance")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there")
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FILE.csv",
        help="also show the common ground as it would be with the make-up of the population: "
        "columns participant, characteristic, category, share; rows without a participant are "
        "the targets",
    )
    parser.add_argument(
        "--no-integrity",
        action="store_true",
        help="do not look for copied or coordinated votes (they are flagged, never left out)",
    )


def run(options: argparse.Namespace) -> int:
    """Compute, write and print."""
    from lamppost.engines.opinion import landscape, stable_record

    if options.json:
        _may_write(options.json)
    source = _source(options)
    votes = source.votes
    population = _population(options.weights, votes)
    found = landscape(votes, mode=options.mode, seed=options.seed, progress=_tell("landscape"))
    record = stable_record(found) if options.json else {}
    parts: dict[str, Any] = {}
    if options.mode == "polis":
        parts["polis"] = _as_polis(found)
    if not options.no_integrity:
        parts["integrity"] = _integrity(source, found)
    if population is not None:
        parts["weighted"] = _weighted(votes, found, population)
    if options.json:
        _write_json(options.json, record | parts)
    _print_landscape(found, source.texts)
    if "polis" in parts:
        _print_polis(parts["polis"], source.texts)
    if "integrity" in parts:
        _print_integrity(parts["integrity"])
    if "weighted" in parts:
        _print_weighted(parts["weighted"], source.texts)
    return 0


def _as_polis(found: Landscape) -> dict[str, Any]:
    """Return what a host who comes from Polis looks for beside the groups."""
    from lamppost.engines.opinion import polis_figures

    return polis_figures(found).to_json()


def _tell(what: str) -> Any:
    return lambda part, step: progress(f"{what} {part:.0%} {step}")


def _population(file: Path | None, votes: NamedVotes) -> Any:
    if file is None:
        return None
    from lamppost.engines.opinion.weights_file import read_weights

    return read_weights(file, votes.participants)


def _integrity(source: Source, found: Landscape) -> dict[str, Any]:
    from lamppost.engines.opinion.integrity import Arrivals
    from lamppost.engines.opinion.integrity.record import integrity_record

    arrivals = None
    if source.events is not None:
        arrivals = Arrivals.from_events(source.events, source.votes.votes.people)
    return integrity_record(source.votes, found, arrivals, progress=_tell("integrity"))


def _weighted(votes: NamedVotes, found: Landscape, population: Any) -> dict[str, Any]:
    from lamppost.engines.opinion.weights_file import weighted_record

    return weighted_record(votes, found, population)


def _source(options: argparse.Namespace) -> Source:
    folder = Path(options.source)
    if folder.is_dir():
        return _of_folder(folder, options.question)
    if folder.is_file():
        raise CommandFault(no_folder(folder))
    prepare_database()
    from .queries.coming import first_votes
    from .queries.landscape import named_votes

    conversation = _conversation(options)
    votes = named_votes(conversation)
    if votes is None:
        raise CommandFault(f"Nobody has voted yet on {conversation.question!r}.")
    texts = dict(conversation.statements.values_list("number", "voice__public_text"))
    return Source(votes, texts, first_votes(conversation, votes.participants))


def _of_folder(folder: Path, question: str) -> Source:
    from lamppost.engines.opinion import NamedVotes, partnership_folder, read_polis_export

    if partnership_folder.is_partnership_folder(folder):
        questions = partnership_folder.read_partnership_folder(folder)
        chosen = partnership_folder.question_of(questions, question, folder.name)
        return Source(NamedVotes.of(chosen.matrix), chosen.texts, chosen.events)
    if question:
        raise CommandFault("A Polis export holds one question. Leave --question out.")
    export = read_polis_export(folder)
    texts = {statement.id: statement.text for statement in export.statements}
    events = None if export.events is None else list(export_events(export))
    return Source(NamedVotes.of(export.matrix), texts, events)


def export_events(export: PolisExport) -> Iterator[VoteEvent]:
    """Yield the votes of a Polis export as they came, by row and column of its matrix."""
    from lamppost.engines.opinion.integrity import VoteEvent

    row = {name: place for place, name in enumerate(export.matrix.participants)}
    column = {number: place for place, number in enumerate(export.matrix.statements)}
    for vote in export.events or ():
        place = column.get(vote.statement, -1)
        yield VoteEvent(row[vote.voter], place, vote.value, vote.time_ms / 1000)


def no_folder(file: Path) -> str:
    """Say what to do with a file where a folder is read."""
    if file.suffix.casefold() == ".zip":
        into = file.with_suffix("")
        return f"{file} is a zip file. Unzip it first, then give the folder: unzip {file} -d {into}"
    return f"{file} is a file. Give the folder that holds the files of the export."


def _conversation(options: argparse.Namespace) -> Conversation:
    from .models import Conversation

    asked = Conversation.objects.filter(partnership__slug=options.source)
    if options.question:
        asked = asked.filter(code=options.question)
    found = list(asked)
    if not found:
        raise CommandFault(
            f"{options.source!r} is neither a folder nor a partnership with such a question."
        )
    if len(found) > 1:
        codes = ", ".join(f"{c.code} ({c.question[:40]})" for c in found)
        raise CommandFault(f"There are {len(found)} questions. Choose with --question: {codes}.")
    return found[0]


def _may_write(file: Path) -> None:
    """Find out before anything is computed whether the file can be written; leave none behind."""
    was_there = file.exists()
    try:
        with file.open("ab"):
            pass
    except OSError as error:
        raise _unwritable(file, error) from error
    if not was_there:
        file.unlink()


def _write_json(file: Path, record: dict[str, Any]) -> None:
    try:
        file.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> CommandFault:
    return CommandFault(f"{file} cannot be written: {error.strerror}.")


def _print_landscape(found: Landscape, texts: dict[int, str]) -> None:
    print(f"{found.participants} people, {found.statements} statements, {found.votes} votes")
    if found.pattern == "none":
        print("no pattern")
    else:
        print(f"pattern: {found.pattern}{'' if found.settled else ', unsettled'}")
    name = "side" if found.pattern == "spectrum" else "group"
    for group in found.groups:
        stability = "" if group.stability is None else f", stability {group.stability:.2f}"
        print(f"{name} {chr(65 + group.id)}: {group.size} people{stability}")
        for item in group.representative[:SHOWN]:
            words = " ".join(texts.get(item.statement, "").split())
            share = f"{item.agree:.0%} ({item.low:.0%} to {item.high:.0%})"
            print(f"  {item.direction}s: {words} [{share} agree]")
    print(f"common ground: {len(found.common_ground)} statements")
    for ground in found.common_ground[:SHOWN]:
        words = " ".join(texts.get(ground.statement, "").split())
        print(
            f"  {ground.rank}. {ground.score:.2f} ({ground.low:.2f} to {ground.high:.2f}) {words}"
        )
    print(f"dividing: {len(found.dividing)} statements")
    if found.completeness is not None:
        print(f"foretold rightly: {found.completeness:.0%} of hidden votes")
    for warning in found.warnings:
        print(f"beware: {warning.message}", file=sys.stderr)


def _print_polis(record: dict[str, Any], texts: dict[int, str]) -> None:
    print("Polis would show next, most likely first:")
    for one in record["priorities"][:SHOWN]:
        words = " ".join(texts.get(one["statement"], "").split())
        print(f"  {one['chance']:.1%} (priority {one['priority']:.3g}) {words}")
    parts: dict[int, list[str]] = {}
    for part in record["subgroups"]:
        parts.setdefault(part["group"], []).append(str(part["size"]))
    for group, sizes in parts.items():
        if len(sizes) > 1:
            print(f"subgroups of {chr(65 + group)}: {' + '.join(sizes)} people")
    print(f"figures of each of {len(record['participants'])} people: with --json")


def _print_integrity(record: dict[str, Any]) -> None:
    print(f"flagged: {record['flagged']} people; noted: {record['noted']}")
    for flag in record["flags"][:SHOWN]:
        print(f"  {'noted' if flag['gentle'] else 'flagged'}: {flag['reason']}")
    if not record["times_known"]:
        print("  When people came is not known, so bursts were not looked for.")
    without = record["without"]
    if without is None:
        return
    comparison = record["comparison"]
    print(
        f"without the flagged people: pattern: {without['pattern']}, "
        f"{len(without['groups'])} groups or sides; {comparison['top_overlap']} of "
        f"{comparison['top_length']} best statements of the common ground stay"
    )
    print("the conclusion " + ("CHANGES" if record["conclusion_changes"] else "stays the same"))


def _print_weighted(record: dict[str, Any], texts: dict[int, str]) -> None:
    if record["left_out"]:
        left = ", ".join(record["left_out"])
        print(f"not weighted by {left}: fewer than ten people in a category")
    if record["effective"] is None:
        return
    used = ", ".join(record["characteristics"])
    print(f"weighted by {used}: as much as {record['effective']:.0f} people drawn by lot would say")
    for name, listed in (("enters", record["entering"]), ("leaves", record["leaving"])):
        for statement in listed:
            words = " ".join(texts.get(statement, "").split())
            print(f"  {name} the common ground: {words}")
