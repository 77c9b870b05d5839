"""Refuse settings that are out of range, by name."""

from __future__ import annotations

from collections.abc import Iterable

from lamppost.engines.core.errors import EngineError

#: Name, value, whether it is good, what to give instead.
Setting = tuple[str, object, bool, str]


def check_settings(method: str, settings: Iterable[Setting]) -> None:
    """Raise ``impact.<method>.wrong_setting`` for the first setting that is not good."""
    for name, value, good, remedy in settings:
        if not good:
            raise EngineError(
                f"impact.{method}.wrong_setting",
                f"The setting {name} is {value!r}. {remedy}",
                {"setting": name, "value": str(value)},
            )


def common_settings(level: float, seed: int, limit: int) -> list[Setting]:
    """Those that all methods have which draw or list assignments."""
    return [
        ("level", level, 0.5 <= level < 1, "Choose at least 0.5 and below 1, such as 0.95."),
        ("seed", seed, seed >= 0, "Give zero or a positive whole number."),
        ("limit", limit, 99 <= limit <= 1_000_000, "Choose 99 to 1000000."),
    ]
