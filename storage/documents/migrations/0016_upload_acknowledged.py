"""A refusal stays listed until the person has read it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0015_blake3"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="acknowledged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(("acknowledged_at", None), ("state", "refused")),
                fields=["owner_id", "subject"],
                name="upload_refusal_unread",
            ),
        ),
    ]
