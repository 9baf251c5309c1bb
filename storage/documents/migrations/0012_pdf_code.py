"""Whether a PDF may run code; those read before are looked through again."""

from django.db import migrations, models

PDF = "application/pdf"


def read_again(apps, schema_editor):
    """Forget what was read of PDFs: the job that looks for unread documents reads them again."""
    apps.get_model("documents", "Reading").objects.filter(document__content_type=PDF).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0011_likeness"),
    ]

    operations = [
        migrations.RunPython(read_again, migrations.RunPython.noop),
        migrations.AddField(
            model_name="reading",
            name="may_run_code",
            field=models.BooleanField(default=False),
        ),
    ]
