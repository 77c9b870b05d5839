from django.apps import AppConfig


class SensingConfig(AppConfig):
    name = "lamppost.sensing"
    label = "sensing"
    verbose_name = "Sensing"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS
        from lamppost.pilots.ports import (
            BASELINE_LENGTH,
            BASELINE_SERIES,
            DEVICE_HEALTH,
            GATE_CAUTIONS,
            GATE_CHECKS,
            GATE_KEEPERS,
            SITE_KEEPERS,
        )
        from lamppost.vision.ports import INDICATOR_KEEPERS

        from . import desk, health, queries

        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        BASELINE_LENGTH.register(desk.baseline_length)
        BASELINE_SERIES.register(queries.baseline_series)
        DEVICE_HEALTH.register(health.device_health)
        GATE_CAUTIONS.register(desk.gate_cautions)
        GATE_CHECKS.register(desk.gate_checks)
        GATE_KEEPERS.register(desk.gate_keepers)
        SITE_KEEPERS.register(desk.site_keepers)
        INDICATOR_KEEPERS.register(desk.indicator_keepers)
