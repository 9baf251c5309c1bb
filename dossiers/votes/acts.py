"""Recording a vote: what is alike whoever votes."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from dossiers.acts import DossierAct, Refusal
from dossiers.acts.dates import order_refusals
from dossiers.criteria.numbers import format_number
from dossiers.procedures import VoteRule
from dossiers.results.acts import document_stamp
from storage.documents import fix
from storage.documents.models import Document

from .counts import count_refusals
from .models import Vote, VotingBody
from .rules import rule_for


class VoteAct(DossierAct):
    """A meeting that voted. The rule of the dossier's procedure says whether the vote passes, and is kept with it.

    Numbers that cannot be, and a meeting without a quorum, are refused at their fields.
    """

    is_signed = True

    body: ClassVar[VotingBody]
    #: What its minutes are in the order of papers.
    paper: ClassVar[str]
    most_members: ClassVar[int] = 99
    #: False where a later act fixes them together with all other papers.
    fixes_minutes: ClassVar[bool] = True

    def __init__(
        self,
        *,
        met_on: date,
        members: int,
        present: int,
        in_favour: int,
        against: int,
        invalid: int,
        is_secret: bool,
        chair_name: str,
        secretary_name: str,
        document: Document,
        conclusion: str = "",
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.met_on, self.members, self.present = met_on, members, present
        self.in_favour, self.against, self.invalid = in_favour, against, invalid
        self.is_secret, self.document = is_secret, document
        self.chair_name, self.secretary_name = chair_name.strip(), secretary_name.strip()
        self.conclusion = conclusion.strip()

    @property
    def rule(self) -> VoteRule:
        return rule_for(self.dossier, self.body)

    @property
    def passes(self) -> bool:
        """Whether the numbers reach the threshold."""
        return self.rule.passes(members=self.members, present=self.present, in_favour=self.in_favour)

    def refusals(self) -> list[Refusal]:
        found = count_refusals(
            members=self.members,
            present=self.present,
            in_favour=self.in_favour,
            against=self.against,
            invalid=self.invalid,
            most=self.most_members,
        )
        found += order_refusals(self, self.met_on, field="met_on", paper=self.paper)
        if not self.chair_name:
            found.append(Refusal("chair_name", _("Xin ghi người chủ trì cuộc họp."), field="chair_name"))
        if not self.secretary_name:
            found.append(Refusal("secretary_name", _("Xin ghi thư ký cuộc họp."), field="secretary_name"))
        return found or self.rule_refusals()

    def rule_refusals(self) -> list[Refusal]:
        """Return what the rule of the vote says against numbers that can be."""
        if self.rule.has_quorum(members=self.members, present=self.present):
            return []
        message = _("Cuộc họp có %(present)s/%(members)s thành viên, chưa đủ %(quorum)s%% để xét.") % {
            "present": self.present,
            "members": self.members,
            "quorum": format_number(self.rule.quorum_percent),
        }
        return [Refusal("quorum", message, rule=self.rule.source, field="present")]

    def change(self) -> None:
        rule = self.rule
        self.vote = Vote.objects.create(
            dossier=self.dossier,
            body=self.body,
            met_on=self.met_on,
            members=self.members,
            present=self.present,
            in_favour=self.in_favour,
            against=self.against,
            invalid=self.invalid,
            is_secret=self.is_secret,
            threshold_percent=rule.threshold_percent,
            denominator=rule.denominator,
            quorum_percent=rule.quorum_percent,
            rule_source=rule.source,
            rule_verified=rule.verified,
            passed=self.passes,
            conclusion=self.conclusion,
            chair_name=self.chair_name,
            secretary_name=self.secretary_name,
            minutes=self.document,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )
        if self.fixes_minutes:
            fix([self.document.pk], at=self.at)

    def payload(self) -> dict[str, Any]:
        rule = self.rule
        return {
            "body": self.body.value,
            "met_on": self.met_on.isoformat(),
            "members": self.members,
            "present": self.present,
            "in_favour": self.in_favour,
            "against": self.against,
            "invalid": self.invalid,
            "is_secret": self.is_secret,
            "threshold_percent": str(rule.threshold_percent),
            "denominator": rule.denominator.value,
            "quorum_percent": str(rule.quorum_percent),
            "passed": self.vote.passed,
            "conclusion": self.conclusion,
            "chair_name": self.chair_name,
            "secretary_name": self.secretary_name,
            "document": document_stamp(self.document),
        }
