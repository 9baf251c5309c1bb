"""Extending a deadline: by who asked for the work or receives it, with a reason, within what the procedure allows.

Nobody extends their own deadline. That of a decision or a publication nobody extends, and of a step for which the
procedure's data give no ``max_extension_days``.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, StaleForm, register
from dossiers.acts.fields import WholeNumberField
from dossiers.acts.pages import ActForm, ActPage, Summary, register_page, textarea
from dossiers.appraisal.models import OpinionState
from dossiers.appraisal.opinions import OpinionAct
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtDistrict, AtProvince, ByReceivingLevel, HasRole
from dossiers.procedures import ReceivingLevel, get_procedure
from dossiers.titles.authority import CONFIRMING, OFFICE, PROPOSING_CHAIR, PROVINCIAL_CHAIR

from .calendars.working_days import current_calendars, held_calendars
from .deadlines import reckon
from .models import WorkItem
from .selectors import due_in_words


class ExtendDeadline(DossierAct):
    """Give agencies that are at work on a dossier more days, counted in the unit of their deadline.

    ``items`` are ids of open work items of the role ``extends``. ``extended_before`` is what the person saw that the
    open ones had been extended by already, so that nothing is extended twice by mistake.
    """

    extends: ClassVar[Role]
    basis = LegalBasis(
        "Cơ quan ấn định thời hạn gia hạn khi có lý do; điều, khoản và mức tối đa chưa tìm thấy"
    )

    def __init__(
        self,
        *,
        items: Collection[int],
        days: int,
        reason: str,
        extended_before: int | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.ids, self.days, self.reason = frozenset(items), days, reason.strip()
        self.extended_before = extended_before
        self.items: list[WorkItem] = []
        self.deadlines: list[dict[str, Any]] = []

    @classmethod
    def running_items(cls, actor: Actor, dossier: Dossier) -> QuerySet[WorkItem]:
        """Return the open work whose deadline the procedure lets the actor extend by the act."""
        steps = get_procedure(dossier.procedure).steps
        return (
            WorkItem.objects.filter(
                dossier=dossier,
                role=cls.extends,
                node__in=[name for name, step in steps.items() if step.max_extension_days],
                closed_at__isnull=True,
                due_on__isnull=False,
            )
            .select_related("agency")
            .prefetch_related("stops")
            .order_by("agency__name")
        )

    @classmethod
    def open_items(cls, actor: Actor, dossier: Dossier) -> QuerySet[WorkItem]:
        """Return what of it has not been given all the days that there are."""
        steps = get_procedure(dossier.procedure).steps
        within = [Q(node=name, extended_days__lt=step.max_extension_days) for name, step in steps.items()]
        return cls.running_items(actor, dossier).filter(reduce(or_, within))

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        found = super().hindrances(actor, dossier)
        if not cls.open_items(actor, dossier).exists() and cls.running_items(actor, dossier).exists():
            message = _("Đã gia hạn đủ số ngày mà quy trình cho phép.")
            found.append(Refusal("limit", message))
        return found

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        return super().is_open_to(actor, dossier) and cls.open_items(actor, dossier).exists()

    def check(self) -> None:
        super().check()
        if self.extended_before not in (None, self._extended_so_far()):
            raise StaleForm

    def _extended_so_far(self) -> int:
        """Return by how many days all open work that the actor can extend was extended, added up. One query."""
        items = self.running_items(self.actor, self.dossier)
        return items.aggregate(n=Sum("extended_days", default=0))["n"]

    def refusals(self) -> list[Refusal]:
        self.items = [item for item in self.open_items(self.actor, self.dossier) if item.pk in self.ids]
        found = []
        if not self.items or len(self.items) != len(self.ids):
            message = _("Xin chọn cơ quan đang xử lý; cơ quan đã xong việc thì không gia hạn nữa.")
            found.append(Refusal("items", message, field="items"))
        if not self.reason:
            found.append(Refusal("reason", _("Xin nêu lý do gia hạn."), field="reason"))
        if self.days < 1:
            found.append(
                Refusal(
                    "days", _("Xin nhập số từ %(limit_value)s trở lên.") % {"limit_value": 1}, field="days"
                )
            )
        else:
            found += filter(None, map(self._beyond_limit, self.items))
        return found

    def _beyond_limit(self, item: WorkItem) -> Refusal | None:
        limit = limit_of(item, self.dossier)
        if item.extended_days + self.days <= limit:
            return None
        message = _(
            "%(agency)s: quy trình cho gia hạn tối đa %(limit)s ngày (chưa đối chiếu công báo), đã gia hạn %(done)s."
        ) % {"agency": item.agency.name, "limit": limit, "done": item.extended_days}
        return Refusal("limit", message, field="days")

    def change(self) -> None:
        calendar = held_calendars().of(self.dossier.province_id)
        for item in self.items:
            before = item.due_on
            item.extended_days += self.days
            item.extension_reason = "; ".join(filter(None, [item.extension_reason, self.reason]))
            item.due_on = reckon(item, calendar)
            assert before is not None
            self.deadlines.append(
                {
                    "agency": item.agency.name,
                    "work_item": item.pk,
                    "before": before.isoformat(),
                    "after": item.due_on.isoformat(),
                }
            )
        WorkItem.objects.bulk_update(self.items, ["extended_days", "extension_reason", "due_on"])

    def payload(self) -> dict[str, Any]:
        return {"days": self.days, "reason": self.reason, "deadlines": self.deadlines}


@register
class ExtendForDepartments(ExtendDeadline):
    """The coordination office gives departments that have not signed more time: on a dossier, or on a revocation."""

    name = "deadline.extend_departments"
    label = gettext_lazy("Gia hạn cho sở, ngành")
    authority = OFFICE
    states = frozenset({State.APPRAISING, State.REVOCATION_APPRAISING})
    extends = Role.DEPARTMENT_HEAD


@register
class ExtendForAnswer(ExtendDeadline, OpinionAct):
    """A department's head gives the commune more time to answer what the department asked for, and nobody else.

    The reason may tell what was asked: like the request itself it is sealed from others until all have signed.
    """

    name = "deadline.extend_answer"
    label = gettext_lazy("Gia hạn cho xã trả lời bổ sung")
    authority = HasRole(Role.DEPARTMENT_HEAD) & AtProvince()
    opinion_states = frozenset({OpinionState.AWAITING_SUPPLEMENT})
    extends = Role.COMMUNE_CHAIR

    @classmethod
    def running_items(cls, actor: Actor, dossier: Dossier) -> QuerySet[WorkItem]:
        return super().running_items(actor, dossier).filter(task__department=actor.agency)


@register
class ExtendForDistrict(ExtendDeadline):
    """The district's chair gives the officer more time.

    Who appraises the Đề án, verifies the dossier, examines a review, or gathers the case of a revocation.
    """

    name = "deadline.extend_district"
    label = gettext_lazy("Gia hạn cho chuyên viên huyện")
    authority = HasRole(Role.DISTRICT_CHAIR) & AtDistrict()
    states = frozenset(
        {State.PLAN_SUBMITTED, State.DISTRICT_REVIEW, State.REVIEW_SUBMITTED, State.REVOCATION_HEARING}
    )
    extends = Role.DISTRICT_OFFICER


@register
class ExtendForOffice(ExtendDeadline):
    """The provincial chair gives the coordination office more time.

    Where there is no district, for what the office appraises, verifies and confirms; everywhere for its part in a
    revocation, on which it reports to the chair.
    """

    name = "deadline.extend_office"
    label = gettext_lazy("Gia hạn cho Văn phòng Điều phối")
    authority = PROVINCIAL_CHAIR
    states = frozenset(
        {
            State.PLAN_SUBMITTED,
            State.PROVINCIAL_INTAKE,
            State.REVIEW_SUBMITTED,
            State.REVOCATION_INTAKE,
            State.REVOCATION_REPORTING,
        }
    )
    extends = Role.COORDINATION_OFFICER

    @classmethod
    def lawful_states_under(cls, level: ReceivingLevel) -> frozenset[State]:
        if level is ReceivingLevel.PROVINCE:
            return cls.states
        return frozenset({State.REVOCATION_INTAKE, State.REVOCATION_REPORTING})


#: The commune's step that the coordination office asked for, and gives more time for.
COMPLETION = "complete_appraisal"


@register
class ExtendForPreparation(ExtendDeadline):
    """Whoever receives what the commune submits gives it more time before the appraisal.

    For its Đề án, for carrying it out, for hearing its people, for completing what was returned. The district's chair;
    where there is no district the coordination office, which verifies the dossier.
    """

    name = "deadline.extend_preparation"
    label = gettext_lazy("Gia hạn cho xã lập, hoàn thiện hồ sơ")
    authority = ByReceivingLevel(district=HasRole(Role.DISTRICT_CHAIR) & AtDistrict(), province=OFFICE)
    states = frozenset({State.DRAFTING, State.IMPLEMENTING, State.CONSULTING, State.RETURNED})
    extends = Role.COMMUNE_CHAIR

    @classmethod
    def running_items(cls, actor: Actor, dossier: Dossier) -> QuerySet[WorkItem]:
        return super().running_items(actor, dossier).exclude(node=COMPLETION)


@register
class ExtendForCompletion(ExtendDeadline):
    """The coordination office gives the commune more time for the indicators that the appraisal found unmet."""

    name = "deadline.extend_completion"
    label = gettext_lazy("Gia hạn cho xã bổ sung chỉ tiêu chưa đạt")
    authority = OFFICE
    states = frozenset({State.RETURNED})
    extends = Role.COMMUNE_CHAIR

    @classmethod
    def running_items(cls, actor: Actor, dossier: Dossier) -> QuerySet[WorkItem]:
        return super().running_items(actor, dossier).filter(node=COMPLETION)


@register
class ExtendForCommune(ExtendDeadline):
    """Whoever is right above the commune gives it more time: to review its title, or to gather a case by itself.

    The district's chair, who receives the review; where there is no district the coordination office, which receives
    the proposal to revoke as well.
    """

    name = "deadline.extend_commune"
    label = gettext_lazy("Gia hạn cho xã")
    authority = CONFIRMING
    states = frozenset({State.REVIEWING, State.REVOCATION_HEARING})
    extends = Role.COMMUNE_CHAIR


@register
class ExtendForDistrictChair(ExtendDeadline):
    """The coordination office, which opens reviews and receives proposals, gives the district's chair more time."""

    name = "deadline.extend_district_chair"
    label = gettext_lazy("Gia hạn cho lãnh đạo huyện")
    authority = OFFICE
    states = frozenset({State.REVIEW_SUBMITTED, State.REVOCATION_HEARING})
    extends = Role.DISTRICT_CHAIR

    @classmethod
    def lawful_states_under(cls, level: ReceivingLevel) -> frozenset[State]:
        return cls.states if level is ReceivingLevel.DISTRICT else frozenset()


@register
class ExtendForFront(ExtendDeadline):
    """The chair of whoever proposes a revocation gives the Front more time for the opinion it was asked for."""

    name = "deadline.extend_front"
    label = gettext_lazy("Gia hạn cho Mặt trận cho ý kiến")
    authority = PROPOSING_CHAIR
    states = frozenset({State.REVOCATION_HEARING})
    extends = Role.FRONT_OFFICER


def limit_of(item: WorkItem, dossier: Dossier) -> int:
    """Return by how many days the procedure lets a work item be extended altogether."""
    return get_procedure(dossier.procedure).steps[item.node].max_extension_days


class ItemsField(forms.ModelMultipleChoiceField):
    """Open work items, by their agency."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {  # noqa: RUF012  Django's own way
        "required": gettext_lazy("Xin chọn cơ quan được gia hạn."),
        "invalid_choice": gettext_lazy("Có cơ quan vừa xong việc; xin chọn lại."),
        "invalid_pk_value": gettext_lazy("Có cơ quan vừa xong việc; xin chọn lại."),
    }

    def label_from_instance(self, item: WorkItem) -> str:
        return item.agency.name


class ExtensionForm(ActForm):
    """``act`` says whose work can be chosen."""

    act: ClassVar[type[ExtendDeadline]]

    extended_before = WholeNumberField(widget=forms.HiddenInput)
    items = ItemsField(label=gettext_lazy("Gia hạn cho"), queryset=WorkItem.objects.none())
    days = WholeNumberField(
        label=gettext_lazy("Số ngày gia hạn"),
        min_value=1,
        help_text=gettext_lazy("Cùng loại ngày với thời hạn đang chạy (ngày làm việc hoặc ngày lịch)."),
    )
    reason = textarea(
        gettext_lazy("Lý do"),
        rows=3,
        help_text=gettext_lazy("Lý do hiện cạnh thời hạn và được lưu trong lịch sử hồ sơ."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.actor is not None, "what can be extended depends on who does it"
        items = self.act.open_items(self.actor, self.dossier)
        self.fields["items"].queryset = items  # type: ignore[attr-defined]
        if not self.is_bound and len(items) == 1:
            self.initial["items"] = list(items)

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        return {**given, "items": [item.pk for item in given["items"]]}


_CONSEQUENCE = gettext_lazy(
    "Hạn mới hiện ngay với cơ quan được gia hạn; quá hạn không có nghĩa là đã đồng ý."
)


def _page(act: type[ExtendDeadline], slug: str, consequence: Promise = _CONSEQUENCE) -> ActPage:
    def read(actor: Actor, dossier: Dossier) -> dict[str, Any]:
        """Return the deadlines that can be extended, with their arithmetic. Three queries."""
        calendar = current_calendars().of(dossier.province_id)
        items = act.running_items(actor, dossier).select_related("agency", "dossier")
        deadlines = [(item, due_in_words(item, calendar, to_parties=True)) for item in items]
        extended = sum(item.extended_days for item, _due in deadlines)
        limit = max((limit_of(item, dossier) for item, _due in deadlines), default=0)
        return {"deadlines": deadlines, "limit": limit, "seen": {"extended_before": extended}}

    return ActPage(
        act,
        slug,
        consequence,
        type(f"{act.__name__}Form", (ExtensionForm,), {"act": act}),
        tone="secondary",
        summary=Summary("workflows/summary_deadlines.html", read),
    )


register_page(
    _page(ExtendForDistrict, "gia-han-cap-huyen"),
    _page(ExtendForOffice, "gia-han-van-phong-dieu-phoi"),
    _page(ExtendForDepartments, "gia-han-so-nganh"),
    _page(
        ExtendForAnswer,
        "gia-han-tra-loi-bo-sung",
        gettext_lazy(
            "Hạn mới và lý do hiện ngay với xã; sở khác không thấy lý do. Thời hạn của cơ quan anh/chị vẫn tạm dừng "
            "đến khi xã trả lời; chưa hết hạn mới thì chưa thẩm định tiếp được."
        ),
    ),
    _page(ExtendForPreparation, "gia-han-lap-ho-so"),
    _page(ExtendForCompletion, "gia-han-bo-sung-chi-tieu"),
    _page(ExtendForCommune, "gia-han-cho-xa"),
    _page(ExtendForDistrictChair, "gia-han-lanh-dao-huyen"),
    _page(ExtendForFront, "gia-han-mat-tran"),
)
