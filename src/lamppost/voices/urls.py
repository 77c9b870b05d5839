"""Routes of voices, below /p/<partnership>/voices/."""

from django.urls import path

from .views import mine, queue

app_name = "voices"
urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("mine/my-answers.json", mine.download, name="download"),
    path("mine/erase/", mine.erase_all, name="erase_all"),
    path("mine/erase/<slug:kind>/<slug:identifier>/", mine.erase_one, name="erase_one"),
    path("mine/words/<int:voice>/consent/", mine.consent, name="consent"),
    path("queue/", queue.queue, name="queue"),
    path("queue/<int:voice>/", queue.decide, name="decide"),
    path("queue/<int:voice>/text/", queue.edit_text, name="edit_text"),
]
