"""The gate before a dossier goes to the departments where no district has verified and forwarded it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.dossier.models import Dossier
from dossiers.gates import Answer, gate, met, not_met
from dossiers.procedures import GateRule

from .models import Verification


@gate("verification")
def verification_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Ask for a verification report (thẩm tra) of what was submitted last. Two queries."""
    reports = Verification.objects.filter(dossier=dossier)
    returned = dossier.notices.order_by("-at").values_list("at", flat=True).first()
    if returned is not None:
        reports = reports.filter(verified_at__gt=returned)
    if reports.exists():
        return met(_("Đã có kết quả thẩm tra lần trình này."))
    return not_met(
        Refusal(
            "not_verified",
            _("Chưa có kết quả thẩm tra lần trình này; xin ghi kết quả thẩm tra trước khi tiếp nhận."),
            rule=rule.citation,
            link=reverse("dossier:act", args=[dossier.pk, "tham-tra"]),
        )
    )
