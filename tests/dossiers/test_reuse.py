"""One file for several indicators, without sending it again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.results.acts import RemoveEvidence
from dossiers.results.models import Evidence
from storage.documents import Document, scanning
from storage.documents.models import ScanOutcome
from tests.dossiers.evidence import CODE, attached, received
from tests.world import World
from workflows.demonstration.files import photo
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db


def reuse(one: Evidence) -> str:
    return reverse("results:reuse_evidence", args=[one.result.dossier_id, one.pk])


def choose(journey: Journey, code: str = CODE) -> str:
    return reverse("results:choose_evidence", args=[journey.dossier.pk, code])


def result_pk(journey: Journey, code: str) -> int:
    return journey.results().get(indicator__code=code).pk


def codes(document: Document) -> list[str]:
    rows = Evidence.objects.current().filter(document=document).order_by("result__position")
    return list(rows.values_list("result__indicator__code", flat=True))


def box(page: str, value: Any) -> str:
    found = re.search(rf'<input[^>]*value="{value}"[^>]*>', page)
    assert found, value
    return found.group()


# --- From the file --------------------------------------------------------------------------------------


def test_a_file_is_used_for_the_ticked_indicators(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "Trạm.jpg"), caption="Trạm y tế")
    page = official.get(reuse(one)).content.decode()
    assert page.count('name="result"') == journey.results().count()
    assert "checked disabled" in box(page, one.result_id)
    ticked = [result_pk(journey, code) for code in ("14.1", "17.1")]
    assert "checked" not in box(page, ticked[0])
    answer = official.post(reuse(one), {"result": ticked}, follow=True)
    assert "Đã dùng tệp cho thêm 2 chỉ tiêu." in answer.content.decode()
    assert codes(one.document) == ["14.1", "14.2", "17.1"]
    assert set(Evidence.objects.current().values_list("caption", flat=True)) == {"Trạm y tế"}
    assert 'xem/">14.1</a>' in answer.content.decode()


def test_nothing_ticked_and_refusals_are_said_and_ticks_are_kept(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "Trạm.jpg"))
    answer = official.post(reuse(one))
    assert answer.status_code == 409 and "Xin chọn ít nhất một chỉ tiêu." in answer.content.decode()
    open_one, having = result_pk(journey, "14.1"), result_pk(journey, "17.1")
    attached(journey, received(journey, "tên khác.jpg", photo("Trạm.jpg").getvalue()), "17.1")
    answer = official.post(reuse(one), {"result": [open_one, having]})
    page = answer.content.decode()
    assert answer.status_code == 409 and "dưới tên «tên khác.jpg»" in page
    assert "checked" in box(page, open_one) and "disabled" in box(page, having)
    assert codes(one.document) == [CODE]


def test_an_indicator_of_another_dossier_is_refused(official: Client, journey: Journey, world: World) -> None:
    other = world.dossier(State.IMPLEMENTING, "Xã Liêm Tiết", files=0)
    one = attached(journey, received(journey, "Trạm.jpg"))
    for foreign in (result_pk(other, CODE), "9" * 40, "x"):
        assert official.post(reuse(one), {"result": [foreign]}).status_code == 409
    assert codes(one.document) == [CODE]


def test_a_file_that_was_taken_off_is_not_used_again(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "Trạm.jpg"))
    journey.do(RemoveEvidence, journey.official, evidence=one)
    answer = official.post(reuse(one), {"result": [result_pk(journey, "14.1")]}, follow=True)
    assert "không dùng cho chỉ tiêu khác" in answer.content.decode() and codes(one.document) == []


def test_a_returned_dossier_offers_the_reopened_indicators_only(client: Client, world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    journey.appraise(unmet={"18.1", "18.2"})
    journey.request_completion()
    one = attached(journey, received(journey, "bổ sung.jpg"), "18.2")
    client.force_login(journey.official.user)
    page = client.get(reuse(one)).content.decode()
    assert "disabled" not in box(page, result_pk(journey, "18.1"))
    assert "disabled" in box(page, result_pk(journey, "14.1")) and "đang khóa" in page
    assert client.post(reuse(one), {"result": [result_pk(journey, "14.1")]}).status_code == 409
    client.post(reuse(one), {"result": [result_pk(journey, "18.1")]})
    assert codes(one.document) == ["18.1", "18.2"]
    assert client.get(choose(journey)).status_code == 302
    assert client.get(choose(journey, "18.1")).status_code == 200


def test_while_the_dossier_is_under_way_nothing_is_offered(client: Client, world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    one = journey.results().get(indicator__code=CODE).evidence.current().get()
    client.force_login(journey.official.user)
    page = client.get(reuse(one)).content.decode()
    assert "không thêm được minh chứng" in page and 'name="result"' not in page
    assert client.post(reuse(one), {"result": [result_pk(journey, "14.1")]}).status_code == 409


# --- From the indicator ---------------------------------------------------------------------------------


def test_files_of_the_dossier_are_found_by_name_and_attached(official: Client, journey: Journey) -> None:
    road = attached(journey, received(journey, "Đường trục thôn.jpg", is_read=True), "2.1", caption="Km 3")
    house = attached(journey, received(journey, "Nhà văn hóa.jpg"), "6.1", "6.2").document
    here = attached(journey, received(journey, "Trạm y tế.jpg")).document
    page = official.get(choose(journey)).content.decode()
    assert "checked disabled" in box(page, here.pk) and "disabled" not in box(page, house.pk)
    assert "đang dùng cho 6.1, 6.2" in page
    assert road.document.derivatives.get(kind="thumbnail").object_key in page
    found = official.get(choose(journey), {"q": "duong thon"}).content.decode()
    assert str(road.document.pk) in found and str(house.pk) not in found
    assert "Không có tệp nào có tên như vậy" in official.get(choose(journey), {"q": "cầu"}).content.decode()
    answer = official.post(choose(journey), {"document": [road.document.pk, house.pk]}, follow=True)
    assert "Đã thêm 2 tệp minh chứng." in answer.content.decode()
    assert codes(road.document) == ["2.1", CODE] and codes(house) == ["6.1", "6.2", CODE]
    assert (
        Evidence.objects.current().get(document=road.document, result__indicator__code=CODE).caption == "Km 3"
    )


def test_what_can_be_added_is_added_and_each_refusal_is_said(official: Client, journey: Journey) -> None:
    twin = received(journey, "b.jpg", photo("a.jpg").getvalue())
    first, second = received(journey, "a.jpg"), received(journey, "c.jpg")
    for document in (first, second):
        attached(journey, document, "2.1")
    attached(journey, twin, "6.1")
    answer = official.post(
        choose(journey),
        {"document": [first.pk, twin.pk, second.pk, "x", "00000000-0000-0000-0000-000000000000"]},
        follow=True,
    )
    page = answer.content.decode()
    assert "Đã thêm 2 tệp minh chứng." in page and page.count("đã có trong minh chứng của chỉ tiêu 14.2") == 1
    assert Evidence.objects.current().filter(result=result_pk(journey, CODE)).count() == 2
    assert "Xin chọn ít nhất một tệp." in official.post(choose(journey), follow=True).content.decode()


def test_files_of_other_dossiers_and_removed_ones_are_not_offered(
    official: Client, journey: Journey, world: World
) -> None:
    other = world.dossier(State.IMPLEMENTING, "Xã Liêm Tiết", files=0)
    foreign = attached(other, received(other, "của xã bạn.jpg")).document
    removed = attached(journey, received(journey, "bỏ.jpg"), "2.1")
    journey.do(RemoveEvidence, journey.official, evidence=removed)
    page = official.get(choose(journey)).content.decode()
    assert "của xã bạn" not in page and "bỏ.jpg" not in page and "Hồ sơ chưa có tệp nào" in page
    official.post(choose(journey), {"document": [foreign.pk, removed.document_id]})
    assert codes(foreign) == [CODE] and not journey.results().get(indicator__code=CODE).evidence.exists()


def test_an_infected_file_is_offered_to_nobody(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "Trạm.jpg"), "2.1")
    scanning.keep(one.document, scanning.Verdict(ScanOutcome.INFECTED, "Eicar", "ClamAV 1"))
    assert "Hồ sơ chưa có tệp nào" in official.get(choose(journey)).content.decode()
    official.post(choose(journey), {"document": [one.document_id]})
    answer = official.post(reuse(one), {"result": [result_pk(journey, CODE)]}, follow=True)
    assert "Người gửi cần bỏ tệp này" in answer.content.decode()
    assert codes(one.document) == ["2.1"]


def test_choosing_costs_the_same_with_many_files(official: Client, journey: Journey) -> None:
    def cost(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert official.get(page).status_code == 200
        return len(queries)

    one = attached(journey, received(journey, "0.jpg", is_read=True), "2.1")
    pages = (choose(journey), reuse(one))
    for page in pages:
        official.get(page)
    few = [cost(page) for page in pages]
    for n in range(1, 6):
        attached(journey, received(journey, f"{n}.jpg", is_read=True), "2.1", "6.1")
    assert [cost(page) for page in pages] == few
    assert max(few) <= 22
