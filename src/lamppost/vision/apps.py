from django.apps import AppConfig


class VisionConfig(AppConfig):
    name = "lamppost.vision"
    label = "vision"
    verbose_name = "Vision"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
        from lamppost.stakeholders.ports import GOES_WITH
        from lamppost.voices.ports import (
            ABOUT_VOICES,
            ALIKE_GROUPS,
            ALIKE_SHOWN,
            BEFORE_DECLINING,
            CONTRIBUTIONS,
            ERASE_CONTRIBUTION,
            PARTICIPANT_ERASED,
            PARTICIPANTS_JOINED,
            VOICE_MODERATED,
            VOICE_REDACTED,
        )

        from . import contributions, desk, joining, queueing
        from .actions.curation import note_taken_out
        from .actions.landscape import count_again_after_moderation, forget_participant

        STAGE_STATUS.register(desk.stage_status)
        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        CONTRIBUTIONS.register(contributions.contributions)
        ERASE_CONTRIBUTION.register(contributions.erase_contribution)
        ABOUT_VOICES.register(contributions.about_voices)
        ALIKE_GROUPS.register(queueing.alike_groups)
        ALIKE_SHOWN.register(queueing.alike_shown)
        BEFORE_DECLINING.register(queueing.before_declining)
        GOES_WITH.register(desk.goes_with)
        PARTICIPANTS_JOINED.register(joining.participants_joined)
        # The stored landscapes first, while the votes still say which they are.
        PARTICIPANT_ERASED.register(forget_participant)
        PARTICIPANT_ERASED.register(contributions.participant_erased)
        VOICE_MODERATED.register(count_again_after_moderation)
        VOICE_REDACTED.register(note_taken_out)
