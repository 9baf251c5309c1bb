"""Opening a year: the province announces its programme, communes register under it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import (
    ActRefused,
    DossierAct,
    LegalBasis,
    NotPermitted,
    Refusal,
    busy_when_locked,
    register,
)
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


@dataclass(frozen=True)
class ProgrammeInput:
    """A yearly programme as its paper says."""

    year: int
    criteria_set: CriteriaSet
    document: str
    issued_on: date
    targets: ProgrammeTargets
    source: str = ""
    verified: bool = False


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
    _require_office(actor)
    given = ProgrammeInput(year, criteria_set, document, issued_on, targets, source, verified)
    procedure = _procedure_for(actor, given)
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
        _record(programme, actor, "programme.announce", _stamp(programme))
    return programme


def correct_programme(*, actor: Actor, programme: Programme, given: ProgrammeInput, reason: str) -> Programme:
    """Correct a programme to which no dossier belongs, and record what it was, what it is, and why.

    The programme's row serialises it with registrations: once a commune has registered, also one that withdrew
    again, the programme stays as its dossiers read it. Raises ActRefused, having changed nothing.
    """
    _require_office(actor)
    if programme.province_id != actor.unit.pk:
        raise NotPermitted(Refusal("place", _("Kế hoạch này là của tỉnh khác.")))
    procedure = _procedure_for(actor, given)
    with busy_when_locked(), transaction.atomic():
        programme = Programme.objects.select_for_update().get(pk=programme.pk)
        if programme.dossiers.exists():
            message = _("Đã có xã đăng ký theo kế hoạch này, nên không sửa được nữa.")
            raise ActRefused(Refusal("in_use", message))
        if not reason.strip():
            raise ActRefused(Refusal("reason", _("Xin ghi lý do sửa."), field="reason"))
        same = Programme.objects.filter(
            province=actor.unit, year=given.year, criteria_set=given.criteria_set
        ).exclude(pk=programme.pk)
        if same.exists():
            raise ActRefused(Refusal("exists", _("Kế hoạch của năm này đã có."), field="year"))
        before = _stamp(programme)
        programme.year, programme.criteria_set = given.year, given.criteria_set
        programme.document, programme.issued_on = given.document, given.issued_on
        programme.procedure = procedure.code
        programme.source, programme.verified = given.source, given.verified
        for name, value in asdict(given.targets).items():
            setattr(programme, name, value)
        programme.save()
        said = {"before": before, **_stamp(programme), "reason": reason.strip()}
        _record(programme, actor, "programme.correct", said)
    return programme


def _require_office(actor: Actor) -> None:
    if actor.role is not Role.COORDINATION_OFFICER or actor.unit.level != Level.PROVINCE:
        raise NotPermitted(Refusal("role", _("Chỉ Văn phòng Điều phối nông thôn mới tỉnh mở kế hoạch năm.")))


def _procedure_for(actor: Actor, given: ProgrammeInput) -> Procedure:
    if given.issued_on > timezone.localdate():
        raise ActRefused(Refusal("issued_on", _("Ngày không thể ở tương lai."), field="issued_on"))
    procedure = procedure_of_programme(
        actor.unit, criteria_set=given.criteria_set, year=given.year, issued_on=given.issued_on
    )
    if procedure is None:
        message = _("Không có quy trình nào áp dụng cho danh hiệu, năm và ngày ban hành này.")
        raise ActRefused(Refusal("procedure", message, field="issued_on"))
    return procedure


def targets_of(programme: Programme) -> ProgrammeTargets:
    """Return the targets that a programme has now."""
    return ProgrammeTargets(**{one.name: getattr(programme, one.name) for one in fields(ProgrammeTargets)})


def _stamp(programme: Programme) -> dict[str, object]:
    """Return what the ledger keeps of a programme."""
    targets = asdict(targets_of(programme))
    return {
        "year": programme.year,
        "document": programme.document,
        "issued_on": programme.issued_on.isoformat(),
        "criteria_set": programme.criteria_set.content_sha256,
        "procedure": programme.procedure,
        "targets": {name: str(value) for name, value in targets.items() if value is not None},
    }


def _record(programme: Programme, actor: Actor, act: str, payload: dict[str, object]) -> None:
    ledger.append(
        stream=programme.stream,
        act=act,
        actor=actor.stamp(),
        subject={"programme": programme.pk},
        payload=payload,
        at=timezone.now(),
    )


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
            locked = Programme.objects.select_for_update().get(pk=self.programme.pk)
            self._require_same(locked)
            self.check()
            self.dossier.state_since = self.dossier.registered_at = self.at
            self.dossier.save()
            self.change()
            self.entry = self.record()
            self.notify_followers()
        return self.entry

    def _require_same(self, locked: Programme) -> None:
        """Raise when the programme was corrected since it was read: the dossier would pin what it no longer says."""
        now, read = ((one.year, one.criteria_set_id, one.procedure) for one in (locked, self.programme))
        if now != read:
            message = _("Kế hoạch vừa được sửa; xin xem lại rồi đăng ký.")
            raise ActRefused(Refusal("corrected", message))

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
