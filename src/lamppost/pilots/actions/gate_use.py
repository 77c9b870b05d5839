"""Choose which gates a partnership's pilots pass."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from lamppost.accounts.ledger import record
from lamppost.accounts.models import Partnership, User

from ..models import MANDATORY, GateKind, GateUse
from ..queries.gates import used_gates


@transaction.atomic
def choose_gates(*, partnership: Partnership, by: User, used: Iterable[str]) -> list[str]:
    """Use these gates of those that may be left out, and no others; return what changed.

    The mandatory ones are used whatever is given. A gate that a pilot has passed stays passed.
    """
    wanted, before = set(used), set(used_gates(partnership))
    optional = [kind for kind in GateKind.values if kind not in MANDATORY]
    changed = [kind for kind in optional if (kind in wanted) != (kind in before)]
    for kind in changed:
        GateUse.objects.update_or_create(
            partnership=partnership, kind=kind, defaults={"used": kind in wanted}
        )
    if changed:
        record(
            partnership=partnership,
            by=by,
            action="pilots.gate_use.changed",
            about=partnership,
            fields=changed,
        )
    return changed
