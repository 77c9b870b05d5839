from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "lamppost.base"
    label = "base"
    verbose_name = "Base"
