"""Asking the people: who may record what, on which days, and the pages on which it is done."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, DossierAct, NotPermitted
from dossiers.acts.pages import get_page
from dossiers.consultation.acts import (
    OpenConsultation,
    RecordBroadcast,
    RecordCommuneVote,
    RecordFrontOpinion,
    RecordOpinion,
    RemoveBroadcast,
    SummariseOpinions,
)
from dossiers.consultation.models import Broadcast, Consultation, Organisation, Stance, WrittenOpinion
from dossiers.dossier.models import State
from dossiers.organisations.models import AgencyKind, Role
from storage.documents.models import Document
from tests.world import World
from workflows.demonstration.files import paper
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db

FIRST = date(2023, 6, 1)


@pytest.fixture
def consulting(world: World) -> Journey:
    """A dossier whose report is public since 1 June 2023."""
    journey = world.dossier(State.IMPLEMENTING, files=0)
    journey.open_consultation(first_day=FIRST)
    return journey


def refusals(act: type[DossierAct], actor: Any, journey: Journey, **inputs: Any) -> dict[str, str]:
    """Return what an act says, by field."""
    with pytest.raises(ActRefused) as refused:
        act(actor=actor, dossier=journey.dossier, **inputs).perform()
    return {reason.field: reason.message for reason in refused.value.reasons}


def post(client: Client, journey: Journey, slug: str, **sent: Any) -> Any:
    address = reverse("dossier:act", args=[journey.dossier.pk, slug])
    return client.post(address, {"revision": journey.refresh().revision, **sent})


def pdf(name: str = "Văn bản.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, paper(name).getvalue(), "application/pdf")


# --- the Front is nobody's office ----------------------------------------------------------------


def test_only_the_front_of_the_commune_records_the_fronts_opinion(world: World, consulting: Journey) -> None:
    opinion: dict[str, Any] = {
        "number": "15/MTTQ-BTT",
        "dated_on": date(2023, 6, 10),
        "stance": Stance.FOR,
        "document": consulting.paper(),
    }
    others = [
        consulting.official,
        consulting.chair,
        consulting.district(Role.DISTRICT_CHAIR),
        world.actor(Role.PROVINCIAL_CHAIR),
        world.people.of_kind(consulting.dossier.district, AgencyKind.FATHERLAND_FRONT, Role.FRONT_OFFICER),
        world.people.of_kind(world.commune("Xã Liêm Tiết"), AgencyKind.FATHERLAND_FRONT, Role.FRONT_OFFICER),
    ]
    for actor in others:
        with pytest.raises(NotPermitted):
            RecordFrontOpinion(actor=actor, dossier=consulting.dossier, **opinion).perform()
    said = refusals(
        RecordOpinion, consulting.official, consulting, organisation=Organisation.FATHERLAND_FRONT, **opinion
    )
    assert said == {"organisation": "Ý kiến của Mặt trận do cán bộ Mặt trận Tổ quốc xã tự ghi."}
    assert not WrittenOpinion.objects.exists()
    consulting.hear_front(date(2023, 6, 10))
    assert WrittenOpinion.objects.get().recorded_by == consulting.front.user


def test_the_committee_has_no_page_for_the_fronts_opinion(consulting: Journey, client: Client) -> None:
    address = reverse("dossier:act", args=[consulting.dossier.pk, "y-kien-mat-tran"])
    for actor, status in ((consulting.chair, 404), (consulting.official, 404), (consulting.front, 200)):
        client.force_login(actor.user)
        assert client.get(address).status_code == status


def test_the_front_has_the_dossier_among_its_work_until_it_has_spoken(consulting: Journey) -> None:
    mine = WorkItem.objects.filter(agency=consulting.front.agency, closed_at__isnull=True)
    assert [item.node for item in mine] == ["hear_front"]
    consulting.hear_front(date(2023, 6, 10))
    assert not mine.all().exists() and in_step(consulting.refresh())
    consulting.hear_front(date(2023, 6, 12))
    assert in_step(consulting.refresh())
    assert [one.dated_on.day for one in WrittenOpinion.objects.all()] == [12, 10], "the earlier one is kept"


def test_the_front_is_asked_again_when_the_report_is_published_anew(consulting: Journey) -> None:
    """Whether it has answered before or not, it has one open step, and none when the dossier goes."""
    mine = WorkItem.objects.filter(agency=consulting.front.agency, closed_at__isnull=True)
    consulting.republish(first_day=FIRST)
    assert mine.count() == 1 and in_step(consulting.refresh())
    consulting.hear_front(date(2023, 6, 10))
    assert mine.count() == 0
    consulting.republish(first_day=FIRST)
    assert mine.count() == 1 and in_step(consulting.refresh())
    consulting.report()
    consulting.attach(files=1)
    consulting.pay()
    for n in range(5):
        consulting.broadcast(FIRST + timedelta(days=n))
    consulting.summarise_opinions(date(2023, 6, 17))
    consulting.vote(date(2023, 6, 20))
    consulting.submit()  # the opinion of 10 June answers the report that is public since 1 June
    assert mine.count() == 0 and in_step(consulting.refresh())


def test_withdrawal_takes_the_work_from_the_front_too(consulting: Journey) -> None:
    consulting.withdraw()
    assert not WorkItem.objects.filter(dossier=consulting.dossier, closed_at__isnull=True).exists()


# --- dates and numbers ---------------------------------------------------------------------------


def test_papers_lie_between_what_they_follow_and_today(world: World, consulting: Journey) -> None:
    document, tomorrow = consulting.paper(), timezone.localdate() + timedelta(days=1)
    opinion = {"number": "1", "stance": Stance.FOR, "document": document}
    cases: list[tuple[type[DossierAct], Any, dict[str, Any], str, date, str]] = [
        (RecordFrontOpinion, consulting.front, opinion, "dated_on", FIRST, "ngày công khai báo cáo"),
        (
            SummariseOpinions,
            consulting.official,
            {"summary": "Đã tiếp thu.", "document": document},
            "dated_on",
            date(2023, 6, 17),
            "ngày đầu sau thời gian công khai",
        ),
        (
            RecordCommuneVote,
            consulting.official,
            {
                name: value
                for name, value in consulting.ballots(FIRST, members=40, present=40, in_favour=40).items()
                if name != "met_on"
            },
            "met_on",
            date(2023, 6, 17),
            "ngày báo cáo tổng hợp ý kiến",
        ),
    ]
    for act, actor, inputs, field, earliest, why in cases:
        before = earliest - timedelta(days=1)
        assert why in refusals(act, actor, consulting, **inputs, **{field: before})[field]
        assert "tương lai" in refusals(act, actor, consulting, **inputs, **{field: tomorrow})[field]
        consulting.do(act, actor, **inputs, **{field: earliest})


def test_the_report_is_not_public_before_the_plan_is_approved(world: World) -> None:
    journey = world.dossier(State.IMPLEMENTING, files=0)
    for day, said in ((date(2023, 3, 14), "ngày phê duyệt Đề án"), (date(2093, 1, 1), "tương lai")):
        found = refusals(
            OpenConsultation,
            journey.chair,
            journey,
            first_day=day,
            places="Trụ sở UBND xã",
            document=journey.paper(),
        )
        assert said in found["first_day"]
    assert journey.refresh().state == State.IMPLEMENTING


@pytest.mark.parametrize(
    ("members", "present", "in_favour", "field"),
    [(40, 41, 40, "present"), (40, 38, 39, "in_favour"), (0, 0, 0, "members")],
)
def test_a_vote_that_cannot_be_is_refused_with_a_sentence(
    consulting: Journey, members: int, present: int, in_favour: int, field: str
) -> None:
    consulting.summarise_opinions(date(2023, 6, 17))
    with pytest.raises(ActRefused) as refused:
        consulting.vote(date(2023, 6, 20), members=members, present=present, in_favour=in_favour)
    assert [reason.field for reason in refused.value.reasons] == [field]


def test_nobody_votes_before_the_opinions_are_summed_up(consulting: Journey) -> None:
    with pytest.raises(ActRefused, match="Chưa có báo cáo tổng hợp ý kiến"):
        consulting.vote(date(2023, 6, 20))


def test_a_broadcast_is_recorded_once_and_a_mistake_is_taken_off_the_list(consulting: Journey) -> None:
    consulting.broadcast(FIRST)
    with pytest.raises(ActRefused, match="đã được ghi"):
        consulting.broadcast(FIRST)
    consulting.do(RemoveBroadcast, consulting.official, broadcast=Broadcast.objects.get())
    consulting.broadcast(FIRST)
    assert Broadcast.objects.count() == 2, "the row of the mistake is kept"
    later = timezone.now() + timedelta(minutes=5)
    said = refusals(RecordBroadcast, consulting.official, consulting, broadcast_at=later, station="Đài xã")
    assert all("tương lai" in message for message in said.values())


# --- pages ---------------------------------------------------------------------------------------


def test_the_chair_opens_the_consultation_by_its_page(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING, files=0)
    client.force_login(journey.chair.user)
    sent = {"first_day": "2023-06-01", "places": "Trụ sở UBND xã\n\nNhà văn hóa thôn 1 "}
    answer = post(client, journey, "lay-y-kien", **sent)
    assert answer.status_code == 409 and "Xin chọn tệp văn bản." in answer.content.decode()
    answer = post(client, journey, "lay-y-kien", **sent, document=pdf("Báo cáo.pdf"))
    assert answer.status_code == 302
    published = Consultation.objects.get()
    assert published.places == "Trụ sở UBND xã\nNhà văn hóa thôn 1"
    assert published.report.name == "Báo cáo.pdf"
    page = client.get(reverse("consultation:consultation", args=[journey.dossier.pk])).content.decode()
    assert "Công khai từ 1/6/2023 đến hết 16/6/2023" in page and "Báo cáo.pdf" in page


def test_a_file_of_a_refused_act_need_not_be_chosen_again(
    consulting: Journey, client: Client, world: World
) -> None:
    client.force_login(consulting.front.user)
    sent = {"number": "15/MTTQ", "stance": "for", "dated_on": "2023-05-01"}
    page = post(client, consulting, "y-kien-mat-tran", **sent, document=pdf("Ý kiến.pdf")).content.decode()
    assert "không thể trước 1/6/2023" in page and "Đã nhận tệp «Ý kiến.pdf»" in page
    (received,) = re.findall(r'name="received" value="([0-9a-f-]+)"', page)
    page = post(client, consulting, "y-kien-mat-tran", dated_on="", document=pdf("Khác.pdf")).content.decode()
    assert "Đã nhận tệp «Khác.pdf»" in page, "also with a form that is not filled in"
    sent["dated_on"] = "2023-06-10"
    stranger = Document.objects.exclude(uploaded_by_id=consulting.front.user.pk)[0]
    answer = post(client, consulting, "y-kien-mat-tran", **sent, received=str(stranger.pk))
    assert "Xin chọn tệp văn bản." in answer.content.decode(), "somebody else's file"
    assert post(client, consulting, "y-kien-mat-tran", **sent, received=received).status_code == 302
    assert WrittenOpinion.objects.get().document.name == "Ý kiến.pdf"


def test_the_journal_says_which_broadcasts_do_not_count(consulting: Journey, client: Client) -> None:
    client.force_login(consulting.official.user)
    for day in ("2023-06-01", "2023-06-17"):
        sent = {"day": day, "time": "17:30", "station": "Đài truyền thanh xã"}
        assert post(client, consulting, "ghi-phat-thanh", **sent).status_code == 302
    page = client.get(reverse("consultation:consultation", args=[consulting.dossier.pk])).content.decode()
    assert "1/5 lần phát trong thời gian công khai" in page
    assert page.count("Không tính: ngoài thời gian công khai") == 1
    last = Broadcast.objects.last()
    assert last is not None
    client.post(reverse("consultation:remove_broadcast", args=[consulting.dossier.pk, last.pk]))
    page = client.get(reverse("consultation:consultation", args=[consulting.dossier.pk])).content.decode()
    assert "Không tính" not in page


def test_a_mass_organisation_and_the_vote_go_through_their_pages(consulting: Journey, client: Client) -> None:
    client.force_login(consulting.official.user)
    opinion = {"organisation": "women", "number": "7/HPN", "stance": "with_remarks", "dated_on": "2023-06-09"}
    answer = post(client, consulting, "y-kien-to-chuc", **opinion, document=pdf())
    assert "Xin ghi nội dung góp ý." in answer.content.decode()
    answer = post(client, consulting, "y-kien-to-chuc", **opinion, remarks="Thêm cây xanh.", document=pdf())
    assert answer.status_code == 302
    consulting.summarise_opinions(date(2023, 6, 17))
    numbers = {"members": "40", "present": "38", "in_favour": "37", "against": "1", "invalid": "0"}
    numbers |= {"is_secret": "1", "chair_name": "Nguyễn Văn An", "secretary_name": "Trần Thị Bình"}
    answer = post(client, consulting, "hop-bo-phieu", met_on="2023-06-20", **numbers, document=pdf())
    assert answer.status_code == 302
    client.force_login(consulting.district(Role.DISTRICT_OFFICER).user)
    page = client.get(reverse("consultation:consultation", args=[consulting.dossier.pk])).content.decode()
    assert (
        "Thêm cây xanh." in page
        and "37/38 người dự họp = 97,37 %, cần ≥ 90 %" in page
        and "Bỏ phiếu kín" in page
    )
    assert "viec/" not in page.partition("<main")[2], "the district reads and records nothing here"


def test_everybody_of_the_dossier_opens_its_papers_and_strangers_none(
    world: World, consulting: Journey, client: Client
) -> None:
    address = reverse("consultation:open_paper", args=[consulting.dossier.pk, consulting.paper().pk])
    client.force_login(consulting.front.user)
    answer = client.get(address)
    assert answer.status_code == 302 and "X-Amz-Signature" in answer["Location"]
    client.force_login(world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR).user)
    assert client.get(address).status_code == 404


def test_every_page_of_the_consultation_shows_where_it_stands(consulting: Journey, client: Client) -> None:
    for slug, actor in (
        ("cong-khai-lai", consulting.chair),
        ("ghi-phat-thanh", consulting.official),
        ("y-kien-mat-tran", consulting.front),
        ("y-kien-to-chuc", consulting.official),
        ("tong-hop-y-kien", consulting.official),
        ("hop-bo-phieu", consulting.official),
    ):
        client.force_login(actor.user)
        page = client.get(reverse("dossier:act", args=[consulting.dossier.pk, slug])).content.decode()
        assert "Công khai từ 1/6/2023 đến hết 16/6/2023" in page and "từ 90 % số người dự họp" in page
        assert str(get_page(slug).consequence) in page


def test_payments_are_reported_on_one_page(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING, files=0)
    client.force_login(journey.official.user)
    address = reverse("plans:payments", args=[journey.dossier.pk])
    first, second = journey.dossier.works.all()

    def send(paid: str) -> Any:
        rows = {}
        for work, amounts in ((first, ("1.000.000", paid)), (second, ("0", "0"))):
            for name, value in zip(("accepted", "paid", "revision"), (*amounts, work.revision), strict=True):
                rows[f"w{work.pk}-{name}"] = value
        return client.post(address, rows)

    page = send("1.000.001").content.decode()
    assert "Số đã thanh toán phải từ 0 đến giá trị nghiệm thu" in page and 'value="1.000.001"' in page
    assert send("400.000").status_code == 302
    assert (
        "còn nợ 600.000 đồng"
        in client.get(reverse("plans:works", args=[journey.dossier.pk])).content.decode()
    )
    assert "đã được cập nhật" in send("1.000.000").content.decode(), "the rows were changed meanwhile"
