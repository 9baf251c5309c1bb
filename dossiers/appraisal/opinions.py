"""Each responsible department finds on its own indicators and signs its own opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dossiers.acts import (
    ActRefused,
    DossierAct,
    LegalBasis,
    NotPermitted,
    Refusal,
    StaleForm,
    Waiting,
    register,
)
from dossiers.acts.dates import day_in_words, order_refusals
from dossiers.acts.order import Dated, dated
from dossiers.dossier.models import Dossier, State
from dossiers.dossier.signers import name_at
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtProvince, HasNotDone, HasRole
from dossiers.results.models import IndicatorResult, SelfVerdict
from dossiers.results.selectors import shortfall_of

from .models import Opinion, OpinionState, Verdict
from .rounds import Found, Inputs, examined, inputs_hash
from .sealing import sealed_subject
from .selectors import unconcluded

BASIS = LegalBasis(
    "Kế hoạch 1465/KH-UBND, mục V.5: thẩm định mức độ đạt các tiêu chí, chỉ tiêu do ngành phụ trách", True
)


class OpinionAct(DossierAct):
    """An act on the actor's own department's opinion. ``opinion`` is loaded under the dossier's lock.

    ``opinion_states`` are the opinion's own states in which the act is lawful.
    """

    states = frozenset({State.APPRAISING})
    opinion_states: ClassVar[frozenset[OpinionState]] = frozenset(
        {OpinionState.ASSIGNED, OpinionState.EXAMINING}
    )
    basis = BASIS
    opinion: Opinion

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: the actor's department has an opinion, in a state that the act allows."""
        own = Opinion.objects.of_round(dossier, dossier.appraisal_round).filter(department=actor.agency)
        return super().is_open_to(actor, dossier) and own.filter(state__in=cls.opinion_states).exists()

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        opinion = Opinion.objects.own(dossier, actor.agency.pk)
        if opinion is None:
            return [_not_assigned()]
        return [] if opinion.state in cls.opinion_states else [_wrong_state(dossier, opinion)]

    def hindrances_now(self) -> list[Refusal]:
        """``check`` asks it of the opinion that it reads: signatures wait for one another's."""
        return []

    def check(self) -> None:
        super().check()
        opinion = Opinion.objects.own(self.dossier, self.actor.agency.pk)
        if opinion is None:
            raise NotPermitted(_not_assigned())
        if opinion.state not in self.opinion_states:
            raise ActRefused(_wrong_state(self.dossier, opinion))
        self.opinion = opinion

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), **sealed_subject(self.opinion)}


def _not_assigned() -> Refusal:
    return Refusal("assignment", _("Cơ quan của anh/chị không được giao thẩm định hồ sơ này."))


def _wrong_state(dossier: Dossier, opinion: Opinion) -> Refusal:
    """Return why an act cannot be done in the state the opinion is in."""
    match opinion.state:
        case OpinionState.SIGNED:
            return Refusal("signed", _already_signed(dossier, opinion))
        case OpinionState.AWAITING_SUPPLEMENT:
            message = _(
                "Cơ quan anh/chị đang chờ xã bổ sung. Việc này làm được khi xã đã trả lời, "
                "hoặc khi cơ quan rút yêu cầu."
            )
            return Refusal("awaiting", message)
        case _:
            return Refusal(
                "not_so_far", _("Cơ quan anh/chị chưa ký ý kiến, và không chờ xã bổ sung điều gì.")
            )


def _unfinished(codes: Sequence[str]) -> Refusal:
    message = _("Còn chỉ tiêu chưa kết luận: %(codes)s.") % {"codes": ", ".join(codes)}
    return Refusal("unfinished", message)


class SignedPaper(Protocol):
    """What is signed as a paper of the department, with a number and a date."""

    number: str
    dated_on: date
    dossier: Dossier
    today: date
    actor: Actor


def paper_refusals(act: SignedPaper) -> list[Refusal]:
    """Return what is wrong with the number and the date of a department's opinion, each at its field.

    It is dated after what brought the dossier here, votes and the district's submission, and after the papers of the
    supplements that the department asked for. At most two queries.
    """
    found = []
    if not act.number:
        found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản thẩm định."), field="number"))
    return found + order_refusals(
        act,
        act.dated_on,
        field="dated_on",
        paper="opinion",
        also=[Dated(date(act.dossier.title_year, 1, 1), _("năm đạt chuẩn"))],
    )


#: The papers by which department and commune wrote each other about supplements.
SUPPLEMENT_PAPERS = {
    "asked": gettext_lazy("ngày văn bản yêu cầu bổ sung"),
    "answered": gettext_lazy("ngày văn bản xã trả lời bổ sung"),
}

dated(
    "supplement",
    """
    SELECT day, kind
    FROM appraisal_supplementrequest AS request
    JOIN appraisal_opinion AS opinion ON opinion.id = request.opinion_id
    CROSS JOIN LATERAL (
        VALUES (request.dated_on, 'asked'), (request.answer_dated_on, 'answered')
    ) AS paper (day, kind)
    WHERE opinion.dossier_id = %(dossier)s AND opinion.department_id = %(agency)s AND day IS NOT NULL
    ORDER BY day DESC LIMIT 1
    """,
    words=lambda kind: str(SUPPLEMENT_PAPERS[kind]),
)


def date_of(opinion: Opinion) -> date:
    """Return the date of a signed opinion's paper; of one from before papers had their own, the day it was signed."""
    assert opinion.signed_at is not None
    return opinion.dated_on or timezone.localdate(opinion.signed_at)


def _already_signed(dossier: Dossier, opinion: Opinion) -> str:
    assert opinion.signed_by is not None and opinion.signed_at is not None
    at = timezone.localtime(opinion.signed_at)
    return _("Ý kiến thẩm định của cơ quan anh/chị đã được %(name)s ký lúc %(at)s.") % {
        "name": name_at(dossier, opinion.signed_by, opinion.signed_at),
        "at": f"{at:%H:%M} {day_in_words(at.date())}",
    }


# Written under the dossier's lock by every department; spelled out, it costs half of what building the upsert does.
PUT_FINDINGS = """
INSERT INTO appraisal_finding (opinion_id, found_at, found_by_id, result_id, verdict, reason, revision)
SELECT %s, %s, %s, given.result_id, given.verdict, given.reason, given.revision
FROM unnest(%s::bigint[], %s::varchar[], %s::text[], %s::integer[]) AS given (result_id, verdict, reason, revision)
ON CONFLICT (opinion_id, result_id) DO UPDATE
SET verdict = excluded.verdict, reason = excluded.reason, revision = excluded.revision,
    found_at = excluded.found_at, found_by_id = excluded.found_by_id
"""


def _met_although(result: IndicatorResult, dossier: Dossier) -> str:
    said = shortfall_of(result, dossier) or _("Theo số liệu xã báo cáo, chỉ tiêu chưa đạt.")
    return _("%(said)s Kết luận «Đạt» phải nêu lý do, căn cứ.") % {"said": said}


@dataclass(frozen=True)
class FindingInput:
    """What a department finds on one result.

    ``revision`` is that of the finding the person saw (0: none), ``result_revision`` that of the result: an answer that
    was sent since must be looked at before anything is concluded.
    """

    result_id: int
    verdict: str
    reason: str = ""
    revision: int | None = None
    result_revision: int | None = None


@register
class RecordFindings(OpinionAct):
    """Record what the department finds on its indicators. All rows or none.

    Reasons are required where not met or not applicable, and where met although the figure misses the threshold:
    thresholds may not have been compared with the gazette, so that they warn and do not decide.
    """

    name = "opinion.find"
    label = gettext_lazy("Kết luận chỉ tiêu")
    authority = HasRole(Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD) & AtProvince()

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if unconcluded(dossier, actor.agency.pk).exists():
            return None
        return Waiting(_("Đã kết luận đủ, chờ lãnh đạo ký."))

    def __init__(self, *, rows: Sequence[FindingInput], **base: Any) -> None:
        super().__init__(**base)
        self.rows = rows
        self._looked_at: Inputs = {}

    def refusals(self) -> list[Refusal]:
        found = []
        for row in self.rows:
            if row.verdict not in Verdict.values:
                message = _("Xin chọn kết luận: Đạt, Chưa đạt hoặc Không áp dụng.")
                found.append(Refusal("verdict", message, field=f"r{row.result_id}-verdict"))
            if row.verdict == Verdict.NOT_MET and not row.reason.strip():
                message = _("Kết luận «Chưa đạt» phải nêu lý do để xã biết phải bổ sung gì.")
                found.append(Refusal("reason", message, field=f"r{row.result_id}-reason"))
            if row.verdict == Verdict.NOT_APPLICABLE and not row.reason.strip():
                message = _("Kết luận «Không áp dụng» phải nêu căn cứ.")
                found.append(Refusal("reason", message, field=f"r{row.result_id}-reason"))
        return found

    def change(self) -> None:
        examination = examined(self.opinion)
        mine, found = examination.inputs, examination.found
        self._looked_at = {row.result_id: mine[row.result_id] for row in self.rows if row.result_id in mine}
        if len(self._looked_at) != len(self.rows) or not self.rows:
            raise NotPermitted(Refusal("not_mine", _("Chỉ tiêu này do cơ quan khác thẩm định.")))
        if any(row.result_revision not in (None, examination.revisions[row.result_id]) for row in self.rows):
            raise StaleForm
        if unexplained := self._unexplained():
            raise ActRefused(*unexplained)
        revisions = [self._next_revision(found.get(row.result_id), row) for row in self.rows]
        with connection.cursor() as cursor:
            cursor.execute(
                PUT_FINDINGS,
                [
                    *(self.opinion.pk, self.at, self.actor.user.pk),
                    [row.result_id for row in self.rows],
                    [row.verdict for row in self.rows],
                    [row.reason.strip() for row in self.rows],
                    revisions,
                ],
            )
        self.opinion.examine()
        self.opinion.revision += 1
        self.opinion.save(update_fields=["state", "revision"])

    def _unexplained(self) -> list[Refusal]:
        """Return a refusal for each figure that is found met without a reason although it misses the threshold."""
        missed = [
            row.result_id
            for row in self.rows
            if row.verdict == Verdict.MET
            and not row.reason.strip()
            and self._looked_at[row.result_id]["self_verdict"] == SelfVerdict.NOT_MET
        ]
        if not missed:
            return []
        results = IndicatorResult.objects.filter(pk__in=missed).select_related("indicator")
        return [
            Refusal("threshold", _met_although(result, self.dossier), field=f"r{result.pk}-reason")
            for result in results.order_by("position")
        ]

    def _next_revision(self, earlier: Found | None, row: FindingInput) -> int:
        revision = earlier.revision if earlier else 0
        if row.revision is not None and row.revision != revision:
            raise StaleForm
        # Never a number that was there before: findings go when what they rest on changes.
        return max(revision, self.opinion.revision) + 1

    def subject(self) -> dict[str, Any]:
        subject = super().subject()
        if len(self._looked_at) == 1:
            subject["indicator"] = next(iter(self._looked_at.values()))["indicator"]
        return subject

    def payload(self) -> dict[str, Any]:
        return {
            "findings": [
                {
                    "indicator": self._looked_at[row.result_id]["indicator"],
                    "verdict": row.verdict,
                    "reason": row.reason.strip(),
                    "looked_at": self._looked_at[row.result_id],
                }
                for row in self.rows
            ]
        }


@register
class SignOpinion(OpinionAct):
    """The head signs the department's opinion. The last signature of the round completes the appraisal.

    The dossier's row lock makes the signatures of one dossier follow one another, so that exactly one of them is
    the last, however many are given at the same instant.
    """

    name = "opinion.sign"
    label = gettext_lazy("Ký văn bản thẩm định")
    is_signed = True
    authority = HasRole(Role.DEPARTMENT_HEAD) & AtProvince()
    separation = HasNotDone(
        RecordFindings.name,
        since=("dossier.accept", "dossier.submit_completion"),
        unless_alone=Role.DEPARTMENT_HEAD,
    )

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        left = unconcluded(dossier, actor.agency.pk).count()
        if not left:
            return None
        sentence = ngettext(
            "Còn %(n)s chỉ tiêu chưa kết luận.", "Còn %(n)s chỉ tiêu chưa kết luận.", left
        ) % {"n": left}
        link = reverse("appraisal:findings", args=[dossier.pk])
        return Waiting(sentence, link=link, action=_("Kết luận chỉ tiêu của cơ quan tôi"))

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if found := super().hindrances(actor, dossier):
            return found
        missing = unconcluded(dossier, actor.agency.pk).values_list("indicator__code", flat=True)
        return [_unfinished(list(missing))] if missing else []

    def __init__(
        self,
        *,
        number: str,
        dated_on: date,
        summary: str = "",
        opinion_revision: int | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.number, self.summary = number.strip(), summary.strip()
        self.dated_on = dated_on
        self.opinion_revision = opinion_revision
        self.is_last = False
        self.inputs: Inputs = {}
        self.findings: dict[str, Found] = {}

    def refusals(self) -> list[Refusal]:
        return paper_refusals(self)

    def check(self) -> None:
        super().check()
        if self.opinion_revision is not None and self.opinion_revision != self.opinion.revision:
            raise StaleForm
        examination = examined(self.opinion)
        self.inputs, found = examination.inputs, examination.found
        self.findings = {
            row["indicator"]: found[result_id] for result_id, row in self.inputs.items() if result_id in found
        }
        missing = [row["indicator"] for row in self.inputs.values() if row["indicator"] not in self.findings]
        if missing:
            raise ActRefused(_unfinished(missing))

    def change(self) -> None:
        opinion = self.opinion
        opinion.sign()
        opinion.number, opinion.summary, opinion.dated_on = self.number, self.summary, self.dated_on
        opinion.inputs_sha256 = inputs_hash(self.inputs)
        opinion.signed_at, opinion.signed_by = self.at, self.actor.user
        opinion.revision += 1
        opinion.save(
            update_fields=[
                "state",
                "number",
                "summary",
                "dated_on",
                "inputs_sha256",
                "signed_at",
                "signed_by",
                "revision",
            ]
        )
        self.is_last = opinion.is_last_unsigned
        if self.is_last:
            self.advance_state("complete_appraisal")

    def payload(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "version": self.opinion.version,
            "summary": self.summary,
            "inputs_sha256": self.opinion.inputs_sha256,
            "inputs": list(self.inputs.values()),
            "findings": [
                {"indicator": code, "verdict": found.verdict, "reason": found.reason}
                for code, found in self.findings.items()
            ],
        }
