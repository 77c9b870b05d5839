"""The story reads from the database only the tables that it tells of."""

from __future__ import annotations

import re
from pathlib import Path

from lamppost.story import parts
from lamppost.story.queries import NOT_READ
from lamppost.story.schema import BY_NAME


def test_no_part_of_the_story_asks_for_a_table_that_is_not_read() -> None:
    folder = Path(parts.__file__).parent
    asked = {
        name
        for file in folder.glob("*.py")
        for name in re.findall(r"\.(?:rows|of|one|by_id)\(\s*\"(\w+)\"", file.read_text("utf-8"))
    }
    assert {"conversations", "statements", "pilots"} <= asked <= set(BY_NAME)
    assert not asked & NOT_READ
