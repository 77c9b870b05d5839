"""Routes of the vision's text and of objections, below /p/<partnership>/vision/."""

from django.urls import path

from .views import objections, vision_text

urlpatterns = [
    path("text/", vision_text.vision_edit, name="vision_edit"),
    path("text/publish/", vision_text.vision_publish, name="vision_publish"),
    path("text/discard/", vision_text.vision_discard, name="vision_discard"),
    path("versions/", vision_text.vision_versions, name="vision_versions"),
    path("versions/<int:version>/", vision_text.vision_version, name="vision_version"),
    path("not-what-we-said/", objections.objection_add, name="objection_add"),
    path("not-what-we-said/sent/", objections.objection_sent, name="objection_sent"),
    path("not-what-we-said/mine/<int:objection>/", objections.my_objection, name="my_objection"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<int:objection>/", objections.objection_answer, name="objection_answer"),
]
