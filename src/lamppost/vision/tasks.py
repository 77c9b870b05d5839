"""Background work of vision: a landscape is never computed in a web request."""

from __future__ import annotations

from typing import Any

from django_tasks import task


@task()
def refresh_landscape(conversation_id: int, whatever: bool = False) -> bool:
    """Compute the landscape of a conversation again when enough has changed; say whether it was."""
    from .actions.landscape import refresh
    from .actions.traces import forget_traces
    from .models import Conversation

    forget_traces()
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    return conversation is not None and refresh(conversation=conversation, whatever=whatever)


@task()
def effect_of_declining(conversation_id: int, numbers: list[int]) -> dict[str, Any]:
    """Compute what declining these statements would change; the task keeps the answer."""
    from . import effects
    from .models import Conversation

    conversation = Conversation.objects.get(pk=conversation_id)
    # Before the votes are read: what is cast meanwhile makes the answer an older one.
    state = effects.state_of(conversation)
    return effects.effect_of_declining(conversation, numbers).to_json() | {effects.STATE: state}


@task()
def forget_by_time() -> int:
    """Delete, every hour, what may be kept for a time only; return how many rows.

    Network traces after two weeks, the salt of a day that is over, steps that were begun more
    than an hour ago. By itself: where nobody votes, nothing else would come by.
    """
    from lamppost.voices.steps import forget_begun_steps

    from .actions.traces import forget_again_later, forget_traces

    forget_again_later()
    return forget_traces() + forget_begun_steps()


@task()
def sweep_files() -> int:
    """Delete files of stories that no row points to, once a day; return how many."""
    from .actions.story_files import sweep_again_later, sweep_story_files

    sweep_again_later()
    return sweep_story_files()
