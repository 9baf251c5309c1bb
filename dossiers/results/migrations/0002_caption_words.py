"""Captions of evidence can be searched."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.db import migrations, models

import storage.vietnamese


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0007_reading"),
        ("results", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="caption_words",
            field=models.GeneratedField(
                db_persist=True,
                expression=storage.vietnamese.SearchableWords("caption"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["caption_words"], name="evidence_caption_words"
            ),
        ),
    ]
