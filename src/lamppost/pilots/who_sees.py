"""Who will see what a resident gives at a site: the one place that its pages take this from.

What the sentences promise is tested in ``tests/integration/pilots``: `test_site_steps.py` (photo,
place, address), `test_alerts.py`, `test_staff_pages.py` (words).
"""

from __future__ import annotations

from django.utils.translation import gettext as _


def of_answer() -> str:
    """Who sees better, the same, worse."""
    return _(
        "members who work on this pilot see each answer and when it came, never a name. "
        "Everybody else sees only numbers of ten people or more. "
        "You can change or delete yours on this device."
    )


def of_words() -> str:
    """Who reads the words."""
    return _(
        "moderators read your words. Members who work on this pilot read them once they are "
        "accepted. Everybody reads them only if you tick the box. Never with your name."
    )


def of_photo() -> str:
    """Who sees the photo."""
    return _(
        "moderators look at your photo first. Others see it only once it is accepted, and only if "
        "you tick the box. Where and when it was taken is not kept."
    )


def of_place() -> str:
    """Who learns where it is."""
    return _("members who work on this pilot. It is never shown in public.")


def of_address() -> str:
    """Who sees the e-mail address."""
    return _(
        "nobody reads your address. It is used for one mail about what you said, and deleted then. "
        "If nothing comes of it, it is deleted 90 days after the pilot is decided. "
        "You can take it out before, here and in the mail."
    )


def of_end() -> str:
    """Who sees that an address was taken out."""
    return _("nobody. Your address is deleted at once.")


def of_alert() -> str:
    """Who reads what was done about words of danger."""
    return _("members who moderate. The ledger keeps that you closed it, not what you wrote.")


def of_paper() -> str:
    """Who reads what staff enter for somebody."""
    return _(
        "moderators read the words. Everybody reads them only when the person agreed and a "
        "moderator accepted them. The ledger keeps that you entered it."
    )


def of_pulse() -> str:
    """Who sees an answer to the fixed questions."""
    return _(
        "members who work on this pilot see how many people answered at each site, not what. "
        "Everybody sees shares of ten people or more, once the round is over. Never with a name. "
        "You can change yours until the round ends, and delete it later too."
    )


def of_pulse_sheet() -> str:
    """Who sees what staff enter from a sheet of the pulse."""
    return _(
        "everybody sees shares of ten people or more, once the round is over. Single sheets are "
        "not published. The ledger keeps that you entered one."
    )
