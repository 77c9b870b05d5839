from django.apps import AppConfig


class PilotsConfig(AppConfig):
    name = "lamppost.pilots"
    label = "pilots"
    verbose_name = "Pilots"
