from __future__ import annotations

import pytest

from lamppost.accounts.models import Partnership
from tests.impact_world import World, make_world


@pytest.fixture
def world(partnership: Partnership) -> World:
    return make_world(partnership)
