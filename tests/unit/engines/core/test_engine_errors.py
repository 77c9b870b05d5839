"""The engines' error keeps its parts and speaks plainly."""

from __future__ import annotations

import copy
import pickle

from lamppost.engines.core.errors import EngineError


def test_error_says_its_sentence_and_keeps_its_parts() -> None:
    error = EngineError("opinion.bad_vote", "Row 3 has no vote. Add one.", {"row": 3})

    assert str(error) == "Row 3 has no vote. Add one."
    assert error.code == "opinion.bad_vote"
    assert error.params == {"row": 3}
    assert "opinion.bad_vote" in repr(error)


def test_error_survives_pickling_and_copying() -> None:
    error = EngineError("x.y", "Say it plainly.", {"value": "é", "n": 2})

    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert type(twin) is EngineError
        assert (twin.code, str(twin), twin.params) == (error.code, str(error), error.params)


def test_params_are_a_copy() -> None:
    params: dict[str, object] = {"row": 1}
    error = EngineError("x.y", "Say it plainly.", params)
    params["row"] = 2

    assert error.params == {"row": 1}
    assert EngineError("x.y", "Say it plainly.").params == {}
