"""The gates of what a title asks for besides its criteria."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import Dossier
from dossiers.gates import Answer, gate, met, not_applicable, not_met
from dossiers.procedures import GateRule

from .models import ChosenField, PriorTitle
from .selectors import CHOSEN_FIELD, PRIOR_TITLE, field_result, held_title


@gate(PRIOR_TITLE)
def prior_title_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Ask for the title before: in the register of titles, or by a paper in the dossier. At most two queries."""
    asked = rule.parameters.get("level")
    if not asked:
        return not_applicable(_("Danh hiệu này không đòi hỏi danh hiệu nào trước đó."))
    level = TitleLevel(asked)
    title = held_title(dossier.commune, level)
    if title is not None:
        return met(_("Xã đang giữ danh hiệu theo %(number)s.") % {"number": title.number})
    paper = PriorTitle.objects.filter(dossier=dossier, is_current=True).first()
    if paper is not None:
        return met(_("Hồ sơ có văn bản %(number)s về danh hiệu trước.") % {"number": paper.number})
    return not_met(
        Refusal(
            "prior_title",
            _("Chưa có căn cứ xã đạt danh hiệu «%(level)s»; xin ghi quyết định hoặc văn bản đánh giá.")
            % {"level": level.label},
            rule=rule.citation,
            link=reverse("dossier:act", args=[dossier.pk, "danh-hieu-truoc"]),
        )
    )


@gate(CHOSEN_FIELD)
def chosen_field_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Ask for the field that the commune is to be a model in. At most two queries."""
    chosen = ChosenField.objects.filter(dossier=dossier).first()
    if chosen is not None:
        return met(_("Xã chọn lĩnh vực «%(field)s».") % {"field": chosen.name})
    if field_result(dossier) is None:
        return not_applicable(_("Bộ tiêu chí của hồ sơ này không có lĩnh vực để chọn."))
    return not_met(
        Refusal(
            "field",
            _("Xã chưa chọn lĩnh vực nổi trội."),
            rule=rule.citation,
            link=reverse("dossier:act", args=[dossier.pk, "chon-linh-vuc"]),
        )
    )
