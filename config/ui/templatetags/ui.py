"""Tags and filters shared by all pages: ``{% load ui %}``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.ui import numbers
from config.ui.states import look_of

register = template.Library()

CHECKS = (forms.CheckboxInput,)
HIDDEN_INPUT = {"hidden_name", "hidden_value"}
CONFIRM_OPTIONS = {
    "title",
    "body",
    "seen_by",
    "confirm",
    "icon",
    "tone",
    "dialog_form",
    "dialog_reasons",
    "form_id",
} | HIDDEN_INPUT
#: An address in running text, without the punctuation that follows it.
ADDRESS = re.compile(r"(https?://[^\s<>«»\"]*[^\s<>«»\".,;:)])")
CHOICE_LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Draw an icon of the sprite. Without ``label`` it is decoration and hidden from screen readers.

    ``size`` is "", "sm" or "lg".
    """
    extra = f" lua-icon-{size}" if size else ""
    if label:
        return format_html(
            '<svg class="lua-icon{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            extra,
            label,
            static("icons.svg"),
            name,
        )
    return format_html(
        '<svg class="lua-icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("icons.svg"),
        name,
    )


@register.inclusion_tag("components/state_badge.html")
def state_badge(code: Any, label: Any = "", detail: Any = "") -> dict[str, Any]:
    """Show a state as colour, icon and word.

    ``label`` replaces the usual word ("Đã duyệt" for ``met``); ``detail`` follows it ("Chờ xử lý: Sở Y tế").
    """
    look = look_of(code)
    return {"look": look, "word": label or look.word, "detail": detail}


@register.inclusion_tag("components/progress_ring.html")
def progress_ring(done: int, total: int, label: Any = "", size: str = "") -> dict[str, Any]:
    """Draw how many of ``total`` are done. ``label`` names what is counted; ``size`` is "" or "sm"."""
    percent = round(100 * min(done, total) / total) if total else 0
    return {"done": done, "total": total, "label": label, "size": size, "percent": percent}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Sequence[Any], label: Any = "") -> dict[str, Any]:
    """Show the way of a dossier. Each step has ``label``, ``state`` and perhaps ``detail``.

    ``state`` is "done", "current", "returned" (current, sent back) or "ahead".
    """

    def read(step: Any, name: str) -> Any:
        return step.get(name, "") if isinstance(step, dict) else getattr(step, name, "")

    rows = [
        {
            "label": read(step, "label"),
            "state": read(step, "state") or "ahead",
            "detail": read(step, "detail"),
        }
        for step in steps
    ]
    here = next((n for n, row in enumerate(rows, 1) if row["state"] in {"current", "returned"}), 0)
    return {"steps": rows, "here": here, "total": len(rows), "label": label}


@register.inclusion_tag("components/deadline.html")
def deadline(text: Any, tone: str = "calm", why: Any = "") -> dict[str, Any]:
    """Show a deadline. ``tone`` is "calm", "soon", "late" or "paused"; ``why`` is its arithmetic."""
    return {"text": text, "tone": tone, "why": why}


@register.inclusion_tag("components/empty.html")
def empty(
    title: Any, text: Any = "", icon: str = "inbox", action: Any = "", action_url: str = ""
) -> dict[str, Any]:
    """Say what a list will show, with the one button that starts it."""
    return {"title": title, "text": text, "icon": icon, "action": action, "action_url": action_url}


@register.inclusion_tag("components/error_summary.html", takes_context=True)
def error_summary(
    context: template.Context, reasons: Sequence[Any] = (), form: Any = None, title: Any = ""
) -> dict[str, Any]:
    """List why something did not happen: refusals (message, rule, link) and the errors of a form.

    Who reads it, and of which dossier, decides which links are shown.
    """
    read = {"request": context.get("request"), "dossier": context.get("dossier")}
    return {**read, "reasons": reasons, "form": form, "title": title}


@register.inclusion_tag("components/confirm.html")
def confirm(id: str, action: str = "", button: Any = "", **options: Any) -> dict[str, Any]:
    """Show a button that asks before an act with legal effect. Not to be put inside another form.

    Options: ``title``, ``body`` (what will happen), ``seen_by`` (who will see it), ``confirm`` (words of the
    confirming button), ``icon``, ``tone`` ("primary", "secondary", "danger"), ``dialog_form`` (fields asked
    for), ``dialog_reasons``, ``hidden_name`` with ``hidden_value``, ``form_id`` (send that form instead).
    Raises TypeError for any other.
    """
    unknown = options.keys() - CONFIRM_OPTIONS
    if unknown:
        raise TypeError(f"confirm does not know {sorted(unknown)}")
    return {"id": id, "action": action, "button": button, **options}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, inputmode: str = "", autocomplete: str = "", suffix: Any = "") -> dict[str, Any]:
    """Show a form field: label, help, errors, the value kept. ``suffix`` is a unit after the input."""
    return {"field": bound, "inputmode": inputmode, "autocomplete": autocomplete, "suffix": suffix}


@register.inclusion_tag("components/filter_field.html")
def filter_field(bound: BoundField) -> dict[str, Any]:
    """Show a field that a list is narrowed by: label, the value kept, and what is wrong with it."""
    return {"field": bound}


@register.simple_tag
def widget(bound: BoundField, inputmode: str = "", autocomplete: str = "") -> SafeString:
    """Render the input itself with the look, the hints for keyboards and the links to help and errors."""
    control = bound.field.widget
    attrs: dict[str, Any] = {}
    if not isinstance(control, CHOICE_LISTS):
        if isinstance(control, CHECKS):
            css = "form-check-input"
        else:
            css = "form-select" if isinstance(control, forms.Select) else "form-control"
        classes = [control.attrs.get("class", ""), css, "is-invalid" if bound.errors else ""]
        attrs["class"] = " ".join(name for name in classes if name)
    if inputmode:
        attrs["inputmode"] = inputmode
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_errors")
    if described and bound.auto_id:
        attrs["aria-describedby"] = " ".join(described)
    return bound.as_widget(attrs=attrs)


@register.filter
def is_check(bound: BoundField) -> bool:
    """Tell whether the field is a single checkbox, whose label stands beside it."""
    return isinstance(bound.field.widget, CHECKS)


@register.filter
def is_choice_list(bound: BoundField) -> bool:
    """Tell whether the field is a list of radio buttons or checkboxes, which needs a group label."""
    return isinstance(bound.field.widget, CHOICE_LISTS)


@register.filter
def vnd(value: numbers.Number) -> str:
    """Whole đồng: "1.234.567 đồng"."""
    return numbers.money(value)


@register.filter
def vn_number(value: numbers.Number, places: int | None = None) -> str:
    """A number with a decimal comma: "58,2". An argument fixes the count of decimals."""
    return numbers.vietnamese_number(value, places)


@register.filter
def vn_date(value: date | datetime | None) -> str:
    """A day: "26/7/2023"."""
    return numbers.short_date(value)


@register.filter
def vn_weekday(value: date | datetime | None) -> str:
    """A day with its weekday: "thứ Tư, 26/7/2023"."""
    return numbers.weekday_date(value)


@register.filter
def vn_datetime(value: datetime | None) -> str:
    """A moment, Vietnamese time: "26/7/2023 14:05"."""
    return numbers.date_and_time(value)


@register.filter
def filesize(value: numbers.Number) -> str:
    """A size in bytes: "1,2 MB"."""
    return numbers.file_size(value)


@register.filter
def linked(text: str) -> SafeString:
    """Turn the web addresses in a source into links that name the site and open in a new tab; nothing is fetched."""
    return format_html_join(
        "", "{}", ((_link(part) if number % 2 else part,) for number, part in enumerate(ADDRESS.split(text)))
    )


def _link(address: str) -> SafeString:
    return format_html(
        '<a class="lua-outside" href="{}" target="_blank" rel="noopener nofollow">{}{}'
        '<span class="visually-hidden"> ({})</span></a>',
        address,
        address.split("/")[2],
        icon("external-link", size="sm"),
        _("mở ở thẻ mới"),
    )
