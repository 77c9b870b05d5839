from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lamppost.accounts"
    label = "accounts"
    verbose_name = "Accounts"
