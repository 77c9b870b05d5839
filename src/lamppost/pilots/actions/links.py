"""What signing and declaring share: a link that works once, and a scan of the paper."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.models import User

from ..models import ConflictOfInterest, GateSigner
from ..queries.links import Link, LinkState, hash_of
from ..queries.sides import same_name

LINK_AGE = dt.timedelta(days=14)
# 24 random bytes are 192 bits: nobody guesses a link.
TOKEN_BYTES = 24


class CodedRefusal(ValueError):  # noqa: N818 - a refusal
    """A link does not work; `code` says why, as in `queries.links.LinkState`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def make_once(links: QuerySet[Link], *, by: User, **of: Any) -> tuple[Link, str]:
    """Make a link that works once, and return it with its token, of which only a hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = {"token_sha256": hash_of(token), "expires_at": timezone.now() + LINK_AGE, "made_by": by}
    return links.create(**made, **of), token


def use_once(
    links: QuerySet[Link],
    state: LinkState[Link],
    *,
    name: str,
    by: User | None,
    refused: Callable[[str], CodedRefusal],
) -> Link:
    """Use up a link; of two presses at once one does.

    Parameters
    ----------
    name
        Of whoever uses it.
    by
        The account with which it is opened, where there is one.

    Raises
    ------
    CodedRefusal
        As `refused` makes it, where the link does not work or whoever made it would use it.
    """
    link = state.link
    if link is None or state.code != "open":
        raise refused(state.code)
    maker = link.made_by
    if maker and (maker == by or same_name(maker.name, name)):
        raise refused("own")
    if not links.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()):
        raise refused("used")
    return link


def not_ahead(day: dt.date, refused: Callable[[str], ValueError]) -> None:
    """Refuse the day of a signature that lies ahead."""
    if day > timezone.localdate():
        raise refused(_("This day lies in the future. Give today or an earlier day."))


def attach_scan(record: GateSigner | ConflictOfInterest, content: bytes, ending: str) -> None:
    """Put a scan beside a record that is to be saved."""
    record.scan.save(f"scan.{ending}", ContentFile(content), save=False)
