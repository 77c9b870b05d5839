"""Fill in which pilots stand in the sensor register, and of which pilot a decision's view is."""

from django.db import migrations


def forwards(apps, schema_editor):
    Pilot = apps.get_model("pilots", "Pilot")
    RegisterEntry = apps.get_model("pilots", "RegisterEntry")
    known = RegisterEntry.objects.values("pilot")
    Pilot.objects.filter(pk__in=known).update(registered=True)
    # Nothing was taken in there anyway: readings ask for an entry that is in force.
    Pilot.objects.filter(registered=False).update(measuring=False)
    apps.get_model("pilots", "GroupView").objects.filter(text="").delete()
    _views_of_the_only_pilot(apps)


def _views_of_the_only_pilot(apps):
    """Say of which pilot a view on "the decision" is, where the partnership has but one."""
    Pilot = apps.get_model("pilots", "Pilot")
    EndingView = apps.get_model("pilots", "EndingView")
    views = apps.get_model("vision", "OrganisationView").objects.filter(subject="decision")
    for view in views.exclude(text=""):
        pilots = list(Pilot.objects.filter(partnership=view.partnership_id)[:2])
        if len(pilots) == 1:
            EndingView.objects.create(
                pilot=pilots[0],
                stakeholder_id=view.stakeholder_id,
                text=view.text,
                language=view.language,
                by_id=view.by_id,
                written_at=view.written_at,
            )
            view.delete()


class Migration(migrations.Migration):
    dependencies = [("pilots", "0009_themes_and_views"), ("vision", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
