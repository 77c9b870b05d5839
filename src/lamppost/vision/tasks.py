"""Background work of vision: a landscape is never computed in a web request."""

from __future__ import annotations

from django_tasks import task


@task()
def refresh_landscape(conversation_id: int, whatever: bool = False) -> bool:
    """Compute the landscape of a conversation again when enough has changed; say whether it was."""
    from .actions.landscape import refresh
    from .models import Conversation

    conversation = Conversation.objects.filter(pk=conversation_id).first()
    return conversation is not None and refresh(conversation=conversation, whatever=whatever)
