"""Titles with their own data, their yearly reviews, and cases of revocation.

The table of titles comes over from recognition with its rows; what is new is filled from the decisions.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
UPDATE titles_title AS title
SET level = criteria_set.level, number = decision.number, signed_on = decision.signed_on
FROM recognition_decision AS decision, criteria_criteriaset AS criteria_set
WHERE decision.id = title.decision_id AND criteria_set.id = title.criteria_set_id
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("criteria", "0002_frozen_rows"),
        ("documents", "0013_page_pictures"),
        ("dossier", "0006_purposes_and_states_after_recognition"),
        ("organisations", "0003_positions"),
        ("recognition", "0002_titles_move_out"),
        ("results", "0003_replaced_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Title",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        (
                            "status",
                            models.CharField(
                                choices=[("in_force", "Đang có hiệu lực"), ("revoked", "Đã thu hồi")],
                                default="in_force",
                                max_length=10,
                            ),
                        ),
                        (
                            "commune",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="titles",
                                to="organisations.administrativeunit",
                            ),
                        ),
                        (
                            "criteria_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="criteria.criteriaset",
                            ),
                        ),
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="title",
                                to="recognition.decision",
                            ),
                        ),
                    ],
                    options={"ordering": ["-year"]},
                ),
            ],
        ),
        migrations.AddField(
            model_name="title",
            name="level",
            field=models.CharField(
                choices=[
                    ("ntm", "Xã nông thôn mới"),
                    ("nang_cao", "Xã nông thôn mới nâng cao"),
                    ("kieu_mau", "Xã nông thôn mới kiểu mẫu"),
                ],
                default="",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="title",
            name="number",
            field=models.CharField(default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(model_name="title", name="signed_on", field=models.DateField(null=True)),
        migrations.AddField(
            model_name="title", name="field", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(
            model_name="title", name="revoked_on", field=models.DateField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="title",
            name="origin",
            field=models.CharField(
                choices=[
                    ("decided", "Công nhận trong phần mềm"),
                    ("paper", "Nhập từ văn bản"),
                    ("carried_over", "Ghi cho đơn vị kế thừa"),
                ],
                default="decided",
                max_length=12,
            ),
        ),
        migrations.AddField(model_name="title", name="grounds", field=models.TextField(blank=True)),
        migrations.AddField(model_name="title", name="recorded_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="title", name="meets_set", field=models.BooleanField(null=True)),
        migrations.AddField(
            model_name="title", name="assessed_year", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="title", name="short_since", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="title",
            name="assessed_set",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.criteriaset",
            ),
        ),
        migrations.AddField(
            model_name="title",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="title",
            name="predecessor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="titles.title",
            ),
        ),
        migrations.AddField(
            model_name="title",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name="title", name="signed_on", field=models.DateField()),
        migrations.AlterField(
            model_name="title",
            name="criteria_set",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.criteriaset",
            ),
        ),
        migrations.AlterField(
            model_name="title",
            name="decision",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="title",
                to="recognition.decision",
            ),
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="review",
                        serialize=False,
                        to="dossier.dossier",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("yearly", "Rà soát hằng năm"), ("extraordinary", "Rà soát đột xuất")],
                        default="yearly",
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("statement", models.TextField(blank=True)),
                ("summary", models.TextField(blank=True)),
                ("recommends_confirming", models.BooleanField(null=True)),
                ("meets", models.BooleanField(null=True)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("dated_on", models.DateField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "prefilled_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossier.dossier",
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-dossier_id"],
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="revocation",
                        serialize=False,
                        to="dossier.dossier",
                    ),
                ),
                ("total", models.PositiveSmallIntegerField()),
                ("unmet", models.PositiveSmallIntegerField()),
                ("critical_unmet", models.TextField(blank=True)),
                ("is_open", models.BooleanField(default=True)),
                ("grounds", models.TextField()),
                ("number", models.CharField(blank=True, max_length=60)),
                ("dated_on", models.DateField(null=True)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("report", models.TextField(blank=True)),
                ("reported_at", models.DateTimeField(null=True)),
                (
                    "decision_document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="titles.review",
                    ),
                ),
                (
                    "title",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="titles.title",
                    ),
                ),
            ],
            options={
                "ordering": ["-dossier_id"],
            },
        ),
        migrations.AddField(
            model_name="review",
            name="title",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="titles.title"
            ),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("", "Chưa có số liệu"),
                            ("met", "Đạt"),
                            ("not_met", "Chưa đạt"),
                            ("not_applicable", "Không áp dụng"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="results.indicatorresult",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="titles.review",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                        ),
                        name="correction_says_what_and_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssessedCriterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("", "Chưa có số liệu"),
                            ("met", "Đạt"),
                            ("not_met", "Chưa đạt"),
                            ("not_applicable", "Không áp dụng"),
                        ],
                        max_length=16,
                    ),
                ),
                ("unmet", models.CharField(blank=True, max_length=300)),
                ("is_critical", models.BooleanField()),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="criteria.criterion"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="criteria",
                        to="titles.review",
                    ),
                ),
            ],
            options={
                "ordering": ["review", "criterion__set", "criterion__number"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "criterion"), name="one_standing_a_criterion"),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["met", "not_met", "not_applicable"])),
                        name="assessed_criterion_is_concluded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RevocationOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("assigned_at", models.DateTimeField()),
                ("agrees", models.BooleanField(null=True)),
                ("reasons", models.TextField(blank=True)),
                ("number", models.CharField(blank=True, max_length=60)),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.agency",
                    ),
                ),
                (
                    "revocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="titles.revocation",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["department__name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("revocation", "department"), name="one_opinion_a_department_and_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_at__isnull", True), ("agrees__isnull", False), _connector="OR"
                        ),
                        name="signed_opinion_says_yes_or_no",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="title",
            index=models.Index(fields=["level", "-year"], name="titles_titl_level_c07d06_idx"),
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision__isnull", True), ("status", "in_force")),
                fields=("commune", "level", "year"),
                name="one_title_entered_a_level_and_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__isnull", False), ("origin", "decided")),
                    models.Q(models.Q(("origin", "decided"), _negated=True), ("decision__isnull", True)),
                    _connector="OR",
                ),
                name="title_rests_on_a_decision_or_a_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="title",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_on__isnull", False), ("status", "revoked")),
                    models.Q(("revoked_on__isnull", True), ("status", "in_force")),
                    _connector="OR",
                ),
                name="title_revoked_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)), fields=("title",), name="one_open_case_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("unmet__lte", models.F("total")), ("total__gt", 0)),
                name="revocation_counts",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "yearly")),
                fields=("title", "year"),
                name="one_yearly_review_a_title",
            ),
        ),
    ]
