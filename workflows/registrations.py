"""What a commune may register in, and whether that is the next thing for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import Dossier, Purpose, State
from dossiers.eligibility.selectors import ORDER, held_title
from dossiers.policies import Actor
from dossiers.policies.visibility import visible_dossiers
from dossiers.programmes.models import Programme

from .selectors import province_of


@dataclass(frozen=True)
class OpenRegistration:
    """A year's plan that a commune may register in.

    ``not_next`` says why it is not the next thing: the commune holds this title or a higher one, or has a dossier for
    another. It stays possible, because the other one can turn out to be the wrong one.
    """

    programme: Programme
    not_next: str = ""


def open_registrations(actor: Actor) -> list[OpenRegistration]:
    """Return the plans of the latest year that the actor's commune may still register in, the next for it first.

    Never of a year before one in which the commune has a dossier, whatever became of that. At most three queries and
    one for each plan.
    """
    own = visible_dossiers(actor).filter(purpose=Purpose.RECOGNITION)
    live = own.exclude(state__in=[State.WITHDRAWN, State.NOT_RECOGNISED]).select_related("criteria_set")
    latest_own = own.order_by("-title_year").values_list("title_year", flat=True).first() or 0
    programmes = list(
        Programme.objects.filter(province=province_of(actor.unit), year__gte=latest_own)
        .exclude(pk__in=live.values("programme_id"))
        .select_related("criteria_set", "province")
        .order_by("-year")
    )
    latest = [programme for programme in programmes if programme.year == programmes[0].year]
    ours = list(live.exclude(state=State.PUBLISHED).order_by("-title_year", "-pk"))
    found = [OpenRegistration(one, _not_next(one, actor, ours)) for one in latest]
    return sorted(found, key=lambda one: (bool(one.not_next), _rank(one.programme.criteria_set.level)))


def _rank(level: str) -> int:
    return ORDER.index(TitleLevel(level))


def _not_next(programme: Programme, actor: Actor, ours: list[Dossier]) -> str:
    level = TitleLevel(programme.criteria_set.level)
    if (title := held_title(actor.unit, level)) is not None:
        return _("Xã đang giữ danh hiệu «%(title)s».") % {"title": title.get_level_display()}
    for dossier in ours:
        said = {"title": dossier.criteria_set.get_level_display(), "year": dossier.title_year}
        own = _rank(dossier.criteria_set.level)
        if own > _rank(level):
            return _("Xã đang có hồ sơ «%(title)s» năm %(year)s, danh hiệu cao hơn.") % said
        if own < _rank(level):
            return _("Xã đang có hồ sơ «%(title)s» năm %(year)s, danh hiệu phải đạt trước.") % said
        return _("Xã đang có hồ sơ «%(title)s» năm %(year)s.") % said
    return ""
