"""A yearly review may be confirmed against what was recommended, for a reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("titles", "0002_cancelled_reviews"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="against_reasons",
            field=models.TextField(blank=True),
        ),
    ]
