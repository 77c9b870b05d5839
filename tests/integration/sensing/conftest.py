from __future__ import annotations

import pytest
from tests.impact_world import World, make_world

from lamppost.accounts.models import Partnership


@pytest.fixture
def world(partnership: Partnership) -> World:
    return make_world(partnership)
