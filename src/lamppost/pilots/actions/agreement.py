"""Record the call, the offers, who chose and why, and what the agreement settles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from lamppost.accounts.ledger import changed_fields, record
from lamppost.accounts.models import User

from ..models import Bid, Call, Clause, ClauseCode, ConflictOfInterest, GateKind, PastCall, Pilot
from ..queries.agreement import criteria_hash, has_opened
from ..queries.gates import never_signed
from ..queries.obligations import beside_the_rule
from ..queries.open_questions import letters
from ..queries.tasks import why_not_so_late
from .jurors import name_jurors
from .obligations import make_obligations

# What stays as it is from the day on which a call opens.
FIXED = ("criteria", "opened_on", "link", "no_call_reason")


class RecordFixed(ValueError):  # noqa: N818 - a refusal
    """This part of the record stays as it is; the message says why and what to do instead."""


def _locked(pilot: Pilot, *gates: GateKind) -> Pilot:
    """Return the pilot's row, locked.

    Raises
    ------
    RecordFixed
        When one of `gates` is passed.
    """
    kept = Pilot.objects.select_for_update().get(pk=pilot.pk)
    passed = kept.gates.filter(kind__in=[gate.value for gate in gates]).first()
    if passed is not None:
        text = _("This was signed with the gate “%(gate)s”. Open that gate again to change it.")
        raise RecordFixed(text % {"gate": passed.get_kind_display()})
    return kept


@transaction.atomic
def save_call(
    *,
    pilot: Pilot,
    by: User,
    values: Mapping[str, Any],
    document: tuple[bytes, str] | None = None,
) -> Call:
    """Record the open call, or why there was none.

    Parameters
    ----------
    values
        ``link``, ``opened_on``, ``closes_on``, ``criteria``, ``no_call_reason``; checked by the
        form.
    document
        Content and ending of a document, as `attachments.document_of` gives them.

    Raises
    ------
    RecordFixed
        When a gate signed it, or the call has opened and what would change stays from then on.
    """
    kept = _locked(pilot, GateKind.CALL, GateKind.SELECTION)
    call, _new = Call.objects.get_or_create(pilot=kept)
    _opened_stays(call, values, document)
    changed = changed_fields(call, dict(values))
    digest = criteria_hash(call.criteria) if call.opened_on else ""
    if call.criteria_sha256 != digest:
        call.criteria_sha256 = digest
        call.criteria_fixed_at = timezone.now() if digest else None
    if document is not None:
        content, ending = document
        call.document.save(f"call.{ending}", ContentFile(content), save=False)
        changed.append("document")
    call.save()
    if changed:
        record(
            partnership=kept.partnership,
            by=by,
            action="pilots.call.recorded",
            about=call,
            fields=changed,
        )
    return call


def _opened_stays(call: Call, values: Mapping[str, Any], document: object) -> None:
    if not has_opened(call):
        return
    assert call.opened_on is not None  # noqa: S101 - it has opened
    closes = values.get("closes_on")
    earlier = closes is None or bool(call.closes_on and closes < call.closes_on)
    touched = [name for name in FIXED if values.get(name) != getattr(call, name)]
    if "link" in touched and not call.link:
        touched.remove("link")  # a place where it can be read as well
    if touched or earlier or (document is not None and call.document):
        text = _(
            "The call opened on %(day)s. Its document, criteria and days stay, for whoever offers "
            "relies on them; only a later closing day may be given. To ask for something else, "
            "withdraw this call with a public reason, and record a new one."
        )
        raise RecordFixed(text % {"day": formats.date_format(call.opened_on)})
    if closes != call.closes_on and call.bids.exists():
        # Longer open, it would be open to whoever has read the others' offers.
        raise RecordFixed(_("Offers are recorded. The day on which the call closed stays."))


@transaction.atomic
def withdraw_call(*, pilot: Pilot, by: User, reason: str) -> PastCall:
    """Withdraw a call that has opened; what it asked for stays public, with the reason.

    Raises
    ------
    RecordFixed
        When no call has opened, offers are recorded, or a gate signed it.
    """
    kept = _locked(pilot, GateKind.CALL, GateKind.SELECTION)
    call = Call.objects.filter(pilot=kept).first()
    if call is None or not has_opened(call):
        raise RecordFixed(_("No call has opened. Change what is recorded."))
    if call.bids.exists():
        raise RecordFixed(_("Offers are recorded. A call that was answered is not withdrawn."))
    if not letters(reason):
        raise RecordFixed(_("Say why. Everybody reads it."))
    names = ("link", "document", "opened_on", "closes_on", "criteria", "criteria_sha256")
    past = PastCall.objects.create(
        pilot=kept,
        withdrawn_at=timezone.now(),
        reason=reason.strip(),
        **{name: getattr(call, name) for name in names},
    )
    record(partnership=kept.partnership, by=by, action="pilots.call.withdrawn", about=past)
    empty = {"link": "", "document": "", "criteria": "", "criteria_sha256": ""}
    days = {"opened_on": None, "closes_on": None, "criteria_fixed_at": None}
    Call.objects.filter(pk=call.pk).update(**empty, **days)
    return past


# Selection ----------------------------------------------------------------------------------


@transaction.atomic
def add_bid(*, pilot: Pilot, by: User, values: Mapping[str, Any]) -> Bid:
    """Record who offered, and for how much.

    Raises
    ------
    RecordFixed
        Before the call has closed, when nothing is recorded of a call, or a gate signed it.
    """
    kept = _locked(pilot, GateKind.SELECTION)
    bid = Bid.objects.create(call=_closed_call(kept), **values)
    record(partnership=kept.partnership, by=by, action="pilots.bid.recorded", about=bid)
    return bid


def _closed_call(pilot: Pilot) -> Call:
    call = Call.objects.filter(pilot=pilot).first()
    if call is None or not (call.opened_on or call.no_call_reason):
        raise RecordFixed(_("Record the open call, or why there was none, first."))
    if call.closes_on and call.closes_on >= timezone.localdate():
        text = _(
            "The call is open until %(day)s. Offers are recorded from the next day on, so that "
            "nobody reads another's."
        )
        raise RecordFixed(text % {"day": formats.date_format(call.closes_on)})
    return call


@transaction.atomic
def change_bid(*, bid: Bid, by: User, values: Mapping[str, Any]) -> None:
    """Correct an offer.

    Raises
    ------
    RecordFixed
        When the selection gate signed it.
    """
    kept = _locked(bid.call.pilot, GateKind.SELECTION)
    stored = Bid.objects.get(pk=bid.pk)
    if changed := changed_fields(stored, dict(values)):
        stored.save(update_fields=changed)
        record(
            partnership=kept.partnership,
            by=by,
            action="pilots.bid.changed",
            about=stored,
            fields=changed,
        )


@transaction.atomic
def delete_bid(*, bid: Bid, by: User) -> None:
    """Delete an offer that was recorded by mistake.

    Raises
    ------
    RecordFixed
        When it was chosen, or the selection gate signed it.
    """
    kept = _locked(bid.call.pilot, GateKind.SELECTION)
    if Bid.objects.filter(pk=bid.pk, chosen=True).exists():
        raise RecordFixed(_("This offer was chosen. Choose another one first."))
    record(partnership=kept.partnership, by=by, action="pilots.bid.deleted", about=bid)
    bid.delete()


@transaction.atomic
def choose_bid(
    *,
    pilot: Pilot,
    by: User,
    bid: Bid,
    chosen_on: dt.date,
    chosen_by: str,
    chosen_why: str,
    jurors: Iterable[str] | None = None,
) -> Call:
    """Record which offer was chosen, by whom and why; the plan names who supplies it.

    Parameters
    ----------
    jurors
        Each who chose: of each a declaration of interests is asked for. None leaves them.

    Raises
    ------
    RecordFixed
        When the day lies before the call closed, or the selection gate signed it.
    """
    kept = _locked(pilot, GateKind.SELECTION)
    call = _closed_call(kept)
    if call.closes_on and chosen_on <= call.closes_on:
        text = _("The call closed on %(day)s. Give a later day.")
        raise RecordFixed(text % {"day": formats.date_format(call.closes_on)})
    call.bids.exclude(pk=bid.pk).filter(chosen=True).update(chosen=False)
    call.bids.filter(pk=bid.pk).update(chosen=True)
    call.chosen_on, call.chosen_by, call.chosen_why = chosen_on, chosen_by, chosen_why
    call.save(update_fields=["chosen_on", "chosen_by", "chosen_why"])
    if not kept.company and not kept.gates.filter(kind=GateKind.DATA_PROTECTION.value).exists():
        kept.company = bid.organisation
        kept.save(update_fields=["company"])
    if jurors is not None:
        name_jurors(call, by, jurors)
    record(partnership=kept.partnership, by=by, action="pilots.bid.chosen", about=bid)
    return call


@transaction.atomic
def declare_interest(*, pilot: Pilot, by: User, values: Mapping[str, Any]) -> ConflictOfInterest:
    """Record what somebody who chose told; an interest that is found late is taken too.

    Raises
    ------
    RecordFixed
        When nothing is recorded of a call.
    """
    kept = _locked(pilot)
    call = Call.objects.filter(pilot=kept).first()
    if call is None:
        raise RecordFixed(_("Record the open call, or why there was none, first."))
    made = call.declarations.filter(juror=values["juror"], declared_on=None).first()
    made = made or ConflictOfInterest(call=call)
    for name, value in {**values, "missing_reason": ""}.items():
        setattr(made, name, value)
    made.save()
    made.links.filter(used_at=None).delete()
    record(partnership=kept.partnership, by=by, action="pilots.declaration.recorded", about=made)
    return made


@transaction.atomic
def delete_declaration(*, declaration: ConflictOfInterest, by: User) -> None:
    """Delete a declaration that was recorded by mistake.

    Raises
    ------
    RecordFixed
        When the selection gate signed it.
    """
    kept = _locked(declaration.call.pilot, GateKind.SELECTION)
    record(
        partnership=kept.partnership,
        by=by,
        action="pilots.declaration.deleted",
        about=declaration,
    )
    declaration.delete()


# Agreement ----------------------------------------------------------------------------------


@transaction.atomic
def save_clauses(*, pilot: Pilot, by: User, answers: Mapping[str, Mapping[str, Any]]) -> None:
    """Record what the agreement settles and where, and why what is missing is.

    Parameters
    ----------
    answers
        Code of a clause → ``settled``, ``where``, ``missing_reason``; and of the dated task that
        follows from it ``task_text``, ``task_owner``, ``task_due_on``, ``task_every_year``,
        ``no_task_reason``. What the rule says too (`queries.obligations`) goes on to follow it.

    Raises
    ------
    RecordFixed
        When the agreement gate signed it, or taking down would be agreed for too late a day.
    """
    kept = _locked(pilot, GateKind.AGREEMENT)
    changed = []
    for code, given in answers.items():
        values = _clause_values(kept, code, given)
        removal_day = values.get("task_due_on") if code == ClauseCode.REMOVAL else None
        if late := why_not_so_late(kept, removal_day):
            raise RecordFixed(late)
        clause = Clause.objects.filter(pilot=kept, code=code).first()
        clause = clause or Clause(pilot=kept, code=ClauseCode(code).value)
        if changed_fields(clause, values) or clause.pk is None:
            clause.save()
            changed.append(code)
    if changed:
        record(
            partnership=kept.partnership,
            by=by,
            action="pilots.clauses.recorded",
            about=kept,
            fields=changed,
        )
    if never_signed(kept):
        make_obligations(kept, by)


# Fields of a clause about its task, and what they are without one.
NO_TASK: dict[str, Any] = {
    "task_text": "",
    "task_owner": "",
    "task_due_on": None,
    "task_every_year": None,
    "no_task_reason": "",
}


def _clause_values(pilot: Pilot, code: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a clause; of one that is missing nothing follows."""
    if not given["settled"]:
        reason = given["missing_reason"].strip()
        return {"settled": False, "where": "", "missing_reason": reason, **NO_TASK}
    task = {name: given[name] for name in NO_TASK if name in given}
    task = {name: one.strip() if isinstance(one, str) else one for name, one in task.items()}
    if task.get("no_task_reason"):
        task = {**NO_TASK, "no_task_reason": task["no_task_reason"]}
    where = given["where"].strip()
    return {
        "settled": True,
        "where": where,
        "missing_reason": "",
        **beside_the_rule(pilot, code, task),
    }
