"""What is read in documents; the names of those that are there can be searched at once."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import storage.vietnamese


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reading",
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("read", "Đã đọc nội dung"),
                            ("unreadable", "Không đọc được nội dung"),
                            ("died", "Không đọc được nội dung trong giới hạn cho phép"),
                        ],
                        max_length=12,
                    ),
                ),
                ("read_at", models.DateTimeField()),
                ("pages", models.PositiveIntegerField(null=True)),
                ("is_text_whole", models.BooleanField(default=True)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("camera", models.CharField(blank=True, max_length=100)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                            _connector="OR",
                        ),
                        name="reading_position_is_on_earth",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Text",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=storage.vietnamese.SearchableWords("text"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "ordering": ["document", "number"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="document_text_words")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "number"), name="one_text_a_page")
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO documents_text (document_id, number, text) SELECT id, 0, name FROM documents_document",
            migrations.RunSQL.noop,
        ),
    ]
