from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "lamppost.impact"
    label = "impact"
    verbose_name = "Impact"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
        from lamppost.pilots.ports import (
            FINDINGS,
            GATE_CHECKS,
            GATE_KEEPERS,
            GATE_PASSED,
            PLAN_FROZEN,
            PLAN_MOVED,
            VERSIONS_CHANGED,
        )
        from lamppost.sensing.ports import READINGS_IMPORTED
        from lamppost.vision.ports import INDICATOR_KEEPERS

        from . import desk

        STAGE_STATUS.register(desk.stage_status)
        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        FINDINGS.register(desk.findings)
        GATE_CHECKS.register(desk.gate_checks)
        GATE_KEEPERS.register(desk.gate_keepers)
        GATE_PASSED.register(desk.gate_passed)
        PLAN_FROZEN.register(desk.plan_frozen)
        PLAN_MOVED.register(desk.plan_moved)
        VERSIONS_CHANGED.register(desk.versions_changed)
        READINGS_IMPORTED.register(desk.readings_imported)
        INDICATOR_KEEPERS.register(desk.indicator_keepers)
