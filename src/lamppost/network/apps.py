from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "lamppost.network"
    label = "network"
    verbose_name = "Network"
