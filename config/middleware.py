"""Middleware of the composition."""

from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.defaults import bad_request


class ChosenLocaleMiddleware(LocaleMiddleware):
    """Vietnamese, unless the person chose another language.

    Office machines often run an English browser that nobody chose on purpose, so ``Accept-Language``
    is not consulted: only the language cookie set by ``set_language`` counts.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the chosen language for this request."""
        try:
            language = translation.get_supported_language_variant(
                request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
            )
        except LookupError:
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language, and tell caches that it depends on the cookie."""
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


class UnstorableTextMiddleware:
    """Answer 400 to what no text in PostgreSQL can hold, a NUL, where no form has refused it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Return the page of a bad request for that error, None for any other."""
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            return bad_request(request, exception)
        return None
