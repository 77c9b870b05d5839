from django.apps import AppConfig


class SensingConfig(AppConfig):
    name = "lamppost.sensing"
    label = "sensing"
    verbose_name = "Sensing"
