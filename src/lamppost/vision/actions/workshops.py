"""Writes of workshops: plan, agenda, statements brought into the room, what was agreed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import Partnership, User

from ..models import AgendaItem, Agreement, Statement, Workshop
from ..workshop_templates import BY_CODE
from .ordering import move


@transaction.atomic
def plan_workshop(
    *, partnership: Partnership, by: User, values: Mapping[str, Any], template: str = ""
) -> Workshop:
    """Plan a workshop with the agenda of a template; `values` are checked by the form."""
    workshop = Workshop.objects.create(
        partnership=partnership, template=template, created_at=timezone.now(), **values
    )
    chosen = BY_CODE.get(template)
    AgendaItem.objects.bulk_create(
        AgendaItem(
            workshop=workshop,
            position=place,
            kind=part.kind,
            title=str(part.title),
            minutes=part.minutes,
            notes=str(part.notes),
        )
        for place, part in enumerate(chosen.parts if chosen else ())
    )
    _record(workshop, by, "workshop.planned")
    return workshop


@transaction.atomic
def change_workshop(*, workshop: Workshop, by: User, values: Mapping[str, Any]) -> None:
    """Change title, day, meeting, question or notes; the ledger names what really changed."""
    kept = Workshop.objects.select_for_update().get(pk=workshop.pk)
    changed = changed_fields(kept, dict(values))
    if changed:
        kept.save(update_fields=changed)
        _record(kept, by, "workshop.changed", changed)


@transaction.atomic
def delete_workshop(*, workshop: Workshop, by: User) -> None:
    """Delete a workshop with its agenda and what it agreed; hopes and fears stay."""
    _record(workshop, by, "workshop.deleted")
    workshop.delete()


@transaction.atomic
def add_item(*, workshop: Workshop, by: User, values: Mapping[str, Any]) -> AgendaItem:
    """Add a part at the end of the agenda."""
    item = AgendaItem.objects.create(workshop=workshop, position=_next(workshop.agenda), **values)
    _record(workshop, by, "agenda.added", about=item)
    return item


@transaction.atomic
def change_item(*, item: AgendaItem, by: User, values: Mapping[str, Any]) -> None:
    """Change a part of the agenda, or its notes."""
    kept = AgendaItem.objects.select_for_update().select_related("workshop").get(pk=item.pk)
    changed = changed_fields(kept, dict(values))
    if changed:
        kept.save(update_fields=changed)
        _record(kept.workshop, by, "agenda.changed", changed, about=kept)


@transaction.atomic
def move_item(*, item: AgendaItem, by: User, up: bool) -> None:
    """Move a part one place; at the end of the agenda nothing happens."""
    if move(AgendaItem.objects.filter(workshop=item.workshop), item, up=up):
        _record(item.workshop, by, "agenda.moved", ["position"], about=item)


@transaction.atomic
def delete_item(*, item: AgendaItem, by: User) -> None:
    """Take a part out of the agenda, with its notes."""
    _record(item.workshop, by, "agenda.deleted", about=item)
    item.delete()


@transaction.atomic
def bring_statements(
    *,
    workshop: Workshop,
    by: User,
    chosen: Iterable[Statement],
    looked_at: Collection[int],
) -> None:
    """Bring statements into the room.

    Parameters
    ----------
    chosen
        Of those on the page, the ones that were ticked.
    looked_at
        Ids of all that stood on the page; what stood on no page stays as it was.

    Raises
    ------
    ValueError
        For a statement of another partnership.
    """
    wanted = list(chosen)
    if any(one.conversation.partnership_id != workshop.partnership_id for one in wanted):
        raise ValueError("a statement of a workshop belongs to another partnership")
    before = set(workshop.statements.values_list("pk", flat=True))
    after = (before - set(looked_at)) | {one.pk for one in wanted}
    if before != after:
        workshop.statements.set(after)
        _record(workshop, by, "workshop.changed", ["statements"])


@transaction.atomic
def add_agreement(
    *, workshop: Workshop, by: User, text: str, statements: Iterable[Statement] = ()
) -> Agreement:
    """Write down one thing that the workshop agreed."""
    made = Agreement.objects.create(
        workshop=workshop, text=text.strip(), position=_next(workshop.agreements)
    )
    made.statements.set(_brought(workshop, statements))
    _record(workshop, by, "agreement.added", about=made)
    return made


@transaction.atomic
def change_agreement(
    *, agreement: Agreement, by: User, text: str, statements: Iterable[Statement] | None = None
) -> None:
    """Change what was written down; `statements` None leaves those behind it as they are."""
    kept = Agreement.objects.select_for_update().select_related("workshop").get(pk=agreement.pk)
    changed = changed_fields(kept, {"text": text.strip()})
    if changed:
        kept.save(update_fields=changed)
    if statements is not None:
        wanted = _brought(kept.workshop, statements)
        if {one.pk for one in wanted} != set(kept.statements.values_list("pk", flat=True)):
            kept.statements.set(wanted)
            changed.append("statements")
    if changed:
        _record(kept.workshop, by, "agreement.changed", changed, about=kept)


@transaction.atomic
def delete_agreement(*, agreement: Agreement, by: User) -> None:
    """Take out something that was written down."""
    _record(agreement.workshop, by, "agreement.deleted", about=agreement)
    agreement.delete()


def _brought(workshop: Workshop, statements: Iterable[Statement]) -> list[Statement]:
    wanted = list(statements)
    own = Statement.objects.filter(
        conversation__partnership=workshop.partnership_id, pk__in=[one.pk for one in wanted]
    )
    if own.count() != len({one.pk for one in wanted}):
        raise ValueError("a statement behind an agreement belongs to another partnership")
    return wanted


def _next(things: Any) -> int:
    last = things.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _record(
    workshop: Workshop,
    by: User,
    action: str,
    fields: Iterable[str] = (),
    *,
    about: models.Model | None = None,
) -> None:
    record(
        partnership=workshop.partnership, by=by, action=f"vision.{action}",
        about=about or workshop, fields=fields,
    )  # fmt: skip
