"""Opening a year: the province announces its programme, communes register under it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, NotPermitted, Refusal, register
from dossiers.criteria.models import CriteriaSet, Indicator
from dossiers.criteria.selectors import responsible_agencies
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Level, Role, UnitKind
from dossiers.plans.models import PlanSection, SectionKind
from dossiers.policies import Actor, AtCommune, HasRole
from dossiers.procedures import Procedure, ReceivingLevel, applicable
from dossiers.results.models import IndicatorResult
from storage import ledger

from .models import Programme


@dataclass(frozen=True)
class ProgrammeTargets:
    """What the year's plan sets: communes as a range, income in million đồng, rates in percent."""

    communes_min: int | None = None
    communes_max: int | None = None
    income_target: Decimal | None = None
    poverty_target: Decimal | None = None
    insurance_target: Decimal | None = None


def announce_programme(
    *,
    actor: Actor,
    year: int,
    criteria_set: CriteriaSet,
    document: str,
    issued_on: date,
    targets: ProgrammeTargets,
    source: str = "",
    verified: bool = False,
) -> Programme:
    """Record the province's yearly programme (Kế hoạch of the UBND tỉnh) and its ledger entry.

    Done by the coordination office for its own province. The procedure is the one that the level of the set, the year
    and the day of the plan ask for in this province. Raises ActRefused.
    """
    if actor.role is not Role.COORDINATION_OFFICER or actor.unit.level != Level.PROVINCE:
        raise NotPermitted(Refusal("role", _("Chỉ Văn phòng Điều phối nông thôn mới tỉnh mở kế hoạch năm.")))
    if issued_on > timezone.localdate():
        raise ActRefused(Refusal("issued_on", _("Ngày không thể ở tương lai."), field="issued_on"))
    procedure = procedure_of_programme(actor.unit, criteria_set=criteria_set, year=year, issued_on=issued_on)
    if procedure is None:
        raise ActRefused(
            Refusal(
                "procedure",
                _("Không có quy trình nào áp dụng cho danh hiệu, năm và ngày ban hành này."),
                field="issued_on",
            )
        )
    with transaction.atomic():
        programme, created = Programme.objects.get_or_create(
            province=actor.unit,
            year=year,
            criteria_set=criteria_set,
            defaults={
                "procedure": procedure.code,
                "document": document,
                "issued_on": issued_on,
                "source": source,
                "verified": verified,
                **asdict(targets),
            },
        )
        if not created:
            raise ActRefused(Refusal("exists", _("Kế hoạch của năm này đã có."), field="year"))
        ledger.append(
            stream=programme.stream,
            act="programme.announce",
            actor=actor.stamp(),
            subject={"programme": programme.pk},
            payload={
                "year": year,
                "document": document,
                "issued_on": issued_on.isoformat(),
                "criteria_set": criteria_set.content_sha256,
                "procedure": procedure.code,
                "targets": {name: str(value) for name, value in asdict(targets).items() if value is not None},
            },
            at=timezone.now(),
        )
    return programme


def procedure_of_programme(
    province: AdministrativeUnit, *, criteria_set: CriteriaSet, year: int, issued_on: date
) -> Procedure | None:
    """Return the procedure of a year's plan issued on this day, None when there is none. One query.

    A plan of the year itself may be older than the procedure by which its dossiers are decided.
    """
    has_districts = province.children.filter(level=Level.DISTRICT).valid(issued_on).exists()
    receiving = ReceivingLevel.DISTRICT if has_districts else ReceivingLevel.PROVINCE
    for day in (issued_on, date(year, 12, 31)):
        found = applicable(title_level=criteria_set.level, year=year, receiving=receiving, on=day)
        if found is not None:
            return found
    return None


def procedure_of_registration(commune: AdministrativeUnit, programme: Programme) -> Procedure | None:
    """Return the procedure under which a commune's dossier of a programme begins now, None when there is none.

    A unit that has ended registers as of its last day: its dossier is one of its time.
    """
    in_district = commune.parent is not None and commune.parent.level == Level.DISTRICT
    today = timezone.localdate()
    return applicable(
        title_level=programme.criteria_set.level,
        year=programme.year,
        receiving=ReceivingLevel.DISTRICT if in_district else ReceivingLevel.PROVINCE,
        on=min(today, commune.valid_to or today),
    )


@register
class RegisterCommune(DossierAct):
    """The commune registers for the title of the year, which opens its dossier.

    The dossier pins the programme's criteria set; the procedure that the title, the year, the commune's place and the
    day ask for; and for every indicator the department that is responsible on this day. Guarantees at most one live
    dossier of a commune in a programme.
    """

    name = "dossier.register"
    label = gettext_lazy("Đăng ký đạt chuẩn")
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    states = frozenset[State]()
    basis = LegalBasis("Kế hoạch 1465/KH-UBND, mục III.3: xã đăng ký đạt chuẩn nông thôn mới nâng cao", True)

    def __init__(self, *, actor: Actor, programme: Programme, is_demonstration: bool = False) -> None:
        self.procedure = procedure_of_registration(actor.unit, programme)
        dossier = Dossier(
            commune=actor.unit,
            province=programme.province,
            programme=programme,
            criteria_set=programme.criteria_set,
            procedure=self.procedure.code if self.procedure else "",
            title_year=programme.year,
            registered_by=actor.user,
            is_demonstration=is_demonstration,
        )
        super().__init__(actor=actor, dossier=dossier)
        self.programme = programme

    def perform(self) -> ledger.Entry:
        with transaction.atomic():
            # The programme's row serialises registrations, so that two of one commune cannot both succeed.
            Programme.objects.select_for_update().get(pk=self.programme.pk)
            self.check()
            self.dossier.state_since = self.dossier.registered_at = self.at
            self.dossier.save()
            self.change()
            self.entry = self.record()
            self.notify_followers()
        return self.entry

    def check(self) -> None:
        denial = self.authority.denial(self.actor, self.dossier)
        if denial is not None:
            raise NotPermitted(Refusal(denial.code, denial.message))
        self.check_standing()
        refusals = self.refusals()
        if refusals:
            raise ActRefused(*refusals)

    def refusals(self) -> list[Refusal]:
        unit = self.actor.unit
        found = []
        if unit.kind != UnitKind.COMMUNE:
            found.append(
                Refusal("unit_kind", _("Chỉ xã được xét công nhận; phường, thị trấn không thuộc diện này."))
            )
        if unit.province().pk != self.programme.province_id:
            found.append(Refusal("province", _("Kế hoạch này là của tỉnh khác.")))
        if self.procedure is None:
            message = _("Chưa có quy trình nào cho danh hiệu và năm này ở nơi của xã tại thời điểm đăng ký.")
            found.append(Refusal("procedure", message))
        live = Dossier.objects.filter(commune=unit, programme=self.programme).exclude(
            state__in=[State.WITHDRAWN, State.NOT_RECOGNISED]
        )
        if live.exists():
            found.append(Refusal("registered", _("Xã đã đăng ký trong kế hoạch năm này và đang có hồ sơ.")))
        return found

    def change(self) -> None:
        indicators = Indicator.objects.filter(criterion__set=self.programme.criteria_set).order_by("position")
        agencies = responsible_agencies(
            self.programme.criteria_set, on=self.today, province=self.programme.province
        )
        IndicatorResult.objects.bulk_create(
            IndicatorResult(
                dossier=self.dossier,
                indicator=indicator,
                department_id=agencies.get(indicator.pk),
                position=indicator.position,
            )
            for indicator in indicators
        )
        PlanSection.objects.bulk_create(
            PlanSection(dossier=self.dossier, kind=kind) for kind in SectionKind.values
        )

    def payload(self) -> dict[str, object]:
        return {
            "commune": self.dossier.commune.code,
            "title_year": self.dossier.title_year,
            "criteria_set": self.programme.criteria_set.content_sha256,
            "procedure": self.dossier.procedure,
            "programme": self.programme.document,
        }
