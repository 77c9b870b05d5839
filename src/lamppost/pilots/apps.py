from django.apps import AppConfig


class PilotsConfig(AppConfig):
    name = "lamppost.pilots"
    label = "pilots"
    verbose_name = "Pilots"

    def ready(self) -> None:
        from django.core.checks import register

        from lamppost.accounts.ports import (
            DESK_ITEMS,
            NEWS_ITEMS,
            OWN_ITEMS,
            RIGHTS_CHANGED,
            STAGE_STATUS,
        )
        from lamppost.vision.ports import INDICATOR_KEEPERS, INDICATOR_SUGGESTIONS, KEPT_FILES
        from lamppost.voices.ports import (
            ABOUT_VOICES,
            CONTRIBUTIONS,
            ERASE_CONTRIBUTION,
            PARTICIPANT_ERASED,
            PARTICIPANTS_JOINED,
        )

        from . import checks, desk, pulse_registered, registered
        from .ports import GATE_KEEPERS, SITE_KEEPERS

        register(checks.own_playbooks)
        STAGE_STATUS.register(registered.stage_status)
        DESK_ITEMS.register(registered.desk_items)
        OWN_ITEMS.register(desk.own_items)
        NEWS_ITEMS.register(registered.news_items)
        RIGHTS_CHANGED.register(registered.rights_changed)
        CONTRIBUTIONS.register(registered.contributions)
        ABOUT_VOICES.register(registered.about_voices)
        ERASE_CONTRIBUTION.register(registered.erase_contribution)
        PARTICIPANT_ERASED.register(registered.participant_erased)
        PARTICIPANTS_JOINED.register(registered.participants_joined)
        KEPT_FILES.register(registered.kept_files)
        INDICATOR_SUGGESTIONS.register(registered.indicator_suggestions)
        CONTRIBUTIONS.register(pulse_registered.contributions)
        ERASE_CONTRIBUTION.register(pulse_registered.erase_contribution)
        PARTICIPANTS_JOINED.register(pulse_registered.participants_joined)
        GATE_KEEPERS.register(pulse_registered.gate_keepers)
        SITE_KEEPERS.register(pulse_registered.site_keepers)
        INDICATOR_KEEPERS.register(registered.indicator_keepers)
        INDICATOR_KEEPERS.register(pulse_registered.indicator_keepers)
