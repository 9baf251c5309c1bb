"""What the shared tags and filters show."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from config.ui import numbers
from config.ui.icon_sprite import ICONS
from config.ui.states import DOSSIER_CODES, LOOKS
from dossiers.acts.errors import Refusal
from dossiers.dossier.filters import HistoryFilter
from dossiers.dossier.models import State
from dossiers.filters import ListFilter
from dossiers.titles.filters import RegisterFilter
from workflows.filters import DossierFilter, LawFilter

STATIC = Path(settings.BASE_DIR) / "config" / "static"
TEMPLATES = Path(settings.BASE_DIR) / "config" / "templates"


@pytest.fixture(autouse=True)
def _vietnamese():
    with translation.override("vi"):
        yield


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1.234.567 đồng"),
        (0, "0 đồng"),
        (-5000, "-5.000 đồng"),
        (Decimal("999"), "999 đồng"),
        (None, "–"),
        ("", "–"),
        ("không rõ", "–"),
    ],
)
def test_money_is_grouped_by_dots(value, shown):
    assert render("{{ value|vnd }}", value=value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("58.20"), "58,2"),
        (58.2, "58,2"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1.000"),
        (1234.5, "1.234,5"),
        (Decimal("-0.00"), "0"),
        (Decimal("0.05"), "0,05"),
        (Decimal("NaN"), "–"),
        (True, "–"),
        (None, "–"),
    ],
)
def test_numbers_have_a_decimal_comma(value, shown):
    assert render("{{ value|vn_number }}", value=value) == shown


def test_the_count_of_decimals_can_be_fixed():
    assert render("{{ value|vn_number:2 }}", value=Decimal("1234.5")) == "1.234,50"


def test_days_have_no_leading_zeros():
    assert render("{{ day|vn_date }}", day=date(2023, 7, 6)) == "6/7/2023"
    assert render("{{ day|vn_date }}", day=None) == "–"


def test_a_late_evening_in_utc_is_the_next_day_in_vietnam():
    moment = datetime(2023, 7, 25, 18, 5, tzinfo=UTC)
    assert render("{{ moment|vn_date }}", moment=moment) == "26/7/2023"
    assert render("{{ moment|vn_datetime }}", moment=moment) == "26/7/2023 01:05"
    assert render("{{ moment|vn_weekday }}", moment=moment) == "thứ Tư, 26/7/2023"


def test_sunday_has_its_own_word():
    assert numbers.weekday_date(date(2023, 7, 30)) == "Chủ nhật, 30/7/2023"


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (1023, "1.023 B"),
        (1024, "1 KB"),
        (1024**2 - 1, "1 MB"),
        (1258291, "1,2 MB"),
        (3 * 1024**3, "3 GB"),
        (-1, "–"),
        (None, "–"),
    ],
)
def test_file_sizes(size, shown):
    assert render("{{ size|filesize }}", size=size) == shown


@pytest.mark.parametrize("code", LOOKS)
def test_a_state_is_colour_icon_and_word(code):
    shown = render("{% state_badge code %}", code=code)
    assert f"lua-state-{LOOKS[code].tone}" in shown
    assert f"#{LOOKS[code].icon}" in shown
    assert str(LOOKS[code].word) in shown


def test_a_state_names_who_is_waited_for_and_escapes_it():
    shown = render("{% state_badge 'waiting' detail=agency %}", agency="Sở <Y tế>")
    assert "Chờ xử lý: Sở &lt;Y tế&gt;" in shown


def test_an_unknown_state_is_an_error():
    with pytest.raises(KeyError):
        render("{% state_badge 'done' %}")


def test_every_legal_state_of_a_dossier_has_one_of_the_eight_words():
    assert set(DOSSIER_CODES) == set(State.values)
    assert set(DOSSIER_CODES.values()) <= set(LOOKS)


def test_a_ring_never_shows_more_than_all_and_survives_an_empty_total():
    assert 'stroke-dasharray="100 100"' in render("{% progress_ring 20 19 'tiêu chí' %}")
    assert "stroke-dasharray" not in render("{% progress_ring 0 0 'tiêu chí' %}")
    assert 'stroke-dasharray="63 100"' in render("{% progress_ring 12 19 'tiêu chí' %}")


def test_the_stepper_marks_where_the_dossier_is():
    steps = [
        {"label": "Duyệt", "state": "done"},
        {"label": "Thẩm tra", "state": "returned"},
        {"label": "Xét"},
    ]
    shown = render("{% stepper steps %}", steps=steps)
    assert "Bước 2/3" in shown
    assert shown.count('aria-current="step"') == 1
    assert "bị trả lại" in shown


def test_refusals_show_message_rule_and_where_to_put_it_right():
    reasons = [Refusal("evidence", "Chỉ tiêu 17.4 chưa có minh chứng", rule="Điều 7", link="/ho-so/1/17.4/")]
    shown = render("{% error_summary reasons=reasons %}", reasons=reasons)
    assert "Chỉ tiêu 17.4 chưa có minh chứng" in shown
    assert "(Điều 7)" in shown
    assert 'href="/ho-so/1/17.4/"' in shown
    assert render("{% error_summary %}").strip() == ""


class ResultForm(forms.Form):
    value = forms.CharField(label="Kết quả", help_text="Số liệu năm 2023")
    verdict = forms.ChoiceField(label="Kết luận", widget=forms.RadioSelect, choices=[("a", "Đạt")])


def test_a_field_keeps_what_was_typed_and_ties_help_and_errors_to_the_input():
    form = ResultForm({"value": "58,2"})
    form.add_error("value", "Số này lớn hơn 100.")
    shown = render("{% field form.value inputmode='decimal' suffix='%' %}", form=form)
    assert 'value="58,2"' in shown
    assert 'inputmode="decimal"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_value_helptext id_value_errors"' in shown
    assert 'id="id_value_errors"' in shown and 'id="id_value_helptext"' in shown
    assert "Số này lớn hơn 100." in shown


def test_radio_buttons_have_a_group_label():
    shown = render("{% field form.verdict %}", form=ResultForm())
    assert re.search(r"<legend[^>]*>Kết luận</legend>", shown)


def test_a_confirmation_says_what_happens_and_sends_the_token():
    source = "{% confirm 'trinh' '/x/' 'Trình' body='Xã không thể thu hồi.' seen_by='UBND huyện' %}"
    shown = render(source, csrf_token="t0ken")
    assert "Xã không thể thu hồi." in shown
    assert "UBND huyện" in shown
    assert 'value="t0ken"' in shown
    assert 'data-dialog-open="trinh"' in shown and 'id="trinh"' in shown


def test_a_misspelt_option_of_a_confirmation_is_an_error():
    with pytest.raises(TypeError):
        render("{% confirm 'a' action='/x/' button='B' bodi='…' %}")


def templates() -> list[Path]:
    """Return the templates of every page."""
    folders = (Path(settings.BASE_DIR) / name for name in ("config", "dossiers", "workflows"))
    return [template for folder in folders for template in folder.rglob("*.html")]


def test_every_icon_that_is_used_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    used: dict[str, str] = {look.icon: "states.py" for look in LOOKS.values()}
    for template in templates():
        for name in re.findall(r"""\{% icon ["']([^"']+)["']""", template.read_text()):
            used[name] = str(template)
    assert sprite == set(ICONS)
    assert {name: where for name, where in used.items() if name not in sprite} == {}


def test_what_is_typed_into_a_search_never_makes_an_address_too_long_for_the_web_server():
    """gunicorn answers such an address itself (414), without a page of ours: a letter takes up to nine of its 4094."""
    found = set()
    for template in templates():
        for form in re.findall(r'<form method="get".*?</form>', template.read_text(), re.DOTALL):
            for typed in re.findall(r'<input[^>]*name="[^>]*>', form):
                if re.search(r'type="(?!search|text)', typed):
                    continue
                longest = re.search(r'maxlength="(\d+)"', typed)
                assert longest is not None and int(longest[1]) <= 200, (template, typed)
                found.add(template.name)
    assert {"_search_form.html", "choose.html"} <= found
    filters = {one for kind in ListFilter.__subclasses__() for one in [kind, *kind.__subclasses__()]}
    assert {DossierFilter, HistoryFilter, LawFilter, RegisterFilter} <= filters
    for kind in filters:
        for name, field in kind.base_fields.items():
            if isinstance(field.widget, forms.TextInput):
                assert int(field.widget.attrs["maxlength"]) <= 200, (kind, name)


def test_no_template_has_inline_styles_or_scripts():
    """The content security policy would silently drop them."""
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
    assert [str(template) for template in templates() if inline.search(template.read_text())] == []


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours written #rrggbb, after WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tone", sorted({look.tone for look in LOOKS.values()}))
def test_state_colours_can_be_read(theme, tone):
    css = (STATIC / "lua.css").read_text()
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\n\}}', css, re.DOTALL)
    assert block
    colours = dict(re.findall(r"(--lua-[a-z-]+): (#[0-9a-f]{6})", block.group(1)))
    assert contrast(colours[f"--lua-{tone}"], colours[f"--lua-{tone}-bg"]) >= 4.5
    page = {"light": "#f4f6f4", "dark": "#131916"}[theme]
    assert contrast(colours[f"--lua-{tone}"], page) >= 4.5


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_broken_servers_need_no_request_and_no_manifest(name):
    source = (TEMPLATES / name).read_text()
    assert "{% static" not in source and "{% extends" not in source and "{% url" not in source
    assert "<h1>" in Template(source).render(Context({}))


def test_the_login_page_offers_demonstration_people_only_when_there_are_any():
    request = RequestFactory().get("/dang-nhap/")
    request.user = type("Stranger", (), {"is_authenticated": False})()
    template = Template('{% include "registration/login.html" %}')
    people = [{"username": "hanh", "name": "Nguyễn Thị Hạnh", "agency": "UBND xã", "role": "Xã"}]
    assert "Vào thử" not in template.render(Context({"request": request}))
    shown = template.render(Context({"request": request, "demo_accounts": people}))
    assert "Nguyễn Thị Hạnh" in shown and 'value="hanh"' in shown
