"""What the worker does for the pilots once a day."""

from __future__ import annotations

from django_tasks import task

from lamppost.base.daily import run_again_later


@task()
def keep_house() -> None:
    """Count answers for good, try mails again, delete addresses and traces that are old.

    An alert whose owner left gets another one.
    """
    from .actions.alerts import give_alerts_owners
    from .actions.counting import count_all_for_good
    from .actions.follows import retry_mails, sweep_addresses
    from .actions.traces import forget_site_traces

    keep_house_again()
    give_alerts_owners()
    count_all_for_good()
    retry_mails()
    sweep_addresses()
    forget_site_traces()


def keep_house_again() -> bool:
    """Let it run in a day unless that is arranged already."""
    return run_again_later(keep_house)
