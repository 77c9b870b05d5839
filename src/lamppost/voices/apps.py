from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "lamppost.voices"
    label = "voices"
    verbose_name = "Voices"
