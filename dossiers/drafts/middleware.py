"""Forgets the draft of a form once the form was sent and taken."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from dossiers.organisations.models import User

from . import keeping

logger = logging.getLogger(__name__)

#: The field by which a form says of which draft it is: page and form, with a # between.
FIELD = "form_draft"


class DraftMiddleware:
    """A form that was answered with another page was taken; one that came back, or was not let in, keeps its draft.

    What was done stays done: a draft that cannot be forgotten just now is only logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and 300 <= response.status_code < 400 and request.user.is_authenticated:
            page, _, form = request.POST.get(FIELD, "").rpartition("#")
            if page:
                self._forget(request.user, page, form)
        return response

    def _forget(self, user: User, page: str, form: str) -> None:
        try:
            keeping.forget(user, keeping.read_page(page), keeping.read_form(form))
        except ValueError:
            logger.info("Not the draft of any form: %r", page)
        except DatabaseError:
            logger.exception("The draft of a form that was sent is still there")
