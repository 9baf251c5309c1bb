"""A reminder remembers the deadline that it told of, so that one that moved is told anew."""

from django.db import migrations, models

FORWARDS = """
UPDATE notifications_reminder AS reminder
SET due_on = item.due_on
FROM workflows_workitem AS item
WHERE item.id = reminder.item_id AND item.closed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_kinds_of_reminders")]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="kind",
            field=models.CharField(
                choices=[
                    ("late", "Quá hạn"),
                    ("today", "Đến hạn trong ngày"),
                    ("escalated", "Cơ quan quá hạn"),
                    ("soon", "Sắp đến hạn"),
                    ("returned", "Bị trả lại, cần bổ sung"),
                    ("supplement", "Sở, ngành yêu cầu bổ sung"),
                    ("answered", "Xã đã trả lời bổ sung, thẩm định tiếp"),
                    ("extended", "Được gia hạn"),
                    ("new", "Việc mới"),
                    ("not_recognised", "Không được công nhận"),
                    ("recognised", "Đã được công nhận"),
                    ("revoking", "Bị đề nghị thu hồi danh hiệu"),
                    ("revoked", "Bị thu hồi danh hiệu"),
                    ("title_kept", "Không bị thu hồi danh hiệu"),
                    ("reviewed", "Kết quả rà soát đã được xác nhận"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
    ]
