"""Routes of the pulse, for those who run it."""

from django.urls import URLPattern, path

from .views import pulse

urlpatterns: list[URLPattern] = [
    path("<int:pilot>/pulse/", pulse.pulse_page, name="pulse"),
    path("<int:pilot>/pulse/questions/new/", pulse.new_question, name="new_pulse_question"),
    path(
        "<int:pilot>/pulse/questions/<int:question>/edit/",
        pulse.edit_question,
        name="edit_pulse_question",
    ),
    path(
        "<int:pilot>/pulse/questions/<int:question>/delete/",
        pulse.delete_question,
        name="delete_pulse_question",
    ),
    path("<int:pilot>/pulse/rounds/new/", pulse.new_round, name="new_pulse_round"),
    path("<int:pilot>/pulse/rounds/<int:number>/edit/", pulse.edit_round, name="edit_pulse_round"),
    path(
        "<int:pilot>/pulse/rounds/<int:number>/delete/",
        pulse.delete_round,
        name="delete_pulse_round",
    ),
    path(
        "<int:pilot>/pulse/rounds/<int:number>/complete/",
        pulse.complete_round,
        name="complete_pulse_round",
    ),
    path("<int:pilot>/pulse/rounds/<int:number>/invited/", pulse.turnout, name="pulse_turnout"),
    path("<int:pilot>/pulse/enter/", pulse.enter_sheet, name="pulse_enter"),
    path("<int:pilot>/pulse/sheets/", pulse.sheets, name="pulse_sheets"),
]
