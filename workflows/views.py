"""The pages that say what is mine to do and by which rules: home, inbox, dossiers, board, procedure, law."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers.acts import ActRefused
from dossiers.criteria.models import CriteriaSet
from dossiers.dossier.models import Dossier
from dossiers.dossier.selectors import with_progress
from dossiers.organisations.models import Role
from dossiers.policies.access import ActorRequest, actor_required, with_dossier
from dossiers.policies.middleware import actor_named, choose
from dossiers.policies.visibility import moved_away, visible_dossiers
from dossiers.procedures import procedures
from dossiers.programmes.acts import RegisterCommune
from dossiers.programmes.models import Programme
from storage.vietnamese import fold

from .bpmn import bpmn_of
from .diagram import diagram_of
from .filters import DossierFilter, LawFilter
from .law import critical_criteria, law_of_set, procedure_laws, sets_in_use
from .law_entries import LawQuestion, count_of, merged, overview_of, shown_laws
from .registrations import open_registrations
from .selectors import (
    Share,
    counts_of_shares,
    inbox,
    inbox_lines,
    province_of,
    share_of,
    what_dossiers_show,
    what_work_shows,
)
from .selectors import board as board_rows

PAGE = 25
BOARD_ROLES = frozenset(
    {
        Role.COORDINATION_OFFICER,
        Role.PROVINCIAL_CHAIR,
        Role.INSPECTOR,
        Role.DISTRICT_CHAIR,
        Role.DISTRICT_OFFICER,
    }
)


@actor_required
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """What is mine to do and until when; a commune also sees its own dossiers and open registrations."""
    actor = request.actor
    items = inbox(actor)
    dossiers = with_progress(visible_dossiers(actor).with_places()).order_by("-state_since")
    registrations = open_registrations(actor) if actor.role is Role.COMMUNE_CHAIR else []
    return render(
        request,
        "workflows/home.html",
        {
            "lines": inbox_lines(actor, items[:PAGE]),
            "item_count": items.count(),
            "dossiers": dossiers[:10],
            "registrable": [one for one in registrations if not one.not_next],
            "not_next": [one for one in registrations if one.not_next],
            "what_dossiers_show": what_dossiers_show(actor.role),
            "what_work_shows": what_work_shows(actor),
            "shows_board": actor.role in BOARD_ROLES,
            "opens_programmes": actor.role is Role.COORDINATION_OFFICER,
        },
    )


@actor_required
@require_safe
def work(request: ActorRequest) -> HttpResponse:
    """The whole inbox, most urgent first; narrowed to what one took oneself, or nobody has."""
    asked = request.GET.get("loc", "")
    share = Share(asked) if asked in Share.values else Share.AGENCY
    items = inbox(request.actor)
    page = Paginator(share_of(request.actor, items, share), PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "share": share,
        "shares": counts_of_shares(request.actor, items),
        "query": urlencode({"loc": share.value}) if share.value else "",
        "lines": inbox_lines(request.actor, list(page.object_list)),
        "what_work_shows": what_work_shows(request.actor),
    }
    return render(request, "workflows/work.html", context)


@actor_required
@require_safe
def dossiers(request: ActorRequest) -> HttpResponse:
    """The dossiers the actor may see; narrowed by words, state and year."""
    found = with_progress(visible_dossiers(request.actor).with_places()).order_by(
        "-title_year", "commune__sort_key"
    )
    narrowing = DossierFilter(request.GET.dict())
    asked = narrowing.applied
    if asked["words"]:
        # From the start of a word: «yên» is Yên Nam and not Chuyên Ngoại.
        start = fold(asked["words"])
        found = found.filter(
            Q(commune__folded_name__startswith=start) | Q(commune__folded_name__contains=f" {start}")
        )
    if asked["purpose"]:
        found = found.filter(purpose=asked["purpose"])
    if asked["state"]:
        found = found.filter(state=asked["state"])
    if asked["year"]:
        found = found.filter(title_year=asked["year"])
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "filter": narrowing,
        # Without it the second page would forget what was asked.
        "query": narrowing.query,
        "what_dossiers_show": what_dossiers_show(request.actor.role),
        "moved_away": moved_away(request.actor),
    }
    return render(request, "workflows/dossiers.html", context)


@actor_required
@require_safe
def board(request: ActorRequest) -> HttpResponse:
    """Dossiers by agencies: who has what, and how long they still have."""
    if request.actor.role not in BOARD_ROLES:
        raise Http404
    return render(request, "workflows/board.html", {"rows": board_rows(request.actor)})


@with_dossier
@require_safe
def procedure(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """The procedure as a diagram, generated from the flow, with the live position."""
    context = {"dossier": dossier, "active_tab": "overview", "diagram": diagram_of(dossier)}
    return render(request, "workflows/procedure.html", context)


@actor_required
@require_safe
def law(request: ActorRequest) -> HttpResponse:
    """The rules that dossiers go by, each with its source and whether it was compared with the text.

    Counted by procedure and kind; narrowed by words, procedure, kind, and whether they were compared.
    """
    province = province_of(request.actor.unit)
    narrowing = LawFilter(request.GET.dict())
    laws, asked = procedure_laws(), narrowing.asked
    shown = shown_laws(laws, asked)
    context = {
        "overview": overview_of(laws),
        "filter": narrowing,
        "is_narrowed": asked != LawQuestion(),
        "opens": asked.narrows or request.GET.get("mo") == "het",
        "laws": shown,
        "rules": merged(shown),
        "found": count_of(entry for one in shown for entry in one.entries),
        "sets": sets_in_use(province),
        "critical_criteria": critical_criteria(),
    }
    return render(request, "workflows/law.html", context)


@actor_required
@require_safe
def criteria_law(request: ActorRequest, code: str) -> HttpResponse:
    """A criteria set with every indicator: the newest version, or the one asked for by ``phien-ban``."""
    versions = CriteriaSet.objects.filter(code=code).order_by("-version")
    wanted = request.GET.get("phien-ban", "")
    if wanted:
        versions = versions.filter(version=wanted if wanted.isdecimal() and len(wanted) < 5 else 0)
    criteria_set = versions.first()
    if criteria_set is None:
        raise Http404
    context = {"law": law_of_set(criteria_set, province_of(request.actor.unit)), "set": criteria_set}
    return render(request, "workflows/criteria_law.html", context)


@actor_required
@require_safe
def procedure_bpmn(request: ActorRequest, code: str) -> HttpResponse:
    """A procedure as a BPMN file, for drawing tools and archives. In Vietnamese whatever the reader's language."""
    if code not in procedures():
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{code}.bpmn"'}
    return HttpResponse(bpmn_of(code), content_type="application/xml", headers=headers)


@actor_required
@require_POST
def register_commune(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Register the actor's commune under a year's programme and open its dossier."""
    programme = get_object_or_404(Programme, pk=programme_id, province=province_of(request.actor.unit))
    act = RegisterCommune(
        actor=request.actor, programme=programme, is_demonstration=request.actor.user.is_demo
    )
    try:
        act.perform()
    except ActRefused as refused:
        messages.error(request, str(refused))
        return redirect("home")
    messages.success(request, _("Đã đăng ký. Việc tiếp theo: lập Đề án."))
    return redirect("dossier:overview", pk=act.dossier.pk)


@actor_required
@require_POST
def switch_appointment(request: ActorRequest) -> HttpResponse:
    """Act in another of one's own current appointments, or for somebody whom one stands in for today."""
    if chosen := request.POST.get("substitution", ""):
        running = {str(one.pk) for one in request.substitutions}  # type: ignore[attr-defined]
        key = f"s{chosen}" if chosen in running else ""
    else:
        key = f"a{request.POST.get('appointment', '')}"
    actor = actor_named(request, key)
    if actor is None:
        raise Http404
    choose(request, actor)
    return redirect("home")
