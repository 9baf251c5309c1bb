"""What the commune reads of a request that was withdrawn meanwhile, and of an answer that cannot be sent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.appraisal.acts import WithdrawRequest
from dossiers.appraisal.models import Opinion, SupplementRequest
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.results.acts import AttachEvidence, FigureInput, ReportFigures
from dossiers.results.models import Evidence, IndicatorResult
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db

CODE = "14.2"  # Sở Y tế
OTHER = "18.1"  # another department's
REASON = "Đã có số liệu của ngành"


@pytest.fixture
def journey(world: World) -> Journey:
    return world.dossier(State.APPRAISING)


def opinion_of(journey: Journey, short_name: str = "Sở Y tế") -> Opinion:
    return Opinion.objects.of_round(journey.dossier, 1).get(department__short_name=short_name)


def head_of(journey: Journey) -> Actor:
    return journey.people.at(opinion_of(journey).department_id, Role.DEPARTMENT_HEAD)


def result_of(journey: Journey) -> IndicatorResult:
    return journey.results().get(indicator__code=CODE)


def withdraw(journey: Journey) -> str:
    """Withdraw the request; return who did, as pages say it."""
    head = head_of(journey)
    journey.do(WithdrawRequest, head, reasons=REASON)
    return f"{head.agency.name} ({head.user.full_name}) đã rút yêu cầu bổ sung lúc "


def read(client: Client, actor: Actor, name: str, *arguments: object) -> str:
    client.force_login(actor.user)
    return client.get(reverse(name, args=arguments)).content.decode()


def test_a_draft_that_was_put_aside_says_that_the_request_was_withdrawn_and_not_that_somebody_removed_it(
    client: Client, journey: Journey
) -> None:
    journey.ask_supplement(opinion_of(journey), [CODE])
    result = result_of(journey)
    added = journey.do(
        AttachEvidence, journey.official, document=journey.upload(0), results=[result.pk]
    ).evidence[0]
    who = withdraw(journey)
    kept = "tệp chưa từng gửi, vẫn ở trong phần soạn riêng của xã"
    for name, place in (("results:indicator", CODE), ("results:view_evidence", added.pk)):
        text = read(client, journey.official, name, journey.dossier.pk, place)
        assert who in text and kept in text and "bỏ lúc" not in text, name
    assert "Các tệp soạn dở, chưa từng gửi" in read(
        client, journey.official, "results:indicator", journey.dossier.pk, CODE
    )
    text = read(client, head_of(journey), "results:indicator", journey.dossier.pk, CODE)
    assert added.document.name not in text or Evidence.objects.current().filter(document=added.document)


@pytest.mark.parametrize("others_wait", [False, True])
def test_a_figure_typed_on_a_page_that_was_open_is_kept_with_who_withdrew_when_and_why(
    client: Client, journey: Journey, others_wait: bool
) -> None:
    journey.ask_supplement(opinion_of(journey), [CODE])
    if others_wait:
        other = journey.results().get(indicator__code=OTHER)
        waiting = Opinion.objects.of_round(journey.dossier, 1).get(department=other.department)
        journey.ask_supplement(waiting, [OTHER])
    result = result_of(journey)
    who = withdraw(journey)
    client.force_login(journey.official.user)
    typed = {
        "value": "77,5",
        "figure_year": str(journey.dossier.title_year),
        "figure_source": "Trạm Y tế",
        "note": "Ghi chú vừa nhập",
        "revision": str(result.revision),
    }
    answer = client.post(reverse("results:indicator", args=[journey.dossier.pk, CODE]), typed)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert who in text and f"Lý do: {REASON}" in text and "chưa lưu" in text
    assert "không nằm trong phần phải bổ sung nên đang khóa.</a>" not in text
    for said in ("77,5", "Trạm Y tế", "Ghi chú vừa nhập"):
        assert said in text
    assert result_of(journey).value == result.value


def test_sentences_typed_on_a_page_that_was_open_are_kept_too(client: Client, journey: Journey) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    item = asked.items.get()
    who = withdraw(journey)
    client.force_login(journey.official.user)
    typed = {"request": asked.pk, f"i{item.pk}-answer": "Đã kiểm tra lại", f"i{item.pk}-revision": "1"}
    answer = client.post(reverse("appraisal:supplements", args=[journey.dossier.pk]), typed)
    text = answer.content.decode()
    assert answer.status_code == 409 and who in text and "Đã kiểm tra lại" in text
    assert "Nội dung anh/chị vừa nhập (chưa lưu)" in text
    client.force_login(journey.chair.user)
    sent = {"number": "57/UBND-X", "dated_on": "2026-01-05", "revision": journey.dossier.revision}
    answer = client.post(reverse("appraisal:send_answer", args=[journey.dossier.pk, asked.pk]), sent)
    text = answer.content.decode()
    assert answer.status_code == 409 and who in text and "57/UBND-X" in text


# --- A figure that was cleared -----------------------------------------------------------------------------


def _cleared(journey: Journey) -> SupplementRequest:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    row = FigureInput(result_of(journey).pk, "")
    journey.do(ReportFigures, journey.official, rows=[row])
    return asked


def test_a_cleared_figure_is_not_called_an_answer(client: Client, journey: Journey) -> None:
    asked = _cleared(journey)
    journey.write_answers(asked)
    pk = journey.dossier.pk
    for name, *arguments in (
        ("dossier:overview", pk),
        ("appraisal:supplements", pk),
        ("appraisal:send_answer", pk, asked.pk),
    ):
        text = read(client, journey.chair, name, *arguments)
        assert "Đã có trả lời" not in text and "Chưa có số liệu" in text, name
    supplements = read(client, journey.chair, "appraisal:supplements", pk)
    assert "Còn 1 chỉ tiêu chưa trả lời đủ." in supplements and "Xem lại và gửi trả lời" not in supplements
    journey.report(only={CODE})
    supplements = read(client, journey.chair, "appraisal:supplements", pk)
    assert "Đã có trả lời" in supplements and "Xem lại và gửi trả lời" in supplements


def test_whoever_clears_a_figure_is_told_what_that_means(client: Client, journey: Journey) -> None:
    journey.ask_supplement(opinion_of(journey), [CODE])
    client.force_login(journey.official.user)
    address = reverse("results:indicator", args=[journey.dossier.pk, CODE])
    form = {"value": "", "figure_year": "", "revision": result_of(journey).unsent_revision}
    text = client.post(address, form, follow=True).content.decode()
    assert f"Chỉ tiêu {CODE} nay chưa có số liệu" in text


def test_the_year_of_a_figure_is_asked_for_and_never_put_in_silently(client: Client, world: World) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(journey.official.user)
    address = reverse("results:indicator", args=[journey.dossier.pk, CODE])
    shown = client.get(address).content.decode()
    assert f'name="figure_year" value="{journey.dossier.title_year}"' in shown, "the default is shown"
    before = result_of(journey)
    form = {"value": "95", "figure_year": "", "revision": before.revision}
    answer = client.post(address, form)
    text = answer.content.decode()
    assert answer.status_code == 400 and "Xin ghi năm của số liệu." in text and 'value="95"' in text
    assert f'name="figure_year" value="{journey.dossier.title_year}"' not in text
    assert result_of(journey).revision == before.revision
