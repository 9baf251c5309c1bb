from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_cancelled_reviews"),
    ]

    operations = [
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
                    ("ended", "Việc đã kết thúc, không phải làm nữa"),
                    ("new", "Việc mới"),
                    ("not_recognised", "Không được công nhận"),
                    ("recognised", "Đã được công nhận"),
                    ("revoking", "Bị đề nghị thu hồi danh hiệu"),
                    ("revoked", "Bị thu hồi danh hiệu"),
                    ("title_kept", "Không bị thu hồi danh hiệu"),
                    ("reviewed", "Kết quả rà soát đã được xác nhận"),
                    ("uncalled", "Lần rà soát đã bị hủy, không phải làm nữa"),
                ],
                max_length=16,
            ),
        ),
    ]
