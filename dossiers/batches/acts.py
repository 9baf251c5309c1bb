"""The coordination office opens batches and puts dossiers into them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, NotPermitted, Refusal, Waiting, register
from dossiers.acts.dates import date_refusals, day_in_words
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Level, Role
from dossiers.policies import Actor, AtProvince, HasRole
from dossiers.votes.models import Vote, VotingBody
from storage import ledger

from .entries import current_entry, failed_in, leave_batch, open_years
from .models import Batch, BatchEntry

#: A day of the council that is later than this after the batch was closed is a slip of the pen.
LONGEST_WAIT = timedelta(days=366)

BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Điều 2: xét, công nhận thường xuyên, liên tục hàng năm (chia đợt: cách làm thực tế)"
)


def _require_office(actor: Actor) -> None:
    if actor.role is not Role.COORDINATION_OFFICER or actor.unit.level != Level.PROVINCE:
        raise NotPermitted(Refusal("role", _("Chỉ Văn phòng Điều phối nông thôn mới tỉnh mở đợt xét.")))


def _period_refusals(opens_on: date, closes_on: date, council_on: date | None) -> list[Refusal]:
    found = []
    if closes_on < opens_on:
        message = _("Ngày kết thúc không thể trước ngày mở đợt.")
        found.append(Refusal("closes_on", message, field="closes_on"))
    if council_on is not None and council_on < opens_on:
        message = _("Ngày Hội đồng họp không thể trước ngày mở đợt.")
        found.append(Refusal("council_on", message, field="council_on"))
    elif council_on is not None and council_on > (latest := closes_on + LONGEST_WAIT):
        message = _("Ngày Hội đồng họp không thể sau %(day)s (một năm sau ngày đóng đợt).")
        found.append(Refusal("council_on", message % {"day": day_in_words(latest)}, field="council_on"))
    return found


def _vote_refusals(batch: Batch, council_on: date) -> list[Refusal]:
    """Return what the votes that the batch has already say against a day on which the council begins."""
    here = BatchEntry.objects.filter(batch=batch, dossier=OuterRef("dossier"), put_on__lte=OuterRef("met_on"))
    votes = Vote.objects.filter(Exists(here), body=VotingBody.PROVINCIAL_COUNCIL, met_on__lt=council_on)
    earliest = votes.select_related("dossier__commune").order_by("met_on").first()
    if earliest is None:
        return []
    message = _(
        "Hội đồng đã bỏ phiếu hồ sơ %(commune)s ngày %(day)s; ngày họp của đợt không thể sau ngày đó."
    ) % {
        "commune": earliest.dossier.commune.name,
        "day": day_in_words(earliest.met_on),
    }
    return [Refusal("voted", message, field="council_on")]


def open_batch(
    *,
    actor: Actor,
    title_year: int,
    name: str,
    opens_on: date,
    closes_on: date,
    council_on: date | None = None,
) -> Batch:
    """Open the province's next batch of a title year, and record it in the batch's own stream. Raises ActRefused.

    Batches of a year are numbered one after another, also when two people open one at the same time.
    """
    _require_office(actor)
    refusals = _period_refusals(opens_on, closes_on, council_on)
    if not name.strip():
        refusals.append(Refusal("name", _("Xin ghi tên đợt."), field="name"))
    if title_year not in open_years(actor.unit):
        message = _("Tỉnh chưa có kế hoạch của năm này.")
        refusals.append(Refusal("title_year", message, field="title_year"))
    if refusals:
        raise ActRefused(*refusals)
    with transaction.atomic():
        AdministrativeUnit.objects.select_for_update().get(pk=actor.unit.pk)
        of_year = Batch.objects.filter(province=actor.unit, title_year=title_year)
        if of_year.filter(name__iexact=name.strip()).exists():
            message = _("Năm này đã có đợt tên «%(name)s»; xin đặt tên khác.") % {"name": name.strip()}
            raise ActRefused(Refusal("same_name", message, field="name"))
        batch = Batch.objects.create(
            province=actor.unit,
            title_year=title_year,
            number=(of_year.aggregate(last=Max("number"))["last"] or 0) + 1,
            name=name.strip(),
            opens_on=opens_on,
            closes_on=closes_on,
            council_on=council_on,
            opened_at=timezone.now(),
            opened_by=actor.user,
        )
        _record(batch, actor, "batch.open")
    return batch


def set_council_day(*, actor: Actor, batch: Batch, council_on: date) -> None:
    """Set or move the day on which the council considers a batch. Raises ActRefused."""
    _require_office(actor)
    if actor.unit.pk != batch.province_id:
        raise NotPermitted(Refusal("place", _("Đợt xét này là của tỉnh khác.")))
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        refusals = _period_refusals(batch.opens_on, batch.closes_on, council_on)
        refusals += _vote_refusals(batch, council_on)
        if refusals:
            raise ActRefused(*refusals)
        batch.council_on = council_on
        batch.save(update_fields=["council_on"])
        _record(batch, actor, "batch.set_council_day")


def _record(batch: Batch, actor: Actor, act: str) -> None:
    ledger.append(
        stream=batch.stream,
        act=act,
        actor=actor.stamp(),
        subject={"batch": batch.pk},
        payload={
            "title_year": batch.title_year,
            "number": batch.number,
            "name": batch.name,
            "opens_on": batch.opens_on.isoformat(),
            "closes_on": batch.closes_on.isoformat(),
            "council_on": batch.council_on.isoformat() if batch.council_on else "",
        },
        at=timezone.now(),
    )


@register
class PutInBatch(DossierAct):
    """The coordination office puts a dossier into a batch of its title year, before the council considers it.

    A dossier that the council rejected in a batch goes into a later one of the same year. The earlier place is kept.
    """

    name = "batch.put"
    label = gettext_lazy("Đưa hồ sơ vào đợt xét")
    authority = HasRole(Role.COORDINATION_OFFICER) & AtProvince()
    states = frozenset({State.PROVINCIAL_INTAKE, State.APPRAISING, State.CONSOLIDATING, State.COUNCIL})
    basis = BASIS

    def __init__(self, *, batch: Batch, put_on: date, **base: Any) -> None:
        super().__init__(**base)
        self.batch, self.put_on = batch, put_on

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        entry = current_entry(dossier)
        if entry is None or failed_in(entry) is not None:
            return None
        return Waiting(_("Hồ sơ đã ở đợt «%(batch)s».") % {"batch": entry.batch})

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if Batch.objects.filter(province=dossier.province_id, title_year=dossier.title_year).exists():
            return []
        message = _("Tỉnh chưa mở đợt xét nào của năm đạt chuẩn %(year)s.") % {"year": dossier.title_year}
        return [Refusal("no_batch", message, link=reverse("batches:list"))]

    def refusals(self) -> list[Refusal]:
        batch, dossier = self.batch, self.dossier
        if batch.province_id != dossier.province_id or batch.title_year != dossier.title_year:
            message = _("Đợt này không phải của tỉnh và năm đạt chuẩn của hồ sơ.")
            return [Refusal("batch", message, field="batch")]
        found = date_refusals(
            self.put_on, field="put_on", today=self.today, earliest=batch.opens_on, why=_("ngày mở đợt")
        )
        if self.put_on > batch.closes_on:
            message = _("Đợt này chỉ nhận hồ sơ đến hết %(day)s.") % {"day": day_in_words(batch.closes_on)}
            found.append(Refusal("closed", message, field="put_on"))
        entry = current_entry(dossier)
        if entry is None:
            return found
        if failed_in(entry) is not None and batch.number <= entry.batch.number:
            message = _(
                "Hội đồng không thông qua hồ sơ ở đợt %(number)s: xin đưa vào đợt sau của cùng năm đạt chuẩn."
            )
            stated = message % {"number": entry.batch.number}
            found.append(Refusal("later", stated, rule=BASIS.citation, field="batch"))
        elif entry.batch_id == batch.pk:
            found.append(Refusal("same", _("Hồ sơ đã ở đợt này."), field="batch"))
        return found

    def change(self) -> None:
        leave_batch(self.dossier, at=self.at)
        BatchEntry.objects.create(
            batch=self.batch,
            dossier=self.dossier,
            put_on=self.put_on,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {
            "batch": self.batch.pk,
            "title": str(self.batch),
            "number": str(self.batch.number),
            "put_on": self.put_on.isoformat(),
        }
