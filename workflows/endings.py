"""Work that ended without whoever had it doing it: the one rule by which they are told that it ended, and why.

So ends what was cancelled because the dossier left its state (returned, withdrawn, moved) or was taken back, and the
steps that the flow says somebody else's act ends. What the same agency has again at the same step did not end for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from dossiers.acts import all_acts
from storage.ledger import Entry

from .models import WorkItem
from .nodes import ActNode


@cache
def _by_others() -> Q:
    """Return the steps with the acts of others that end them, as the flows say."""
    from .flows import all_flows

    found = Q(task__status=STATUS.CANCELED)
    for flow in all_flows():
        for node in flow.instance.nodes():
            if isinstance(node, ActNode) and node.ended_by_others:
                found |= Q(node=node.name, closing_act__in=node.ended_by_others)
    return found


def ended_for_others(*, since: datetime, until: datetime) -> QuerySet[WorkItem]:
    """Return the work that ended in this time without being done by whoever had it."""
    again = WorkItem.objects.filter(
        dossier=OuterRef("dossier"),
        node=OuterRef("node"),
        agency=OuterRef("agency"),
        closed_at__isnull=True,
    )
    ended = WorkItem.objects.filter(_by_others(), closed_at__gte=since, closed_at__lte=until)
    return ended.exclude(Exists(again)).order_by("pk")


@dataclass(frozen=True)
class Ending:
    """By what work ended: the act, of which agency, and the reason that was given, empty where none was."""

    act: str
    agency: str
    reasons: str

    @property
    def sentence(self) -> str:
        said = _("%(agency)s: %(act)s.") % {"agency": self.agency, "act": self.act}
        if not self.reasons:
            return said
        return _("%(said)s Lý do: %(reasons)s") % {"said": said, "reasons": self.reasons}


def endings_of(items: Collection[WorkItem]) -> Mapping[int, Ending]:
    """Return by what each of the items, with their dossiers, ended. One query; what has no entry is left out."""
    keys = {item.pk: (item.dossier.stream, item.closing_act, item.closed_at) for item in items}
    if not keys:
        return {}
    streams, acts, moments = (set(values) for values in zip(*keys.values(), strict=True))
    names = {act.name: str(act.label) for act in all_acts()}
    endings = {
        (entry.stream, entry.act, entry.at): Ending(
            names.get(entry.act, entry.act),
            entry.actor.get("agency", ""),
            entry.payload.get("reasons") or entry.payload.get("reason") or "",
        )
        for entry in Entry.objects.filter(stream__in=streams, act__in=acts, at__in=moments)
    }
    return {pk: endings[key] for pk, key in keys.items() if key in endings}
