"""What is asked for when a substitute is named or revoked."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ON_PAPER, DateInput, PaperForm, textarea
from dossiers.organisations.models import Appointment, Role, User
from dossiers.policies import Actor

from .acts import acts_of
from .capacities import capacities_of
from .models import Capacity
from .selectors import appointments_to_decide_for, colleagues


class AppointmentField(forms.ModelChoiceField):
    """A person in an appointment."""

    def label_from_instance(self, appointment: Appointment) -> str:
        return f"{appointment.user.get_full_name()} · {appointment.position_title or Role(appointment.role).label}"


class SubstitutionForm(PaperForm):
    revision = None  # type: ignore[assignment]
    needs_document = False

    absent = AppointmentField(
        label=_("Người được thay"),
        queryset=Appointment.objects.none(),
        error_messages={"required": _("Xin chọn người được thay.")},
    )
    substitute = forms.ChoiceField(
        label=_("Người thay (cùng cơ quan)"), error_messages={"required": _("Xin chọn người thay.")}
    )
    capacity = forms.ChoiceField(
        label=_("Ký theo cách"),
        choices=[("", "---------"), *Capacity.choices],
        help_text=_(
            "Ghi trước chữ ký và trong lịch sử hồ sơ. Cấp phó ký KT.; người khác ký TL. hoặc TUQ. "
            "(Nghị định 30/2020/NĐ-CP, chưa đối chiếu công báo)."
        ),
        error_messages={"required": _("Xin chọn cách ký.")},
    )
    starts_on = forms.DateField(label=_("Từ ngày"), widget=DateInput())
    ends_on = forms.DateField(
        label=_("Đến hết ngày"),
        widget=DateInput(),
        help_text=_("Hết ngày này người thay tự động thôi quyền."),
    )
    acts = forms.MultipleChoiceField(
        label=_("Chỉ giao những việc"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Không chọn việc nào: giao mọi việc của vai trò."),
    )
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản giao thay"), max_length=60, help_text=_("Ví dụ: 45/QĐ-UBND")
    )
    dated_on = forms.DateField(label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, dossier=None, **kwargs)
        absentees = list(appointments_to_decide_for(actor))
        cast(AppointmentField, self.fields["absent"]).queryset = appointments_to_decide_for(actor)
        own = len(absentees) == 1
        if own:
            self.fields["absent"].initial = absentees[0].pk
        held = list(colleagues(actor))
        people = {
            one.user_id: AppointmentField.label_from_instance(
                cast(AppointmentField, self.fields["absent"]), one
            )
            for one in held
            if not (own and one.user_id == absentees[0].user_id)
        }
        signing = {one for absent in absentees for one in _offered_capacities(held, absent)}
        cast(forms.ChoiceField, self.fields["capacity"]).choices = [
            ("", "---------"),
            *((one.value, one.label) for one in Capacity if one in signing),
        ]
        offered = [("", "---------"), *((str(pk), label) for pk, label in people.items())]
        cast(forms.ChoiceField, self.fields["substitute"]).choices = offered
        acts = {pair for one in absentees for pair in acts_of(Role(one.role))}
        cast(forms.MultipleChoiceField, self.fields["acts"]).choices = sorted(
            acts, key=lambda pair: str(pair[1])
        )
        self.has_colleagues = len(offered) > 1

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        return {**given, "substitute": User.objects.get(pk=given["substitute"])}


def _offered_capacities(held: list[Appointment], absent: Appointment) -> set[Capacity]:
    """Return how the colleagues at hand would sign for the absent person."""
    by_person: dict[int, list[Appointment]] = {}
    for one in held:
        if one.user_id != absent.user_id:
            by_person.setdefault(one.user_id, []).append(one)
    return {capacity for mine in by_person.values() for capacity in capacities_of(mine, absent)}


class RevocationForm(forms.Form):
    reason = textarea(_("Lý do thu hồi"), rows=3)
