from django.db import migrations


def name_sites_of_draws(apps, schema_editor):
    """Whatever was drawn before is held by the database too."""
    alias = schema_editor.connection.alias
    Site, Drawn = apps.get_model("pilots", "Site"), apps.get_model("pilots", "DrawnSite")
    drawn = Site.objects.using(alias).filter(pilot__lottery_seed__isnull=False)
    Drawn.objects.using(alias).bulk_create(
        [Drawn(pilot_id=pilot, site_id=site) for site, pilot in drawn.values_list("pk", "pilot")]
    )


class Migration(migrations.Migration):
    dependencies = [("pilots", "0018_jurors_draws_and_the_day")]

    operations = [migrations.RunPython(name_sites_of_draws, migrations.RunPython.noop)]
