"""Routes of impact, below /p/<partnership>/impact/."""

from django.urls import path

from .views import files, foresight, pages, plan

app_name = "impact"
urlpatterns = [
    path("", pages.overview, name="list"),
    path("<int:pilot>/", pages.pilot_page, name="pilot"),
    path("<int:pilot>/sheet/", pages.sheet, name="sheet"),
    path("<int:pilot>/data/", pages.data, name="data"),
    path("<int:pilot>/method/", pages.method, name="method"),
    path("<int:pilot>/compute/", pages.recompute, name="compute"),
    path("<int:pilot>/plan/", plan.plan, name="plan"),
    path("<int:pilot>/plan/foresight/", foresight.foresight, name="foresight"),
    path("<int:pilot>/plan/frozen/", plan.plan_read, name="plan_read"),
    path("<int:pilot>/plan/plan.json", plan.plan_download, name="plan_file"),
    path("<int:pilot>/plan/freeze/", plan.freeze, name="freeze"),
    path("<int:pilot>/panel.csv", files.panel_download, name="panel"),
    path("<int:pilot>/unmoved.csv", files.unmoved_download, name="unmoved"),
    path("<int:pilot>/estimate.json", files.estimate_download, name="estimate"),
    path("<int:pilot>/estimate.ipynb", files.notebook_download, name="notebook"),
]
