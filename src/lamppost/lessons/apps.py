from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "lamppost.lessons"
    label = "lessons"
    verbose_name = "Lessons"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
        from lamppost.pilots.ports import LESSON_OF, RESULTS

        from . import desk

        STAGE_STATUS.register(desk.stage_status)
        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        LESSON_OF.register(desk.lesson_said)
        RESULTS.register(desk.pilot_results)
