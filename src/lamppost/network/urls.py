"""Routes of network, below /p/<partnership>/network/."""

from django.urls import path

from .views import calendars, meetings, sheets, ties

app_name = "network"
urlpatterns = [
    path("", meetings.overview, name="list"),
    path("plan/", meetings.plan, name="plan"),
    path("ties/", ties.ties, name="ties"),
    path("calendar/", calendars.address, name="calendar"),
    path("calendar/<str:token>.ics", calendars.feed, name="feed"),
    path("<int:pk>/", meetings.detail, name="meeting"),
    path("<int:pk>/edit/", meetings.edit, name="edit"),
    path("<int:pk>/cancel/", meetings.cancel, name="cancel"),
    path("<int:pk>/reinstate/", meetings.reinstate, name="reinstate"),
    path("<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("<int:pk>/attendance/", sheets.attendance, name="attendance"),
    path("<int:pk>/invite/", sheets.invite, name="invite"),
    path("<int:pk>/meeting.ics", calendars.meeting, name="ics"),
]
