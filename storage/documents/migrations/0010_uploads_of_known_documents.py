import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0009_signatures"),
    ]

    operations = [
        migrations.AlterField(
            model_name="upload",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uploads",
                to="documents.document",
            ),
        ),
    ]
