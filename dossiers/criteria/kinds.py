"""The words of criteria sets: how an indicator is measured, compared and known."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class IndicatorKind(models.TextChoices):
    """How an indicator is shown to be met."""

    QUANTITATIVE = "quantitative", _("Định lượng")
    QUALITATIVE = "qualitative", _("Định tính")
    DOCUMENT = "document", _("Văn bản")


class Comparison(models.TextChoices):
    """How a figure is held against the threshold."""

    AT_LEAST = "gte", _("Từ mức trở lên")
    AT_MOST = "lte", _("Không quá mức")
    EQUAL = "eq", _("Bằng mức")
    YES = "bool", _("Đạt hoặc chưa đạt")


class ThresholdKind(models.TextChoices):
    """What the threshold is made of; it decides how a figure is entered and judged."""

    NUMBER = "number", _("Con số")
    YEAR_TABLE = "year_table", _("Theo năm")
    ORDINAL = "ordinal", _("Xếp loại")
    LEVEL = "level", _("Mức độ")
    BOOLEAN = "boolean", _("Đạt/chưa đạt")
    UNSET = "unset", _("Tỉnh chưa quy định")


class Confidence(models.TextChoices):
    """How a fact was established. Only VERIFIED was read in two independent sources or in the text itself."""

    VERIFIED = "verified", _("Đã đối chiếu")
    FOUND = "found", _("Một nguồn đã đọc")
    HIGH = "high", _("Nhớ chắc, chưa đối chiếu")
    MEDIUM = "medium", _("Nhớ khá rõ, chưa đối chiếu")
    LOW = "low", _("Mức ứng viên, không dùng để kết luận")
    NONE = "none", _("Chưa biết")
