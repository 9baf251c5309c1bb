"""What the database itself refuses, and what a failing act leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from dossiers.acts import DossierAct
from dossiers.dossier.models import Dossier, State
from dossiers.results.acts import SubmitDossier
from storage.ledger import Entry
from tests.world import World
from workflows import engine
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db


def test_the_database_refuses_a_change_of_state_without_an_act(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    with pytest.raises(DatabaseError, match="act"), transaction.atomic():
        Dossier.objects.filter(pk=journey.dossier.pk).update(state=State.RECOGNISED)
    with pytest.raises(DatabaseError, match="act"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE dossier_dossier SET state = 'recognised' WHERE id = %s", [journey.dossier.pk])
    assert journey.refresh().state == State.DRAFTING


def test_the_database_refuses_to_delete_a_dossier(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    with pytest.raises(TypeError):
        journey.dossier.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dossier_dossier WHERE id = %s", [journey.dossier.pk])


def test_the_state_stays_protected_after_a_refresh_that_failed(world: World) -> None:
    """django-fsm-2 4.2.4 lifts the protection for the whole process when refresh_from_db raises."""
    journey = world.dossier(State.DRAFTING)
    ghost = Dossier.objects.get(pk=journey.dossier.pk)
    ghost.pk = 0
    with pytest.raises(ObjectDoesNotExist):
        ghost.refresh_from_db()
    other = Dossier.objects.get(pk=journey.dossier.pk)
    with pytest.raises(AttributeError):
        other.state = State.RECOGNISED
    other.refresh_from_db()
    assert other.state == State.DRAFTING


def test_an_act_whose_flow_step_fails_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = world.dossier(State.CONSULTING, files=1)
    journey.hold_consultation()
    entries = Entry.objects.filter(stream=journey.dossier.stream).count()
    items = list(WorkItem.objects.filter(dossier=journey.dossier).values_list("pk", "closed_at"))

    def break_down(*args: Any) -> None:
        raise engine.OutOfStep("broken on purpose")

    monkeypatch.setattr(engine, "require_agreement", break_down)
    with pytest.raises(engine.OutOfStep):
        SubmitDossier(actor=journey.chair, dossier=journey.dossier).perform()
    assert journey.refresh().state == State.CONSULTING
    assert Entry.objects.filter(stream=journey.dossier.stream).count() == entries
    assert list(WorkItem.objects.filter(dossier=journey.dossier).values_list("pk", "closed_at")) == items


def test_every_act_has_a_name_a_label_and_an_authority() -> None:
    from dossiers.acts import all_acts

    acts = list(all_acts())
    assert len(acts) >= 26
    for act in acts:
        assert issubclass(act, DossierAct)
        assert act.name and str(act.label)
        assert act.authority.roles, f"{act.name} names no role"
