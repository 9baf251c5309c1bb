"""The page that moves one dossier: the report first, then the form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ActForm, ActPage, Summary, register_page, textarea
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit
from dossiers.policies import Actor
from dossiers.procedures import get_procedure

from .acts import MoveToProcedure
from .places import successors
from .plan import plan_move, targets_of


class CommuneField(forms.ModelChoiceField):
    def label_from_instance(self, obj: AdministrativeUnit) -> str:
        return f"{obj.name}, {obj.province().name}"


class MoveForm(ActForm):
    to = forms.ChoiceField(label=_("Quy trình mới"))
    commune = CommuneField(
        label=_("Xã nhận hồ sơ"),
        queryset=AdministrativeUnit.objects.none(),
        required=False,
        empty_label=_("Theo danh mục đơn vị kế tục"),
        help_text=_("Chỉ chọn khi xã đã chia cho nhiều nơi; danh mục chỉ có các xã kế tục đã nhập."),
    )
    reason = textarea(
        _("Căn cứ, lý do"),
        rows=3,
        help_text=_("Ghi văn bản và lý do chuyển; nội dung này được lưu trong lịch sử hồ sơ."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to, commune = self.fields["to"], self.fields["commune"]
        to.choices = [(one.code, one.title) for one in targets_of(self.dossier)]  # type: ignore[attr-defined]
        known = [one.pk for one in successors(self.dossier, timezone.localdate())]
        units = AdministrativeUnit.objects.filter(pk__in=known).select_related("parent__parent")
        commune.queryset = units  # type: ignore[attr-defined]
        if not known:
            del self.fields["commune"]

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        return {**given, "to": get_procedure(given["to"])}


def _read(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return what a move to each version would do. A fixed number of queries for each open step."""
    return {"plans": [plan_move(dossier, target) for target in targets_of(dossier)]}


register_page(
    ActPage(
        MoveToProcedure,
        "chuyen-quy-trinh",
        _(
            "Hồ sơ đi tiếp theo quy trình mới, từ bước tương ứng. Việc này được ghi vào lịch sử và không hoàn tác "
            "được; khi hồ sơ sang tỉnh khác, cơ quan của anh/chị thôi phụ trách và chỉ còn đọc lịch sử đến lúc chuyển."
        ),
        MoveForm,
        tone="danger",
        takes_back=True,
        summary=Summary("workflows/summary_move.html", _read),
    )
)
