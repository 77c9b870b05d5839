"""Short addresses of the ways in: the step before a vote, codes, card, kiosk, room."""

from django.urls import path

from .views import card, entry, kiosk, ladder, room

urlpatterns = [
    path("v/<slug:code>/step/", ladder.step, name="step"),
    path("v/<slug:code>/step/count/", ladder.step_count, name="step_count"),
    path("v/<slug:code>/step/email/", ladder.step_email, name="step_email"),
    path("v/<slug:code>/step/email/code/", ladder.step_email_code, name="step_email_code"),
    path("v/<slug:code>/step/account/", ladder.step_account, name="step_account"),
    path("v/<slug:code>/step/code/", ladder.step_code, name="step_code"),
    path("v/<slug:code>/step/in-person/", ladder.step_in_person, name="step_in_person"),
    path("k/<str:token>/", kiosk.kiosk, name="kiosk"),
    path("v/<slug:code>/c/<slug:entry>/", entry.entry, name="entry"),
    path("v/<slug:code>/card/", card.card, name="card"),
    path("v/<slug:code>/card/answer/", card.card_answer, name="card_answer"),
    path("r/", room.room, name="room"),
    path("r/<slug:join_code>/", room.room_join, name="room_join"),
    path("r/<slug:join_code>/state.json", room.room_state, name="room_state"),
]
