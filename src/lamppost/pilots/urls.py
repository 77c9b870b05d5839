"""Routes of pilots, below /p/<partnership>/pilots/."""

from django.urls import URLPattern, path

from . import life_urls, outcome_urls, pulse_urls, record_urls, register_urls
from .views import added, alerts, feedback, live, lot, pilots, planning, sites

app_name = "pilots"
urlpatterns: list[URLPattern] = [
    path("", planning.pilot_list, name="list"),
    path("new/", planning.choose_playbook, name="new"),
    path("new/<slug:playbook>/", planning.new_pilot, name="new_from"),
    path("playbooks/<slug:playbook>/", planning.playbook_page, name="playbook"),
    path("<int:pilot>/", pilots.pilot_page, name="pilot"),
    path("<int:pilot>/steps/", pilots.work, name="work"),
    path("<int:pilot>/edit/", planning.edit_pilot, name="edit"),
    *life_urls.urlpatterns,
    path("<int:pilot>/sites/", sites.site_list, name="sites"),
    path("<int:pilot>/sites/new/", sites.new_site, name="new_site"),
    path("<int:pilot>/sites/import/", sites.import_sites, name="import_sites"),
    path("areas/", lot.areas, name="areas"),
    path("<int:pilot>/sites/draw/", lot.draw, name="draw"),
    path("<int:pilot>/sites/draw/promise/", lot.promise_lot, name="promise_lot"),
    path("<int:pilot>/sites/draw/steps/", lot.draw_steps, name="draw_steps"),
    path("<int:pilot>/sites/sheets/", sites.sheets, name="sheets"),
    path("<int:pilot>/sites/<int:site>/edit/", sites.edit_site, name="edit_site"),
    path("<int:pilot>/sites/<int:site>/delete/", sites.delete_site, name="delete_site"),
    path("<int:pilot>/sites/<int:site>/sheet/", sites.sheet, name="sheet"),
    path("<int:pilot>/live/", live.live, name="live"),
    path("<int:pilot>/feedback/", feedback.feedback_list, name="feedback"),
    path("<int:pilot>/feedback/newest/", feedback.feedback_newest, name="feedback_newest"),
    path("<int:pilot>/feedback/<int:feedback>/photo/", added.feedback_photo, name="feedback_photo"),
    path(
        "<int:pilot>/feedback/<int:feedback>/photo/words/",
        added.moderate_photo,
        name="moderate_photo",
    ),
    path("<int:pilot>/alerts/", alerts.alert_list, name="alerts"),
    path("<int:pilot>/alerts/<int:alert>/", alerts.alert, name="alert"),
    path("<int:pilot>/alerts/<int:alert>/owner/", alerts.hand_over, name="hand_over_alert"),
    path("<int:pilot>/feedback/enter/", feedback.enter_paper, name="enter_paper"),
    path("<int:pilot>/feedback/enter/several/", feedback.enter_sheets, name="enter_sheets"),
    path("<int:pilot>/changes/new/", feedback.new_change, name="new_change"),
    path("<int:pilot>/changes/<int:change>/edit/", feedback.edit_change, name="edit_change"),
    path("<int:pilot>/changes/<int:change>/delete/", feedback.delete_change, name="delete_change"),
    *outcome_urls.urlpatterns,
    *record_urls.urlpatterns,
    *pulse_urls.urlpatterns,
    *register_urls.urlpatterns,
]
