"""Titles become a record of their own, with the table they had. A revocation is a decision too."""

from django.db import migrations, models

RENAME = "ALTER TABLE recognition_title RENAME TO titles_title"
RENAME_BACK = "ALTER TABLE titles_title RENAME TO recognition_title"


class Migration(migrations.Migration):
    dependencies = [
        ("recognition", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("recognise", "Quyết định công nhận"),
                    ("refuse", "Không công nhận"),
                    ("revoke", "Quyết định thu hồi"),
                    ("keep", "Không thu hồi"),
                ],
                max_length=12,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RENAME, RENAME_BACK)],
            state_operations=[migrations.DeleteModel(name="Title")],
        ),
    ]
