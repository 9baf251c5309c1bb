"""The dossier: one commune, one title, one year; its legal state and what it pinned when it began."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import GET_STATE, ConcurrentTransitionMixin, FSMField, transition

from dossiers.acts.errors import Refusal
from dossiers.organisations.models import AdministrativeUnit
from dossiers.procedures import ReceivingLevel, get_procedure


class State(models.TextChoices):
    """Legal states; the labels are what people read."""

    DRAFTING = "drafting", gettext_lazy("Đang lập Đề án")
    PLAN_SUBMITTED = "plan_submitted", gettext_lazy("Đã trình Đề án")
    IMPLEMENTING = "implementing", gettext_lazy("Đề án được duyệt, đang thực hiện")
    CONSULTING = "consulting", gettext_lazy("Lấy ý kiến nhân dân")
    DISTRICT_REVIEW = "district_review", gettext_lazy("Huyện thẩm tra")
    PROVINCIAL_INTAKE = "provincial_intake", gettext_lazy("Tỉnh tiếp nhận")
    APPRAISING = "appraising", gettext_lazy("Sở, ngành thẩm định")
    CONSOLIDATING = "consolidating", gettext_lazy("Tổng hợp thẩm định")
    COUNCIL = "council", gettext_lazy("Hội đồng xét")
    DECIDING = "deciding", gettext_lazy("Trình quyết định")
    RECOGNISED = "recognised", gettext_lazy("Đã công nhận")
    PUBLISHED = "published", gettext_lazy("Đã công bố")
    RETURNED = "returned", gettext_lazy("Trả lại để bổ sung")
    NOT_RECOGNISED = "not_recognised", gettext_lazy("Không công nhận")
    WITHDRAWN = "withdrawn", gettext_lazy("Đã rút hồ sơ")
    # Yearly review of a title.
    REVIEWING = "reviewing", gettext_lazy("Xã rà soát danh hiệu")
    REVIEW_SUBMITTED = "review_submitted", gettext_lazy("Chờ xác nhận kết quả rà soát")
    REVIEWED = "reviewed", gettext_lazy("Đã xác nhận kết quả rà soát")
    REVIEW_CANCELLED = "review_cancelled", gettext_lazy("Đã hủy lần rà soát")
    # Revocation of a title.
    REVOCATION_HEARING = "revocation_hearing", gettext_lazy("Lấy ý kiến về việc thu hồi")
    REVOCATION_INTAKE = "revocation_intake", gettext_lazy("Tỉnh tiếp nhận đề nghị thu hồi")
    REVOCATION_APPRAISING = "revocation_appraising", gettext_lazy("Sở, ngành thẩm định việc thu hồi")
    REVOCATION_REPORTING = "revocation_reporting", gettext_lazy("Tổng hợp thẩm định việc thu hồi")
    REVOCATION_DECIDING = "revocation_deciding", gettext_lazy("Trình quyết định về việc thu hồi")
    REVOKED = "revoked", gettext_lazy("Đã quyết định thu hồi")
    REVOCATION_PUBLISHED = "revocation_published", gettext_lazy("Đã công bố việc thu hồi")
    TITLE_KEPT = "title_kept", gettext_lazy("Không thu hồi, giữ danh hiệu")


class Purpose(models.TextChoices):
    """What a dossier is about: asking for a title, or one of the two things that follow a title."""

    RECOGNITION = "recognition", gettext_lazy("Xét, công nhận")
    REVIEW = "review", gettext_lazy("Rà soát danh hiệu")
    REVOCATION = "revocation", gettext_lazy("Thu hồi danh hiệu")


FINAL_STATES = frozenset(
    {
        State.PUBLISHED,
        State.NOT_RECOGNISED,
        State.WITHDRAWN,
        State.REVIEWED,
        State.REVIEW_CANCELLED,
        State.REVOCATION_PUBLISHED,
        State.TITLE_KEPT,
    }
)
#: Returned by these, the dossier goes through the district again; from later stages straight to appraisal.
BEFORE_APPRAISAL = frozenset({State.DISTRICT_REVIEW, State.PROVINCIAL_INTAKE})
#: The state in which whoever receives what communes submit verifies it (thẩm tra).
REVIEW_STATES = {
    ReceivingLevel.DISTRICT: State.DISTRICT_REVIEW,
    ReceivingLevel.PROVINCE: State.PROVINCIAL_INTAKE,
}
#: The commune may withdraw until the council meets.
WITHDRAWABLE = (
    State.DRAFTING,
    State.PLAN_SUBMITTED,
    State.IMPLEMENTING,
    State.CONSULTING,
    State.DISTRICT_REVIEW,
    State.PROVINCIAL_INTAKE,
    State.APPRAISING,
    State.CONSOLIDATING,
    State.RETURNED,
)


#: By the level of a procedure's title.
SHORT_TITLES: dict[str, str | Promise] = {
    "ntm": gettext_lazy("NTM"),
    "nang_cao": gettext_lazy("NTM nâng cao"),
    "kieu_mau": gettext_lazy("NTM kiểu mẫu"),
}


def _came_from_before_appraisal(dossier: Any) -> bool:
    return dossier.state != State.RETURNED or dossier.returned_from in BEFORE_APPRAISAL


def _came_from_appraisal(dossier: Any) -> bool:
    return dossier.returned_from not in BEFORE_APPRAISAL


def _is_under_first_review(dossier: Any) -> bool:
    return bool(dossier.state == dossier.review_state)


def _was_submitted_again(dossier: Any) -> bool:
    return dossier.notices.filter(from_state__in=BEFORE_APPRAISAL).exists()


def _was_submitted_first(dossier: Any) -> bool:
    return not _was_submitted_again(dossier)


def _first_review(dossier: Any) -> State:
    state: State | None = dossier.review_state
    assert state is not None, "only what asks for a title is submitted"
    return state


class DossierQuerySet(models.QuerySet["Dossier"]):
    def locked(self, known: Dossier) -> Dossier:
        """Return the dossier anew with its row locked until the transaction ends. Waits up to ``lock_timeout``.

        Takes over the commune that the caller's copy has already fetched, while it is the dossier's.
        """
        # Every act begins here; spelled out, it costs half of what building the query does.
        (dossier,) = self.raw("SELECT * FROM dossier_dossier WHERE id = %s FOR UPDATE", [known.pk])
        if "commune" in known._state.fields_cache and known.commune_id == dossier.commune_id:
            dossier.commune = known.commune
        return dossier

    def with_places(self) -> DossierQuerySet:
        return self.select_related("commune__parent", "province", "programme", "criteria_set")


class ProtectedStateModel(ConcurrentTransitionMixin, models.Model):
    """Keeps the state field protected even when a refresh fails.

    The library lifts the protection on the field object, which all threads share, and does not restore it when
    ``refresh_from_db`` raises. Fetching a fresh copy and taking over its values never touches the shared field.
    """

    class Meta:
        abstract = True

    def refresh_from_db(
        self, using: str | None = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        manager = from_queryset if from_queryset is not None else type(self)._base_manager.using(using)
        names = list(fields) if fields is not None else None
        fresh = manager.get(pk=self.pk)
        for field in self._meta.concrete_fields:
            if names is None or field.name in names or field.attname in names:
                self.__dict__[field.attname] = getattr(fresh, field.attname)
                if isinstance(field, models.ForeignKey) and field.is_cached(self):
                    field.delete_cached_value(self)
        self._state.db = fresh._state.db
        if names is None:
            self._prefetched_objects_cache: dict[str, Any] = {}
        self._update_initial_state()


class Dossier(ProtectedStateModel):
    """A commune's dossier: for one title in one year, or about a title that the commune holds (``purpose``).

    It pins the criteria set and the procedure it began with. ``title_year`` is the year of the title, which is
    not the year of the decision. ``revision`` counts the changes of state: a form made for an older revision is
    stale. Never deleted.
    """

    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="dossiers")
    province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=16, choices=Purpose.choices, default=Purpose.RECOGNITION)
    #: The year's programme it was registered in; a dossier about a title has none.
    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, null=True, blank=True, related_name="dossiers"
    )
    criteria_set = models.ForeignKey("criteria.CriteriaSet", models.PROTECT, related_name="+")
    procedure = models.SlugField(max_length=64)
    title_year = models.PositiveSmallIntegerField()
    state = FSMField(choices=State.choices, default=State.DRAFTING, protected=True)
    state_since = models.DateTimeField()
    returned_from = models.CharField(max_length=32, choices=State.choices, blank=True)
    appraisal_round = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_demonstration = models.BooleanField(default=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-title_year", "commune__sort_key"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commune", "programme"],
                condition=~models.Q(state__in=[State.WITHDRAWN, State.NOT_RECOGNISED]),
                name="one_live_dossier_per_commune_and_programme",
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose=Purpose.RECOGNITION) | models.Q(programme__isnull=False),
                name="recognition_has_a_programme",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["province", "state"]),
            models.Index(fields=["commune", "-title_year"]),
        ]

    def __str__(self) -> str:
        return f"{self.commune.name} · {self.year_in_words}"

    @property
    def year_in_words(self) -> str:
        """What stands behind the commune's name in lists: the year, and what else the dossier is about."""
        if self.purpose == Purpose.RECOGNITION:
            return str(self.title_year)
        return f"{Purpose(self.purpose).label} {self.title_year}"

    @property
    def stream(self) -> str:
        """The name of this dossier's stream in the ledger."""
        return f"dossier:{self.pk}"

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def title_in_short(self) -> str | Promise:
        """The title that the dossier asks for, or is about, as officials shorten it: «NTM nâng cao»."""
        scope = get_procedure(self.procedure).scope
        return SHORT_TITLES[scope.title_level if scope else self.criteria_set.level]

    @property
    def review_state(self) -> State | None:
        """The state in which whoever receives the dossier verifies it (thẩm tra); None when it asks for no title."""
        receiving = get_procedure(self.procedure).receiving
        return REVIEW_STATES[receiving.level] if receiving else None

    @property
    def has_district_review(self) -> bool:
        """Whether a district reviews the dossier, or asked its divisions before a move. At most one query."""
        return self.review_state == State.DISTRICT_REVIEW or self.division_reviews.exists()

    @property
    def district(self) -> AdministrativeUnit:
        parent = self.commune.parent
        assert parent is not None, "a commune of the three-tier procedure lies in a district"
        return parent

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("dossiers are never deleted")

    def wrong_state_refusal(self, act_label: str | Promise) -> Refusal:
        return Refusal(
            "state",
            _(
                "Không thể «%(act)s» khi hồ sơ đang ở bước «%(state)s». Có thể người khác vừa xử lý; xin mở lại hồ sơ."
            )
            % {"act": act_label, "state": State(self.state).label},
        )

    @transition(field=state, source=State.DRAFTING, target=State.PLAN_SUBMITTED)
    def submit_plan(self) -> None:
        """The commune's chair submits the Đề án to the district."""

    @transition(field=state, source=State.PLAN_SUBMITTED, target=State.DRAFTING)
    def return_plan(self) -> None:
        """The district's chair sends the Đề án back with reasons."""

    @transition(field=state, source=State.PLAN_SUBMITTED, target=State.IMPLEMENTING)
    def approve_plan(self) -> None:
        """The district's chair approves the Đề án."""

    @transition(field=state, source=State.IMPLEMENTING, target=State.CONSULTING)
    def open_consultation(self) -> None:
        """The commune puts its report before the people and the mass organisations."""

    @transition(
        field=state,
        source=[State.CONSULTING, State.RETURNED],
        target=GET_STATE(_first_review, states=list(REVIEW_STATES.values())),
        conditions=[_came_from_before_appraisal],
    )
    def submit_dossier(self) -> None:
        """The commune's chair submits the dossier for recognition."""

    @transition(field=state, source=State.PLAN_SUBMITTED, target=State.DRAFTING)
    def recall_plan(self) -> None:
        """The commune takes the Đề án back before the district has opened it."""

    @transition(
        field=state,
        source=list(REVIEW_STATES.values()),
        target=State.CONSULTING,
        conditions=[_is_under_first_review, _was_submitted_first],
    )
    def recall_dossier(self) -> None:
        """The commune takes the dossier back before whoever received it has opened it."""

    @transition(
        field=state,
        source=list(REVIEW_STATES.values()),
        target=State.RETURNED,
        conditions=[_is_under_first_review, _was_submitted_again],
    )
    def recall_resubmission(self) -> None:
        """The same for a dossier that had been returned: it is again what it was returned as."""
        notice = self.notices.filter(from_state__in=BEFORE_APPRAISAL).order_by("-at", "-pk")[0]
        self.returned_from = notice.from_state

    @transition(field=state, source=State.PROVINCIAL_INTAKE, target=State.DISTRICT_REVIEW)
    def recall_forwarding(self) -> None:
        """The district takes the dossier back before the province has opened it."""

    @transition(field=state, source=State.DISTRICT_REVIEW, target=State.PROVINCIAL_INTAKE)
    def forward(self) -> None:
        """The district's chair forwards the verified dossier to the province."""

    @transition(field=state, source=State.DISTRICT_REVIEW, target=State.PROVINCIAL_INTAKE)
    def move_review_to_province(self) -> None:
        """The dossier was moved to a procedure in which the province verifies what the district would have."""

    @transition(field=state, source=State.DISTRICT_REVIEW, target=State.RETURNED)
    def return_from_district(self) -> None:
        self.returned_from = State.DISTRICT_REVIEW

    @transition(field=state, source=State.PROVINCIAL_INTAKE, target=State.RETURNED)
    def return_from_intake(self) -> None:
        self.returned_from = State.PROVINCIAL_INTAKE

    @transition(field=state, source=State.PROVINCIAL_INTAKE, target=State.APPRAISING)
    def dispatch(self) -> None:
        self.appraisal_round += 1

    @transition(field=state, source=State.APPRAISING, target=State.CONSOLIDATING)
    def complete_appraisal(self) -> None:
        """The last responsible department has signed."""

    @transition(field=state, source=State.CONSOLIDATING, target=State.RETURNED)
    def return_for_completion(self) -> None:
        self.returned_from = State.CONSOLIDATING

    @transition(
        field=state, source=State.RETURNED, target=State.APPRAISING, conditions=[_came_from_appraisal]
    )
    def resume_appraisal(self) -> None:
        self.appraisal_round += 1

    @transition(field=state, source=State.CONSOLIDATING, target=State.COUNCIL)
    def submit_to_council(self) -> None:
        """The coordination office reports to the appraisal council."""

    @transition(field=state, source=State.COUNCIL, target=State.DECIDING)
    def pass_council(self) -> None:
        """The council voted in favour."""

    @transition(field=state, source=State.COUNCIL, target=State.RETURNED)
    def fail_council(self) -> None:
        self.returned_from = State.COUNCIL

    @transition(field=state, source=State.DECIDING, target=State.RECOGNISED)
    def recognise(self) -> None:
        """The provincial chair recognises."""

    @transition(field=state, source=State.DECIDING, target=State.NOT_RECOGNISED)
    def refuse(self) -> None:
        """The provincial chair refuses."""

    @transition(field=state, source=State.RECOGNISED, target=State.PUBLISHED)
    def publish(self) -> None:
        """The district publishes the recognition."""

    @transition(field=state, source=list(WITHDRAWABLE), target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The commune withdraws."""

    @transition(field=state, source=State.REVIEWING, target=State.REVIEW_SUBMITTED)
    def submit_review(self) -> None:
        """The commune's chair signs what the yearly review found."""

    @transition(field=state, source=State.REVIEW_SUBMITTED, target=State.REVIEWING)
    def return_review(self) -> None:
        """The district sends the review back with reasons."""

    @transition(field=state, source=State.REVIEW_SUBMITTED, target=State.REVIEWED)
    def confirm_review(self) -> None:
        """The district confirms the review, with its corrections."""

    @transition(field=state, source=State.REVOCATION_HEARING, target=State.REVOCATION_INTAKE)
    def propose_revocation(self) -> None:
        """The proposal to revoke goes to the province."""

    @transition(field=state, source=State.REVOCATION_INTAKE, target=State.REVOCATION_HEARING)
    def return_proposal(self) -> None:
        """The coordination office sends the proposal back with reasons."""

    @transition(field=state, source=State.REVOCATION_INTAKE, target=State.REVOCATION_APPRAISING)
    def dispatch_proposal(self) -> None:
        """The departments concerned are asked."""

    @transition(field=state, source=State.REVOCATION_APPRAISING, target=State.REVOCATION_REPORTING)
    def complete_revocation_appraisal(self) -> None:
        """The last department concerned has signed."""

    @transition(field=state, source=State.REVOCATION_REPORTING, target=State.REVOCATION_DECIDING)
    def report_revocation(self) -> None:
        """The coordination office reports to the provincial chair."""

    @transition(field=state, source=State.REVOCATION_DECIDING, target=State.REVOKED)
    def revoke_title(self) -> None:
        """The provincial chair revokes the title."""

    @transition(field=state, source=State.REVOCATION_DECIDING, target=State.TITLE_KEPT)
    def keep_title(self) -> None:
        """The provincial chair decides that the title stays."""

    @transition(field=state, source=State.REVOKED, target=State.REVOCATION_PUBLISHED)
    def publish_revocation(self) -> None:
        """The revocation is made public."""

    @transition(field=state, source=State.REVIEWING, target=State.REVIEW_CANCELLED)
    def cancel_review(self) -> None:
        """Whoever opened the review by mistake cancels it before anybody has recorded anything."""

    @transition(
        field=state,
        source=[
            State.REVOCATION_HEARING,
            State.REVOCATION_INTAKE,
            State.REVOCATION_APPRAISING,
            State.REVOCATION_REPORTING,
        ],
        target=State.WITHDRAWN,
    )
    def withdraw_proposal(self) -> None:
        """Whoever proposed the revocation withdraws it before it goes to the chair."""


def transition_sources(model: type[models.Model], method: str) -> frozenset[Any]:
    """Return the states from which a transition method of the model may be called."""
    return frozenset(State(source) for source in getattr(model, method)._django_fsm.transitions)


class ReturnNotice(models.Model):
    """Why a dossier was sent back, in writing: from which step, by whom, and what has to be put right.

    ``is_against`` says that whoever examined it had recommended to go on.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="notices")
    from_state = models.CharField(max_length=32, choices=State.choices)
    reasons = models.TextField()
    is_against = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.from_state}"

    @property
    def against(self) -> str:
        """What had been recommended, as a sentence; empty where the return follows what was recommended."""
        if not self.is_against:
            return ""
        if self.from_state == State.PLAN_SUBMITTED:
            return _("Quyết định trả lại này khác đề nghị: kết quả thẩm định Đề án đề nghị phê duyệt.")
        if self.from_state == State.REVIEW_SUBMITTED:
            return _("Quyết định trả lại này khác đề nghị: kết quả kiểm tra đề nghị xác nhận.")
        return _("Quyết định trả lại này khác đề nghị: kết quả thẩm tra đề nghị chuyển bước tiếp theo.")
