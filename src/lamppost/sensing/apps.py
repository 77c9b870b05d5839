from django.apps import AppConfig


class SensingConfig(AppConfig):
    name = "lamppost.sensing"
    label = "sensing"
    verbose_name = "Sensing"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS
        from lamppost.pilots.ports import DEVICE_HEALTH, GATE_CHECKS, GATE_KEEPERS, SITE_KEEPERS
        from lamppost.vision.ports import INDICATOR_KEEPERS

        from . import desk, health

        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        DEVICE_HEALTH.register(health.device_health)
        GATE_CHECKS.register(desk.gate_checks)
        GATE_KEEPERS.register(desk.gate_keepers)
        SITE_KEEPERS.register(desk.site_keepers)
        INDICATOR_KEEPERS.register(desk.indicator_keepers)
