"""Who will see what a resident tells: stories, their files, and objections.

The roles in the sentences are those that hold a right of `who_sees.RULES`;
`tests/integration/vision/test_who_sees.py` compares them with what the pages show to each role.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from .who_sees import unless_every_member, who


def of_story() -> str:
    """Who sees a story's words."""
    return _(
        "first these members of the partnership, who read every story: %(roles)s. Then everybody, "
        "if you agree above, without your name. You can take it back at any time under “My "
        "answers”."
    ) % who("stories")


def of_file() -> str:
    """Who sees a photo or hears a recording."""
    return _(
        "first these members of the partnership, who read every story before it is shown: "
        "%(roles)s. Then everybody, if you agree above; otherwise nobody else. You can take it out "
        "again at any time."
    ) % who("stories")


def of_place() -> str:
    """Who sees where a story happened."""
    return _("whoever can read your story.")


def of_uses() -> str:
    """Who sees the story, after what its teller allows."""
    return _(
        "what you tick to be shown or played: everybody, once the story is accepted. Otherwise "
        "only these members of the partnership: %(roles)s. What you take back here is not done "
        "from now on."
    ) % who("stories")


def of_hidden_story() -> str:
    """Who sees a story that was accepted and that its teller does not show."""
    return _("Members who see it: %(roles)s.") % who("stories")


def of_room_words() -> str:
    """Who sees a hope or a fear that staff type in."""
    return _(
        "members of the partnership at once. Everybody, where the person agreed, once a member who "
        "moderates has accepted it."
    ) + unless_every_member("words in the room")


def of_objection() -> str:
    """Who sees an objection."""
    return _(
        "first these members of the partnership, who read or answer it: %(roles)s. Then everybody, "
        "with the answer, if you agree above, without your name. You can take it back under “My "
        "answers”."
    ) % who("objections")


def of_hidden_objection() -> str:
    """Who sees an objection that was accepted and that its author does not show."""
    return _("Members who see it: %(roles)s.") % who("objections")


def of_answer() -> str:
    """Who sees the answer to an objection."""
    return _(
        "whoever objected, and these members of the partnership: %(roles)s. Everybody, where the "
        "objection itself is shown."
    ) % who("answers to objections")
