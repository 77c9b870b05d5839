"""Statements, their translations and their earlier words."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lamppost.voices.models import Voice

from .conversations import Conversation


class Statement(models.Model):
    """One sentence that others vote on; its words and moderation are a voice."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="statements"
    )
    voice = models.OneToOneField(Voice, on_delete=models.CASCADE, related_name="statement")
    number = models.PositiveIntegerField()
    is_seed = models.BooleanField(default=False)
    is_meta = models.BooleanField(default=False)
    # It says the same as another: its votes count there, for whoever has not answered the other.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )
    # It is a part of one that said two things at once; votes on that one do not count for it.
    split_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts"
    )
    # The story it was drawn from, with the teller's consent.
    story = models.ForeignKey(
        "Story", null=True, blank=True, on_delete=models.SET_NULL, related_name="statements"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "number"], name="vision_statement_number_once"
            ),
        ]


class StatementTranslation(models.Model):
    """A statement in another language, made by the host."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=12)
    text = models.CharField(_("statement"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "language"], name="vision_statement_once_in_a_language"
            ),
        ]


# Stands where earlier words may not be read any more.
TAKEN_OUT = "[…]"


class StatementEdit(models.Model):
    """Earlier words of a statement that staff mended: nothing is changed silently."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="edits")
    earlier_text = models.CharField(max_length=4000)
    reason = models.CharField(_("why"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField()

    class Meta:
        ordering = ["edited_at", "pk"]

    @property
    def is_hidden(self) -> bool:
        """Whether the words were taken out of the history; when and why stay."""
        return self.earlier_text == TAKEN_OUT
