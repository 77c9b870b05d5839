from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    name = "lamppost.stakeholders"
    label = "stakeholders"
    verbose_name = "Stakeholders"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, MEMBER_JOINED, NEWS_ITEMS, STAGE_STATUS

        from . import desk

        STAGE_STATUS.register(desk.stage_status)
        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        MEMBER_JOINED.register(desk.member_joined)
