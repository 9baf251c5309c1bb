from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dossier", "0008_cancelled_reviews"),
        ("titles", "0001_titles_reviews_revocations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="review",
            name="one_yearly_review_a_title",
        ),
        migrations.AddField(
            model_name="review",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("kind", "yearly")),
                fields=("title", "year"),
                name="one_yearly_review_a_title",
            ),
        ),
    ]
