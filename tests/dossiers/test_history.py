"""The history page: what it says was decided, what it keeps sealed, and how it is searched."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import all_acts
from dossiers.acts.dates import day_in_words
from dossiers.appraisal.acts import RecordFindings, SignOpinion
from dossiers.appraisal.models import Opinion
from dossiers.appraisal.opinions import FindingInput
from dossiers.dossier.filters import HistoryFilter
from dossiers.dossier.history import Choices
from dossiers.dossier.models import Dossier, State
from dossiers.dossier.soundness import files_read
from dossiers.organisations.models import Appointment, Role
from dossiers.plans.acts import WriteSection
from dossiers.policies import Actor
from dossiers.policies.visibility import DEPARTMENTS
from dossiers.results.acts import AttachEvidence, FigureInput, ReportFigures
from dossiers.results.models import Evidence
from storage import ledger
from storage.documents.models import Document, Integrity, IntegrityCheck
from storage.ledger import Entry
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db

SEALED = "Nội dung được niêm phong đến khi mọi cơ quan ký"
REASON = "Đường trục thôn chưa cứng hóa"
SUMMARY = "Sở đề nghị xã làm lại biểu số liệu"
#: Everybody who sees a dossier that is being appraised, but for the opinion's own department and the inspector.
SEALED_FROM = (
    Role.DEPARTMENT_OFFICER,
    Role.DEPARTMENT_HEAD,
    Role.COORDINATION_OFFICER,
    Role.COUNCIL_SECRETARY,
    Role.PROVINCIAL_CHAIR,
    Role.DISTRICT_OFFICER,
    Role.DISTRICT_CHAIR,
    Role.COMMUNE_OFFICIAL,
    Role.COMMUNE_CHAIR,
    Role.FRONT_OFFICER,
)


@dataclass(frozen=True)
class Shown:
    """One entry as a reader sees it: the line, and what is folded away behind it."""

    line: str
    details: str
    links: list[str]


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def _page(client: Client, actor: Actor, journey: Journey, **query: Any) -> str:
    client.force_login(actor.user)
    answer = client.get(reverse("dossier:history", args=[journey.dossier.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _shown(page: str) -> list[Shown]:
    """Return the entries of the page, newest first."""
    entries = re.findall(r'<li id="muc-\d+">.*?<br>(.*?)<details[^>]*>(.*?)</details>', page, re.S)
    return [
        Shown(_text(line), _text(details), re.findall(r'<a href="([^"]+)"', line + details))
        for line, details in entries
    ]


def _newest(client: Client, actor: Actor, journey: Journey, **query: Any) -> Shown:
    return _shown(_page(client, actor, journey, **query))[0]


def _opinion(journey: Journey, department: str = "Sở Xây dựng") -> Opinion:
    return next(one for one in journey.waiting_opinions() if one.department.short_name == department)


def _find(world: World, journey: Journey, opinion: Opinion, code: str, verdict: str, reason: str) -> None:
    result = journey.results().get(indicator__code=code)
    officer = world.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    journey.do(RecordFindings, officer, rows=[FindingInput(result.pk, verdict, reason)])


def _sign(world: World, journey: Journey, opinion: Opinion) -> None:
    head = world.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    journey.do(SignOpinion, head, number="77/SXD-QLN", dated_on=timezone.localdate(), summary=SUMMARY)


def _report(journey: Journey, figures: dict[str, str]) -> None:
    rows = [
        FigureInput(result_id=result.pk, value=figures[result.indicator.code])
        for result in journey.results().filter(indicator__code__in=figures)
    ]
    journey.do(ReportFigures, journey.official, rows=rows)


def test_an_opinion_is_sealed_in_the_history_until_all_have_signed(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    code = journey.results().filter(department=opinion.department_id)[0].indicator.code
    _find(world, journey, opinion, code, "not_met", REASON)
    journey.find(opinion, unmet={code})
    _sign(world, journey, opinion)
    secrets = (REASON, SUMMARY, "Số liệu chưa khớp báo cáo ngành", "77/SXD-QLN")

    for role in SEALED_FROM:
        actor = world.actor(role, of=journey.dossier)
        page = _page(client, actor, journey)
        assert not [secret for secret in secrets if secret in page], role
        signed, found, found_one, *_others = _shown(page)
        assert signed.line == f"Ký văn bản thẩm định: {SEALED}", role
        assert found.line == found_one.line == f"Kết luận chỉ tiêu: {SEALED}", role
        folded = signed.details + found.details + found_one.details
        assert "Đạt" not in folded and "Chưa đạt" not in folded and "chỉ tiêu" not in folded, role
        assert not found_one.links and code not in found_one.details, role
        about = _shown(_page(client, actor, journey, **{"chi-tieu": code}))
        if role in DEPARTMENTS:
            assert about == _shown(page), "another department does not search by this indicator"
        else:
            assert about and not [one for one in about if SEALED in one.line], role
        head = world.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
        assert head.user.full_name in page and "Sở Xây dựng" in page, "who and when stay"

    own = [
        world.people.at(opinion.department_id, role)
        for role in (Role.DEPARTMENT_HEAD, Role.DEPARTMENT_OFFICER)
    ]
    for actor in (*own, world.actor(Role.INSPECTOR)):
        page = _page(client, actor, journey)
        assert all(secret in page for secret in secrets) and SEALED not in page
        assert f"{code}: Chưa đạt" in _shown(page)[2].line
        assert len(_shown(_page(client, actor, journey, **{"chi-tieu": code, "viec": "opinion.find"}))) == 2

    journey.appraise()
    assert journey.refresh().state == State.CONSOLIDATING
    for role in SEALED_FROM:
        page = _page(client, world.actor(role, of=journey.dossier), journey)
        assert all(secret in page for secret in secrets) and SEALED not in page, role


def test_an_opinion_of_an_earlier_round_stays_open_while_the_next_is_sealed(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING)
    code = journey.results().filter(department=_opinion(journey).department_id)[0].indicator.code
    journey.appraise(unmet={code})
    journey.request_completion()
    journey.attach(files=1, only={code})
    journey.submit_completion()
    _find(world, journey, _opinion(journey), code, "not_met", REASON)
    page = _page(client, world.actor(Role.COMMUNE_CHAIR, of=journey.dossier), journey)
    assert _shown(page)[0].line == f"Kết luận chỉ tiêu: {SEALED}"
    assert page.count("Số liệu chưa khớp báo cáo ngành (minh họa).") >= 1
    assert REASON not in page


def test_a_reported_figure_is_said_with_what_it_amounts_to(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    _report(journey, {"10.1": "61,5"})
    newest = _newest(client, journey.chair, journey)
    assert newest.line == "Nhập số liệu chỉ tiêu: Chỉ tiêu 10.1: 61,5 → Chưa đạt"
    _report(journey, {"10.1": "1.061,5"})
    assert _newest(client, journey.chair, journey).line.endswith("10.1: 1.061,5 → Đạt")
    _report(journey, {"10.1": "1.062", "14.2": "3"})
    newest = _newest(client, journey.chair, journey)
    assert newest.line == "Nhập số liệu chỉ tiêu: 2 chỉ tiêu: 1 đạt, 1 chưa đạt"
    assert "10.1: 1.062 → Đạt" in newest.details and "14.2: 3 → Chưa đạt" in newest.details
    _report(journey, {"14.2": ""})
    assert _newest(client, journey.chair, journey).line.endswith("14.2: Chưa có số liệu")


def test_what_was_planned_is_said(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    lines = [one.line for one in _shown(_page(client, journey.chair, journey))]
    approved = f"số {1000 + journey.dossier.pk}/QĐ-UBND ngày 15/3/2023"
    assert f"Phê duyệt Đề án: {approved} · {journey.paper().name}" in lines
    assert "Soạn Đề án: Kiến nghị" in lines
    assert "Ghi hiện trạng và mục tiêu: 75 chỉ tiêu" in lines
    assert "Ghi công trình và vốn: Nâng cấp đường trục Xã Liêm Tuyền · 4.200.000.000 đồng" in lines
    assert "Thẩm định Đề án: Đề nghị phê duyệt · Đề án đủ nội dung, phù hợp kế hoạch năm (minh họa)." in lines


def test_evidence_is_said_with_its_file_and_its_indicators(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    document = journey.upload(0)
    results = {result.indicator.code: result.pk for result in journey.results()}
    few = [results[code] for code in ("10.1", "14.2")]
    journey.do(AttachEvidence, journey.official, document=document, results=few, caption="Bản ký số")
    newest = _newest(client, journey.chair, journey)
    assert newest.line == f"Thêm minh chứng: Chỉ tiêu 10.1, Chỉ tiêu 14.2 · {document.name} · Bản ký số"
    document = journey.upload(1)
    journey.do(AttachEvidence, journey.official, document=document, results=list(results.values()))
    newest = _newest(client, journey.chair, journey)
    assert newest.line == f"Thêm minh chứng: {document.name} · 75 chỉ tiêu"
    assert len(newest.links) == 75 + 1, "and the file"


def test_findings_are_said_with_verdict_reason_and_files(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    mine = list(journey.results().filter(department=opinion.department_id))
    code, n = mine[0].indicator.code, len(mine)
    officer = world.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    _find(world, journey, opinion, code, "not_met", REASON)
    newest = _newest(client, officer, journey)
    assert newest.line == f"Kết luận chỉ tiêu: Chỉ tiêu {code}: Chưa đạt (1 tệp): {REASON}"
    journey.find(opinion, unmet={code})
    newest = _newest(client, officer, journey)
    assert newest.line == (f"Kết luận chỉ tiêu: {n} chỉ tiêu: {n - 1} đạt, 1 chưa đạt · xem xét 2 tệp")
    assert f"{code}: Chưa đạt (1 tệp): Số liệu chưa khớp báo cáo ngành (minh họa)." in newest.details
    _sign(world, journey, opinion)
    newest = _newest(client, officer, journey)
    assert newest.line == (
        f"Ký văn bản thẩm định: số 77/SXD-QLN · {n} chỉ tiêu: {n - 1} đạt, 1 chưa đạt"
        f" · xem xét 2 tệp · {SUMMARY}"
    )
    assert f"{code}: Chưa đạt (1 tệp): Số liệu chưa khớp" in newest.details


def test_submissions_votes_decisions_and_publication_are_said(world: World, client: Client) -> None:
    journey = world.dossier(State.PUBLISHED)
    lines = [one.line for one in _shown(_page(client, world.actor(Role.INSPECTOR), journey))]
    day = timezone.localdate()
    today = f"{day.day}/{day.month}/{day.year}"
    departments = len({result.department_id for result in journey.results()})
    said = [
        f"Công bố: ngày {today} · Cổng thông tin điện tử và lễ công bố (minh họa)",
        f"Ký quyết định công nhận: số MH-{journey.dossier.pk}/QĐ-UBND ngày {today}",
        f"Ghi kết quả Hội đồng: thông qua: họp ngày {today} · 20 phiếu đồng ý trên 20 người dự,"
        " 21 thành viên · Bỏ phiếu kín · Nhất trí đề nghị công nhận (minh họa).",
        "Tổng hợp, trình Hội đồng: Các sở, ngành đều kết luận đạt (minh họa).",
        f"Tiếp nhận và chuyển các sở, ngành: đợt thẩm định 1 · chuyển {departments} sở, ngành"
        " · cố định mã băm của 2 tệp",
        f"Trình hồ sơ lên tỉnh: số {200 + journey.dossier.pk}/TTr-UBND",
        "Ghi kết quả thẩm tra: Đề nghị chuyển bước tiếp theo · cố định mã băm của 2 tệp"
        " · Đã kiểm tra hồ sơ và thực địa theo từng tiêu chí (minh họa).",
    ]
    assert [one for one in said if not any(line.startswith(one) for line in lines)] == []
    submitted = _newest(client, world.actor(Role.INSPECTOR), journey, viec="dossier.submit")
    assert submitted.line.startswith("Trình hồ sơ đề nghị công nhận: cố định mã băm của 3 tệp")


def test_a_long_text_is_cut_in_the_line_and_whole_in_the_details(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    code = journey.results().filter(department=opinion.department_id)[0].indicator.code
    reason = f"{'Đường trục thôn chưa cứng hóa. ' * 40}Hết."
    _find(world, journey, opinion, code, "not_met", reason)
    newest = _newest(client, world.actor(Role.INSPECTOR), journey)
    assert len(newest.line) < 220 and newest.line.endswith("…")
    assert reason in newest.details


def test_a_department_reads_and_opens_its_own_indicators_only(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    health = world.actor(Role.DEPARTMENT_HEAD)
    own = set(journey.results().filter(department=health.agency.pk).values_list("indicator__code", flat=True))
    reported, attached = (
        _newest(client, health, journey, viec=act) for act in ("result.report", "result.attach")
    )
    shown = set(re.findall(r"Chỉ tiêu (\S+): ", reported.details))
    assert shown and shown <= own, "figures of other departments' indicators stay with them"
    assert "chỉ tiêu do cơ quan khác phụ trách không hiện ở đây" in reported.details
    links = {*reported.links, *attached.links}
    files = Evidence.objects.filter(result__dossier=journey.dossier, result__department=health.agency.pk)
    allowed = {reverse("results:indicator", args=[journey.dossier.pk, code]) for code in own}
    allowed |= {reverse("results:view_evidence", args=[journey.dossier.pk, one.pk]) for one in files}
    assert links and links <= allowed
    assert all(client.get(link).status_code == 200 for link in links)
    everything = _newest(client, journey.chair, journey, viec="result.report")
    assert len(everything.links) > len(own)


def test_the_history_is_narrowed_by_act_agency_and_indicator(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    inspector = world.actor(Role.INSPECTOR)
    lines = [one.line for one in _shown(_page(client, inspector, journey, viec="plan.put_work"))]
    assert len(lines) == 2 and all(line.startswith("Ghi công trình và vốn: ") for line in lines)

    district = world.actor(Role.DISTRICT_CHAIR, of=journey.dossier).agency
    page = _page(client, inspector, journey, **{"co-quan": district.pk})
    said = [one.line.partition(":")[0] for one in _shown(page)]
    assert said[0] == "Trình hồ sơ lên tỉnh" and said[-2:] == ["Phê duyệt Đề án", "Thẩm định Đề án"]
    assert said.count("Ghi kết quả thẩm tra") == 1
    assert f'<option value="{district.pk}" selected>{district.name}</option>' in page
    assert f"{len(said)} mục phù hợp" in page

    about = [one.line for one in _shown(_page(client, inspector, journey, **{"chi-tieu": "14.2"}))]
    assert {line.partition(":")[0] for line in about} == {
        "Ký kết quả kiểm tra của phòng, ban",
        "Thêm minh chứng",
        "Nhập số liệu chỉ tiêu",
        "Ghi hiện trạng và mục tiêu",
    }
    both = _page(client, inspector, journey, **{"chi-tieu": "14.2", "co-quan": district.pk})
    assert "Không có mục nào phù hợp" in both


@pytest.mark.parametrize(
    "query", [{"viec": "x"}, {"co-quan": "x\0"}, {"co-quan": "99999999999999"}, {"chi-tieu": "9.9.9\0"}]
)
def test_what_cannot_be_asked_for_is_not_asked_for(
    world: World, client: Client, query: dict[str, str]
) -> None:
    journey = world.dossier(State.DRAFTING)
    assert len(_shown(_page(client, journey.chair, journey, **query))) == 1


def test_the_next_page_keeps_what_was_asked_for(world: World, client: Client) -> None:
    journey = world.journey()
    journey.register()
    _write_sections(journey, 55)
    query = {"viec": "plan.write_section", "co-quan": journey.chair.agency.pk}
    page = _page(client, journey.chair, journey, **query)
    (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
    address = reverse("dossier:history", args=[journey.dossier.pk]) + html.unescape(following)
    rest = _shown(client.get(address).content.decode())
    assert [one.line.partition(":")[0] for one in rest] == ["Soạn Đề án"] * 5


def _write_sections(journey: Journey, times: int) -> None:
    for _n in range(times):
        section = journey.dossier.sections.all()[0]
        journey.do(
            WriteSection,
            journey.official,
            kind=section.kind,
            body=f"Bản {section.revision}",
            section_revision=section.revision,
        )


def _queries(client: Client, actor: Actor, journey: Journey, **query: Any) -> int:
    _page(client, actor, journey, **query)
    with CaptureQueriesContext(connection) as queries:
        page = _page(client, actor, journey, **query)
    assert _shown(page)
    return len(queries)


def test_the_page_costs_the_same_at_10_and_200_entries(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    code = journey.results().filter(department=opinion.department_id)[0].indicator.code
    readers = [
        journey.office,
        world.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER),
        world.actor(Role.INSPECTOR),
    ]

    def costs() -> list[int]:
        whole = [_queries(client, reader, journey) for reader in readers]
        return whole + [_queries(client, reader, journey, viec="opinion.find") for reader in readers]

    for _n in range(10):
        _find(world, journey, opinion, code, "not_met", REASON)
    few = costs()
    for _n in range(190):
        _find(world, journey, opinion, code, "not_met", REASON)
    assert Entry.objects.filter(stream=journey.dossier.stream, act="opinion.find").count() == 200
    assert costs() == few


def test_the_whole_hash_is_there_without_a_mouse_and_the_chain_is_explained(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.DRAFTING)
    entry = Entry.objects.get(stream=journey.dossier.stream)
    page = _page(client, world.actor(Role.INSPECTOR), journey)
    (shown,) = _shown(page)
    assert entry.hash in shown.details
    assert "Chuỗi băm nguyên vẹn" in page
    assert "sửa, chèn hay xóa một mục thì mã của các mục sau không còn khớp" in page


def test_the_breadcrumb_ends_at_the_history(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING)
    page = _page(client, journey.chair, journey)
    assert '<li class="breadcrumb-item active" aria-current="page">Lịch sử</li>' in page


def test_the_consultation_is_told(world: World, client: Client) -> None:
    journey = world.dossier(State.CONSULTING, files=1)
    journey.hold_consultation()
    lines = [one.line for one in _shown(_page(client, world.actor(Role.INSPECTOR), journey))]
    file, work = journey.paper().name, journey.dossier.works.all()[0]
    said = [
        "Công khai báo cáo, lấy ý kiến nhân dân: công khai từ ngày 14/4/2023 · Trụ sở UBND xã; Nhà văn hóa các thôn"
        f" · {file}",
        "Ghi một lần phát thanh: 14/4/2023 17:30 · Đài truyền thanh xã",
        "Ghi ý kiến của Mặt trận Tổ quốc xã: Ủy ban Mặt trận Tổ quốc xã · "
        f"số {15 + journey.dossier.pk}/MTTQ-BTT ngày 24/4/2023 · Nhất trí · {file}",
        "Ghi kết quả họp, bỏ phiếu của xã: họp ngày 2/5/2023 · 38 phiếu đồng ý trên 38 người dự, 40 thành viên"
        f" · Bỏ phiếu kín · {file}",
    ]
    assert [one for one in said if not any(line.startswith(one) for line in lines)] == []
    assert any(one.startswith(f"Ghi nghiệm thu, thanh toán: {work.name}: nghiệm thu") for one in lines)
    assert any(one.startswith("Ghi báo cáo tổng hợp ý kiến: ngày 30/4/2023 · Nhân dân") for one in lines)


def test_days_narrow_the_history_and_both_are_included(world: World, client: Client) -> None:
    journey, reader = world.dossier(State.IMPLEMENTING), world.actor(Role.INSPECTOR)
    today = timezone.localdate()
    tomorrow, yesterday = (today + timedelta(days=n) for n in (1, -1))
    whole = len(_shown(_page(client, reader, journey)))
    for query in (
        {"tu": today},
        {"den": today},
        {"tu": today, "den": today},
        {"tu": yesterday, "den": tomorrow},
    ):
        page = _page(client, reader, journey, **query)
        assert len(_shown(page)) == whole > 0
        assert all(f'value="{day.isoformat()}"' in page for day in query.values())
    for query in ({"tu": tomorrow}, {"den": yesterday}):
        page = _page(client, reader, journey, **query)
        assert not _shown(page) and "Không có mục nào phù hợp" in page
    assert len(_shown(_page(client, reader, journey, tu="mai", den="31/02/2023"))) == whole


def test_signatures_only(world: World, client: Client) -> None:
    journey = world.dossier(State.CONSOLIDATING)
    page = _page(client, world.actor(Role.INSPECTOR), journey, **{"chu-ky": "1", "viec": "opinion.sign"})
    assert len(_shown(page)) == journey.dossier.opinions.count() > 1
    lines = [
        one.line for one in _shown(_page(client, world.actor(Role.INSPECTOR), journey, **{"chu-ky": "1"}))
    ]
    assert lines and not [line for line in lines if line.startswith(("Kết luận chỉ tiêu", "Thêm minh chứng"))]
    assert "chu-ky=1" in HistoryFilter({"chu-ky": "1"}, Choices([], [], [])).query


def test_every_act_that_is_called_signing_is_found_among_the_signatures() -> None:
    assert not [act.name for act in all_acts() if str(act.label).startswith("Ký") and not act.is_signed]


def _files(journey: Journey) -> list[Document]:
    named = {
        file["id"]
        for entry in Entry.objects.filter(stream=journey.dossier.stream)
        for file in [entry.payload.get("document")]
        if file
    }
    return list(Document.objects.filter(pk__in=named).order_by("pk"))


def _read(documents: list[Document], outcome: Integrity) -> None:
    for one in documents:
        IntegrityCheck.objects.update_or_create(
            document=one, defaults={"checked_at": timezone.now(), "outcome": outcome}
        )


def test_the_history_says_whether_its_files_are_still_what_they_were(world: World, client: Client) -> None:
    journey, reader = world.dossier(State.APPRAISING, files=3), world.actor(Role.INSPECTOR)
    documents = _files(journey)
    n = len(documents)
    assert n > 3
    assert f"{n} tệp được nêu; {n} tệp chưa đến lượt đọc lại." in _text(_page(client, reader, journey))
    _read(documents[1:], Integrity.INTACT)
    text = _text(_page(client, reader, journey))
    assert f"{n} tệp được nêu; {n - 1} tệp đã đọc lại và khớp mã băm; 1 tệp chưa đến lượt đọc lại; " in text
    assert "Chuỗi băm nguyên vẹn" in text and "Tệp đang được đọc lại" in text
    _read(documents, Integrity.INTACT)
    text = _text(_page(client, reader, journey))
    assert "Tệp khớp mã băm" in text and "chưa đến lượt" not in text
    today = timezone.localdate()
    assert re.search(rf"lần đọc lại gần nhất lúc \d\d:\d\d {today.day}/{today.month}/{today.year}\.", text)
    _read(documents[:1], Integrity.ALTERED)
    page = _page(client, reader, journey)
    assert "1 tệp không còn khớp mã băm hoặc không còn trong kho" in page and 'role="alert"' in page
    client.cookies["lua_language"] = "en"
    assert "1 file no longer matches its hash or is gone from the store" in _page(client, reader, journey)
    _read(documents[:1], Integrity.INTACT)
    del client.cookies["lua_language"]


def test_the_history_says_by_when_its_files_are_read_again(
    world: World, client: Client, settings: Any
) -> None:
    settings.INTEGRITY_EVERY_DAYS = 20
    journey, reader = world.dossier(State.APPRAISING, files=3), world.actor(Role.INSPECTOR)
    documents = _files(journey)
    first = documents[0]
    _read(documents, Integrity.INTACT)
    now = timezone.now()
    IntegrityCheck.objects.filter(document=first).update(checked_at=now - timedelta(days=12))
    text = _text(_page(client, reader, journey))
    assert "đọc lại từng tệp trong kho, ít nhất 20 ngày một lần" in text
    last, by = (timezone.localdate(now + timedelta(days=days)) for days in (-12, 20))
    assert re.search(rf"Tệp lâu nhất được đọc lại lúc \d\d:\d\d {day_in_words(last)}\.", text)
    assert f"Chậm nhất hết ngày {day_in_words(by)}, mọi tệp nêu ở đây được đọc lại thêm" in text
    IntegrityCheck.objects.filter(document=first).update(checked_at=now - timedelta(days=21))
    text = _text(_page(client, reader, journey))
    assert "1 tệp đã quá kỳ mà chưa được đọc lại" in text and "Chậm nhất hết ngày" not in text
    client.cookies["lua_language"] = "en"
    assert "1 file is overdue to be read again" in _text(_page(client, reader, journey))


def test_every_line_says_in_which_position_somebody_acted_then(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    chair = world.actor(Role.COMMUNE_CHAIR, of=journey.dossier)
    Appointment.objects.filter(pk=chair.appointment.pk).update(role=Role.COMMUNE_OFFICIAL)
    text = _text(_page(client, world.actor(Role.INSPECTOR), journey))
    assert f"{chair.user.full_name}, Chủ tịch UBND xã ({chair.agency.name})" in text, "as it was then"


def test_a_file_kept_with_another_hash_than_the_history_gives_is_not_the_same(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    documents = _files(journey)
    _read(documents, Integrity.INTACT)
    assert files_read(journey.dossier).broken == 0
    stamp = {"id": str(documents[0].pk), "name": "x", "sha256": "0" * 64, "version": "v"}
    ledger.append(
        stream=journey.dossier.stream,
        act="result.attach",
        actor=ledger.SYSTEM,
        subject={},
        payload={"items": [{"document": stamp}]},
        at=timezone.now(),
    )
    found = files_read(journey.dossier)
    assert (found.broken, found.intact) == (1, len(documents) - 1)
    assert files_read(Dossier(pk=0)).sentence == ""
