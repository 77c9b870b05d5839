"""Routes of the host's ways to take part, below questions/<code>/."""

from django.urls import path

from .views import room, ways

urlpatterns = [
    path("ways/", ways.ways, name="ways"),
    path("ways/ladder/", ways.ladder, name="ladder"),
    path("ways/in-person/", ways.in_person, name="in_person"),
    path("ways/codes/", ways.codes, name="codes"),
    path("ways/codes/<int:batch>/withdraw/", ways.codes_withdraw, name="codes_withdraw"),
    path("ways/kiosks/", ways.kiosk_list, name="kiosks"),
    path("ways/kiosks/<int:kiosk>/end/", ways.kiosk_end, name="kiosk_end"),
    path("ways/card/", ways.card_host, name="card_host"),
    path("ways/rooms/", room.rooms, name="rooms"),
    path("room/<int:room>/screen/", room.room_screen, name="room_screen"),
    path("room/<int:room>/choose/", room.room_choose, name="room_choose"),
    path("room/<int:room>/move/", room.room_move, name="room_move"),
    path("room/<int:room>/close/", room.room_close, name="room_close"),
]
