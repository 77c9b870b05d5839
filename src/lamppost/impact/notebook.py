"""A notebook that runs a stored estimate again and compares every figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import override

from lamppost.base.spreadsheet import guard

from .models import Estimate
from .ruled_words import ruled


def notebook(stored: Estimate, name: str) -> dict[str, Any]:
    """Return the notebook as its file holds it (nbformat 4).

    Parameters
    ----------
    name
        Of the files beside it: ``panel-NAME.csv`` and, where something should not move,
        ``unmoved-NAME.csv``.
    """
    result = _as_in_file(stored.result)
    cells = [
        _text(
            f"# {result['indicator']['name']}\n\nRuns the estimate again and compares it with "
            f"what the page says.\nPut `panel-{name}.csv` beside this file, and install what it "
            f"needs:\n\n    pip install lamppost=={result['lamppost']} notebook"
        ),
        _code(_reading(result, name)),
        *_by_the_plan(result),
        _text("How the places were chosen, and what only the city knows."),
        _code(_known(result, name)),
        _text("The estimate, the checks and the verdict."),
        _code(_finding(result)),
        _text("The same as on the page, digit by digit."),
        _code(_comparing(result)),
    ]
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 4,
    }


def _by_the_plan(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say to which day and at which sites, where the pilot is another than its frozen plan."""
    with override("en"):
        said = ruled(result.get("ruled"), result["indicator"]["unit"])
    return [_text(" ".join(said))] if said else []


def runs_again(result: Mapping[str, Any]) -> bool:
    """Say whether the files beside a notebook hold all that the estimate was made from.

    Not where people's answers are part of it, which stay here; and where there were too few
    periods for any method, a notebook finds none either.
    """
    kept = result["panel"] is not None
    hidden = result["context"]["unmoved"] and not result["context"]["unmoved_panel"]
    return kept and not hidden and result["finding"]["facts"].get("inference") != "before_after"


def _as_in_file(result: Mapping[str, Any]) -> Any:
    """Return a result with the names of sites as the file of averages has them."""
    names = {one: guard(one) for one in result["panel"]["units"] if guard(one) != one}

    def written(value: Any) -> Any:
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, list):
            return [written(one) for one in value]
        if isinstance(value, dict):
            return {written(key): written(one) for key, one in value.items()}
        return value

    return written(result) if names else result


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


_COLUMNS = 'Columns(unit="unit", time="period", outcome="value", cohort="cohort")'
_COUNTED = (
    'Columns(unit="unit", time="period", outcome="value", cohort="cohort", exposure="exposure")'
)


def _reading(result: Mapping[str, Any], name: str) -> str:
    return f"""from lamppost.engines.impact.checks import Context, SensorChange
from lamppost.engines.impact.estimating import Options, Randomised, design_of, find
from lamppost.engines.impact.looks import Look, Schedule
from lamppost.engines.impact.study_file import Columns, read_study

columns = {_COUNTED if "exposure" in result["panel"] else _COLUMNS}
with open("panel-{name}.csv", encoding="utf-8", newline="") as file:
    study = read_study(file, columns)
study.inputs_sha256"""


def _known(result: Mapping[str, Any], name: str) -> str:
    plan, indicator, known = result["plan"], result["indicator"], result["context"]
    design = {
        "outcome": indicator["name"],
        "unit": indicator["unit"],
        "period": plan["period"],
        "joined_late": result["setting"]["joined_late"],
    }
    told = ", ".join(f"{key}={value!r}" for key, value in design.items())
    near = "None" if known["near"] is None else f"frozenset({known['near']!r})"
    versions = tuple(tuple(one) for one in known["versions"])
    lines = [
        f"options = Options(level={known['level']!r}, seed={result['finding']['seed']!r}, "
        f"season={tuple(result['setting'].get('season', ()))!r}, "
        f"counts={result['setting'].get('counts', False)!r}, randomised={_lottery(result)})",
        f"design = design_of(study, options, {told})",
    ]
    unmoved = "None"
    if known["unmoved_panel"]:
        unmoved = "unmoved"
        lines += [
            f'with open("unmoved-{name}.csv", encoding="utf-8", newline="") as file:',
            f"    unmoved = read_study(file, {_COLUMNS})",
        ]
    lines.append(
        f"""context = Context(
    randomised={result["randomised"]!r},
    outcome={indicator["name"]!r},
    main={known["main"]!r},
    p_values={known["p_values"]!r},
    unmoved={unmoved},
    unmoved_name={known["unmoved"] or ""!r},
    near={near},
    chosen_because={known["chosen_because"]!r},
    versions={versions!r},
    sensor_changes={_devices(known.get("sensor_changes"))},
    looks={_looks(known["schedule"])},
    looked_before={tuple(known["looked_before"])!r},
    plan_changed={_changed(known)},
    level={known["level"]!r},
    seed={result["finding"]["seed"]!r},
)"""
    )
    return "\n".join(lines)


def _looks(planned: Mapping[str, Any] | None) -> str:
    """Write the planned looks with their boundaries as they were computed."""
    if planned is None:
        return "None"
    looks = ", ".join(
        f"Look({one['after']!r}, {one['bound']!r}, {one['alpha']!r})" for one in planned["looks"]
    )
    kind, level, reason = planned["kind"], planned["level"], planned["reason"] or ""
    return f"Schedule(({looks},), {kind!r}, {level!r}, {reason!r})"


def _devices(changes: Sequence[Sequence[str]] | None) -> str:
    """Write where another device began to read."""
    if changes is None:
        return "None"
    return "(" + "".join(f"SensorChange({site!r}, {day!r}), " for site, day in changes) + ")"


def _changed(known: Mapping[str, Any]) -> str:
    """Write when the plan was frozen too late; earlier estimates hold only whether it was."""
    days = known.get("plan_changed", [] if known.get("plan_frozen") else None)
    return "None" if days is None else repr(tuple(days))


def _lottery(result: Mapping[str, Any]) -> str:
    how = result["setting"]["lottery"]
    if how is None:
        return "None"
    told = ", ".join(f"{key}={value!r}" for key, value in how.items() if value)
    return f"Randomised({told})"


def _finding(result: Mapping[str, Any]) -> str:
    return f"""found = find(
    study,
    options=options,
    context=context,
    design=design,
    worth={result["plan"]["worth_it"]!r},
    direction={result["indicator"]["direction"]!r},
).to_json()
print("Lamppost", found["version"], "seed", found["seed"], "data", found["inputs_sha256"])
print("estimate", found["estimate"], "interval", found["interval"], "p", found["p_value"])
print(found["verdict"]["sentence"])
for check in found["checks"]:
    print(check["status"], check["sentence"]){_of_versions(result)}"""


def _of_versions(result: Mapping[str, Any]) -> str:
    """Say that the page has other figures in the check of versions: those of its list."""
    said = [one for one in result["finding"]["checks"] if one["name"] == "spec_changed"]
    if not said or "first" not in said[0]["params"]:
        return ""
    told = f"With the figures of its list of versions the page says: {said[0]['sentence']}"
    return f"\nprint({told!r})"


def _comparing(result: Mapping[str, Any]) -> str:
    """Compare all of the finding: estimate, range, weights, effects, facts, checks, verdict.

    Sentences are made of the figures that are compared, in the names of the sites as they are on
    the page. The check of versions names there the figures of the list of versions. The file of
    averages is another one than the records that were read, so its fingerprint is its own.
    """
    said = json.dumps(result["finding"], ensure_ascii=False, sort_keys=True)
    return f"""import json

said = json.loads({said!r})


def figures(finding):
    whole = json.loads(json.dumps(finding))
    whole.pop("inputs_sha256")
    for check in whole["checks"]:
        check.pop("sentence")
        if check["name"] == "spec_changed":
            check.pop("params")
    return whole


again, before = figures(found), figures(said)
for key in sorted(before):
    assert again[key] == before[key], (key, again[key], before[key])
assert set(again) == set(before)
print("The same figures, the same verdict.")"""
