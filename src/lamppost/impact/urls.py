"""Routes of impact, below /p/<partnership>/impact/."""

from django.urls import path

from . import views

app_name = "impact"
urlpatterns = [
    path("", views.overview, name="list"),
    path("<int:pilot>/", views.pilot_page, name="pilot"),
    path("<int:pilot>/plan/", views.plan, name="plan"),
    path("<int:pilot>/plan/frozen/", views.plan_read, name="plan_read"),
    path("<int:pilot>/plan/plan.json", views.plan_download, name="plan_file"),
    path("<int:pilot>/plan/freeze/", views.freeze, name="freeze"),
    path("<int:pilot>/compute/", views.recompute, name="compute"),
    path("<int:pilot>/panel.csv", views.panel_download, name="panel"),
    path("<int:pilot>/estimate.json", views.estimate_download, name="estimate"),
]
