from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "lamppost.voices"
    label = "voices"
    verbose_name = "Voices"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS

        from .desk import desk_items

        DESK_ITEMS.register(desk_items)
