"""Where units lie, as far as it is known."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_names_in_vietnamese"),
    ]

    operations = [
        migrations.AddField(
            model_name="administrativeunit",
            name="latitude",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="administrativeunit",
            name="longitude",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="administrativeunit",
            name="reach_km",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="administrativeunit",
            name="position_source",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="administrativeunit",
            name="position_verified",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="administrativeunit",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("latitude__isnull", True), ("longitude__isnull", True), ("reach_km__isnull", True)),
                    Q(
                        ("latitude__range", (-90, 90)),
                        ("longitude__range", (-180, 180)),
                        ("reach_km__gt", 0),
                        Q(("position_source", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="unit_position_is_whole",
            ),
        ),
    ]
