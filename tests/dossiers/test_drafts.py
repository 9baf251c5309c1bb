"""Drafts of forms: kept for their person alone, forgotten when the form was taken, and nothing but forms of ours."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.dossier.models import State
from dossiers.drafts import keeping
from dossiers.drafts.models import FormDraft
from dossiers.plans.models import PlanSection, SectionKind
from tests.world import World
from workflows.demonstration.journey import Journey

DRAFTS = "/ban-nhap/"
FORGET = "/ban-nhap/bo/"
FIELDS: list[list[Any]] = [["body", "Sự cần thiết: xã đã đạt chuẩn", False], ["kind", "necessity", False]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(world: World) -> Journey:
    return world.dossier(State.DRAFTING)


def page_of(journey: Journey) -> str:
    return f"/ho-so/{journey.dossier.pk}/de-an/"


def keep(client: Client, page: Any, form: Any = "0", fields: Any = FIELDS) -> int:
    sent = {"page": page, "form": form, "fields": fields}
    return client.post(DRAFTS, json.dumps(sent), content_type="application/json").status_code


def drafts(client: Client, page: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(DRAFTS, {"page": page}).json()["drafts"]
    return found


def test_a_draft_comes_back_to_its_person_on_its_page_only(official: Client, journey: Journey) -> None:
    page = page_of(journey)
    assert keep(official, page) == 200
    assert keep(official, page, fields=[["body", "Sự cần thiết: đã sửa", False]]) == 200
    (kept,) = drafts(official, page)
    assert (kept["form"], kept["fields"]) == ("0", [["body", "Sự cần thiết: đã sửa", False]])
    assert drafts(official, f"/ho-so/{journey.dossier.pk}/cong-trinh/") == []
    chair = Client()
    chair.force_login(journey.chair.user)
    assert drafts(chair, page) == []
    assert (
        chair.post(
            FORGET, json.dumps({"page": page, "form": "0"}), content_type="application/json"
        ).status_code
        == 200
    )
    assert len(drafts(official, page)) == 1, "nobody forgets what is not theirs"


def test_a_form_that_was_taken_has_no_draft_and_one_that_was_refused_keeps_it(
    official: Client, journey: Journey
) -> None:
    page, kind = page_of(journey), SectionKind.values[0]
    keep(official, page, "soan-1")
    keep(official, page, "soan-2")
    section = PlanSection.objects.get(dossier=journey.dossier, kind=kind)
    stale = {
        "kind": kind,
        "body": "a",
        "section_revision": section.revision + 1,
        "form_draft": f"{page}#soan-1",
    }
    assert official.post(page, stale).status_code == 409
    assert len(drafts(official, page)) == 2
    assert official.post(page, stale | {"section_revision": section.revision}).status_code == 302
    assert [one["form"] for one in drafts(official, page)] == ["soan-2"]


def test_a_form_whose_session_had_ended_keeps_its_draft(official: Client, journey: Journey) -> None:
    page = page_of(journey)
    keep(official, page)
    stranger = Client()
    answer = stranger.post(page, {"body": "a", "form_draft": f"{page}#0"})
    assert answer.status_code == 302 and "/dang-nhap/" in answer["Location"]
    assert len(drafts(official, page)) == 1


def test_what_was_done_stays_done_when_its_draft_cannot_be_forgotten(
    official: Client, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, kind = page_of(journey), SectionKind.values[0]
    keep(official, page)

    def fail(*_args: Any) -> None:
        raise OperationalError("the database went away")

    monkeypatch.setattr(keeping, "forget", fail)
    section = PlanSection.objects.get(dossier=journey.dossier, kind=kind)
    sent = {"kind": kind, "body": "Xong.", "section_revision": section.revision, "form_draft": f"{page}#0"}
    assert official.post(page, sent).status_code == 302
    section.refresh_from_db()
    assert section.body == "Xong."


@pytest.mark.parametrize(
    ("page", "form", "fields"),
    [
        ("/khong-co/", "0", FIELDS),
        ("https://example.org/", "0", FIELDS),
        ("/viec/?" + "a" * 500, "0", FIELDS),
        (None, "0", FIELDS),
        ("/viec/", "", FIELDS),
        ("/viec/", "a" * 101, FIELDS),
        ("/viec/", "a\0", FIELDS),
        ("/viec/", 5, FIELDS),
        ("/viec/", "0", None),
        ("/viec/", "0", [["body", "text"]]),
        ("/viec/", "0", [["body", 5, False]]),
        ("/viec/", "0", [["body", "text", "yes"]]),
        ("/viec/", "0", [["a" * 201, "text", False]]),
        ("/viec/", "0", [["body", "", False]] * 3001),
        ("/viec/", "0", [5]),
    ],
)
def test_what_is_no_form_of_ours_is_not_kept(official: Client, page: Any, form: Any, fields: Any) -> None:
    assert keep(official, page, form, fields) == 400
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", "\udcff", "null"])
def test_what_is_no_json_object_is_answered_plainly(official: Client, body: str) -> None:
    sent = body.encode(errors="surrogateescape")
    assert official.post(DRAFTS, sent, content_type="application/json").status_code == 400
    assert official.post(FORGET, sent, content_type="application/json").status_code == 400
    assert official.get(DRAFTS).status_code == 400


def test_characters_that_no_database_keeps_are_left_out(official: Client) -> None:
    assert keep(official, "/viec/", fields=[["body", "a\0b\ud800c", False]]) == 200
    assert drafts(official, "/viec/")[0]["fields"] == [["body", "abc", False]]


def test_the_oldest_give_way_and_those_that_lay_too_long_are_forgotten(
    official: Client, journey: Journey
) -> None:
    for n in range(keeping.MOST_DRAFTS + 2):
        keep(official, "/viec/", str(n))
    kept = FormDraft.objects.order_by("saved_at")
    assert [one.form for one in kept][:2] == ["2", "3"] and len(kept) == keeping.MOST_DRAFTS
    old = kept[:2]
    now = timezone.now()
    FormDraft.objects.filter(pk__in=[one.pk for one in old]).update(
        saved_at=now - keeping.KEPT_FOR - timedelta(days=1)
    )
    assert keeping.forget_old(now) == 2
    assert FormDraft.objects.count() == keeping.MOST_DRAFTS - 2


def test_strangers_have_no_drafts(client: Client) -> None:
    assert client.get(DRAFTS, {"page": "/viec/"}).status_code == 302
    assert client.post(DRAFTS, "{}", content_type="application/json").status_code == 302


def test_who_sends_a_dossier_on_is_warned_of_what_is_not_saved(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING)
    journey.draft()
    client.force_login(journey.chair.user)
    sections = reverse("plans:sections", args=[journey.dossier.pk])
    submit = reverse("dossier:act", args=[journey.dossier.pk, "trinh-de-an"])
    warning = "còn nội dung nhập dở, chưa lưu"
    assert warning not in client.get(submit).content.decode()
    keeping.keep(journey.official.user, sections, "0", [("body", "Của người khác", False)])
    keeping.keep(journey.chair.user, submit, "0", [("reasons", "Ở trang của việc", False)])
    assert warning not in client.get(submit).content.decode()
    keeping.keep(journey.chair.user, sections, "0", [("body", "Chưa lưu", False)])
    page = client.get(submit).content.decode()
    assert warning in page and f'<a href="{sections}">mở trang nhập lúc' in page
