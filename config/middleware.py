"""Middleware of the composition."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers


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
