"""Pages of the appraisal: the board of opinions, and a department's table of findings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.acts import ActRefused, Refusal
from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, with_dossier
from dossiers.policies.visibility import DEPARTMENTS
from dossiers.results.files import named_files
from dossiers.results.selectors import IndicatorRow, indicator_rows
from storage.text import keepable

from .acts import RecordFindings
from .models import Finding, OpinionState, Verdict
from .opinions import FindingInput
from .selectors import heads_over, opinion_lines, own_opinion
from .supplements.selectors import ItemLine, answered_items, readable_requests


@with_dossier
@require_safe
def board(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Who has signed and who has not; the contents once they are open to the actor."""
    opinion = own_opinion(request.actor, dossier)
    return render(
        request,
        "appraisal/board.html",
        {
            "dossier": dossier,
            "active_tab": "appraisal",
            "lines": opinion_lines(request.actor, dossier) if dossier.appraisal_round else [],
            "verification": dossier.verifications.select_related("verified_by").first(),
            "consolidations": dossier.consolidations.select_related("consolidated_by"),
            "opinion": opinion,
            "heads": heads_over(request.actor, opinion),
            "supplements": len(readable_requests(request.actor, dossier)),
            "may_find": RecordFindings.is_open_to(request.actor, dossier),
            "pages": open_pages(request, dossier),
        },
    )


@with_dossier
@require_http_methods(["GET", "POST"])
def findings(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """A department's own indicators with its findings; saves all changed rows at once or none."""
    opinion = own_opinion(request.actor, dossier) if request.actor.role in DEPARTMENTS else None
    if opinion is None:
        raise Http404
    existing = {finding.result_id: finding for finding in opinion.findings.all()}
    groups = indicator_rows(request.actor, dossier)
    answered = answered_items(request.actor, dossier)
    listed = [row for group in groups for row in group.rows]
    files = named_files(request.actor, dossier, [row.result.pk for row in listed])
    rows = [
        {
            **_finding_row(row, existing.get(row.result.pk), answered.get(row.result.pk, [])),
            "files": files.get(row.result.pk, []),
        }
        for row in listed
    ]
    refusals: list[Refusal] = []
    named: list[Refusal] = []
    unfinished = sum(not row["verdict"] for row in rows)
    if request.method == "POST":
        changed = [row for row in rows if _take_over(request, row)]
        refusals = _save(request, dossier, changed)
        if not refusals:
            return redirect("appraisal:findings", pk=dossier.pk)
        dossier.refresh_from_db()
        opinion.refresh_from_db()
        for row in rows:
            prefix = f"r{row['result'].pk}-"
            mine = [reason for reason in refusals if reason.field.startswith(prefix)]
            row["errors"] = [reason.message for reason in mine]
            code = row["result"].indicator.code
            named += [
                replace(reason, message=f"{code}: {reason.message}", link=f"#chi-tieu-{code}")
                for reason in mine
            ]
    editable = RecordFindings.is_open_to(request.actor, dossier)
    if refusals and not editable:
        for row in changed:
            _set_apart(row, existing.get(row["result"].pk))
    context = {
        "dossier": dossier,
        "active_tab": "appraisal",
        "opinion": opinion,
        "heads": heads_over(request.actor, opinion),
        "rows": rows,
        "verdicts": Verdict.choices,
        "refusals": [*(reason for reason in refusals if not reason.field), *named],
        "editable": editable,
        "must_sign_anew": opinion.version > 1 and opinion.state != OpinionState.SIGNED,
        "unfinished": unfinished,
        "pages": open_pages(request, dossier),
    }
    return render(request, "appraisal/findings.html", context, status=409 if refusals else 200)


def _finding_row(row: IndicatorRow, finding: Finding | None, answered: list[ItemLine]) -> dict[str, Any]:
    return {
        "answered": answered,
        "row": row,
        "result": row.result,
        "verdict": finding.verdict if finding else "",
        "reason": finding.reason if finding else "",
        "revision": finding.revision if finding else 0,
        "result_revision": row.result.revision,
        "errors": [],
    }


def _take_over(request: ActorRequest, row: dict[str, Any]) -> bool:
    """Put what was typed into the row and say whether it differs from what is stored."""
    prefix = f"r{row['result'].pk}-"
    verdict = request.POST.get(f"{prefix}verdict", "")
    reason = keepable(request.POST.get(f"{prefix}reason", "")).strip()
    if f"{prefix}revision" not in request.POST or (verdict, reason) == (row["verdict"], row["reason"]):
        return False
    revision = request.POST[f"{prefix}revision"]
    row.update(verdict=verdict, reason=reason, revision=int(revision) if revision.isdecimal() else -1)
    looked_at = request.POST.get(f"{prefix}result-revision", "")
    row["result_revision"] = int(looked_at) if looked_at.isdecimal() else None
    return True


def _set_apart(row: dict[str, Any], finding: Finding | None) -> None:
    """Where nothing can be typed any more, show what is stored, and what was typed as what was not saved."""
    row["typed"] = {"verdict": Verdict(row["verdict"]).label if row["verdict"] in Verdict.values else ""}
    row["typed"]["reason"] = row["reason"]
    row.update(verdict=finding.verdict if finding else "", reason=finding.reason if finding else "")


def _save(request: ActorRequest, dossier: Dossier, changed: list[dict[str, Any]]) -> list[Refusal]:
    if not changed:
        messages.info(request, _("Không có gì thay đổi."))
        return []
    inputs = [
        FindingInput(
            result_id=row["result"].pk,
            verdict=row["verdict"],
            reason=row["reason"],
            revision=row["revision"],
            result_revision=row["result_revision"],
        )
        for row in changed
    ]
    try:
        RecordFindings(actor=request.actor, dossier=dossier, rows=inputs).perform()
    except ActRefused as refused:
        return refused.reasons
    messages.success(request, _("Đã lưu kết luận %(n)s chỉ tiêu.") % {"n": len(inputs)})
    return []
