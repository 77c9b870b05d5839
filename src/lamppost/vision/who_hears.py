"""Who will see what a resident tells: stories, their files, and objections.

What the pages really show to whom: `tests/integration/vision/test_stories.py` and its neighbours.
"""

from __future__ import annotations

from django.utils.translation import gettext as _


def of_story() -> str:
    """Who sees a story's words."""
    return _(
        "first the members of this partnership: one of them reads every story. Then everybody, if "
        "you agree above, without your name. You can take it back at any time under “My answers”."
    )


def of_file() -> str:
    """Who sees a photo or hears a recording."""
    return _(
        "first the members who read every story before it is shown. Then everybody, if you agree "
        "above. You can take it out again at any time."
    )


def of_place() -> str:
    """Who sees where a story happened."""
    return _("whoever can read your story.")


def of_uses() -> str:
    """Who sees the story, after what its teller allows."""
    return _(
        "what you tick to be shown or played: everybody, once the story is accepted. Otherwise "
        "members of the partnership. What you take back here is not done from now on."
    )


def of_room_words() -> str:
    """Who sees a hope or a fear that staff type in."""
    return _(
        "members who moderate first. Then everybody, where the person agreed; else members of the "
        "partnership alone."
    )


def of_objection() -> str:
    """Who sees an objection."""
    return _(
        "first the members of this partnership, who answer it. Then everybody, with the answer, if "
        "you agree above, without your name. You can take it back under “My answers”."
    )


def of_answer() -> str:
    """Who sees the answer to an objection."""
    return _("everybody, where the objection itself is shown; else members of the partnership.")
