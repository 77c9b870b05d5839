"""Pages that compose several stages, or belong to none."""

from .demo import demo_door, demo_mail
from .front import about, favicon, healthz, help_page, home
from .partnership import partnership, seen
from .start import new_partnership, settings, start

__all__ = [
    "about",
    "demo_door",
    "demo_mail",
    "favicon",
    "healthz",
    "help_page",
    "home",
    "new_partnership",
    "partnership",
    "seen",
    "settings",
    "start",
]
