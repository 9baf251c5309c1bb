"""One-click sign-in as a demonstration person. The address exists only in demonstration mode."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Appointment, Level, Role, User
from dossiers.organisations.models.appointments import AppointmentQuerySet

from ..after_sign_in import page_to_open

#: Whose button stands on the sign-in page: the agency's name begins with, role.
SHOWN: tuple[tuple[str, Role], ...] = (
    ("UBND xã Liêm Tuyền", Role.COMMUNE_OFFICIAL),
    ("UBND xã Liêm Tiết", Role.COMMUNE_OFFICIAL),
    ("UBND xã Liêm Tuyền", Role.COMMUNE_CHAIR),
    ("UBND xã Liêm Tiết", Role.COMMUNE_CHAIR),
    ("UBND thành phố Phủ Lý", Role.DISTRICT_OFFICER),
    ("UBND thành phố Phủ Lý", Role.DISTRICT_CHAIR),
    ("Phòng Y tế thành phố Phủ Lý", Role.DIVISION_HEAD),
    ("Ủy ban MTTQ Việt Nam thành phố Phủ Lý", Role.FRONT_OFFICER),
)
#: Those of Ninh Bình, where there are no districts, stand after everybody of Hà Nam.
SHOWN_WITHOUT_DISTRICTS: tuple[tuple[str, Role], ...] = (
    ("UBND xã Liêm Hà", Role.COMMUNE_OFFICIAL),
    ("UBND xã Liêm Hà", Role.COMMUNE_CHAIR),
    ("Văn phòng Điều phối nông thôn mới tỉnh Ninh Bình", Role.COORDINATION_OFFICER),
    ("UBND tỉnh Ninh Bình", Role.PROVINCIAL_CHAIR),
)


@dataclass(frozen=True)
class DemoAccount:
    """One button of the sign-in page."""

    username: str
    name: str
    role: str
    agency: str


def other_accounts() -> list[tuple[str, list[DemoAccount]]]:
    """Return everybody who can have to do with a dossier that is there, by district or province. Two queries."""
    people = _people().filter(
        Q(agency__unit__level__in=[Level.PROVINCE, Level.DISTRICT])
        | Q(agency__unit__in=Dossier.objects.values("commune"))
    )
    groups: defaultdict[str, list[DemoAccount]] = defaultdict(list)
    for one in people.select_related("agency__unit__parent").order_by("agency__unit__code", "agency", "pk"):
        unit = one.agency.unit
        place = unit.parent if unit.level == Level.COMMUNE and unit.parent else unit
        groups[place.name].append(_account(one))
    return sorted(groups.items())


def _people() -> AppointmentQuerySet:
    current = Appointment.objects.current(on=timezone.localdate())
    return current.filter(user__is_demo=True, user__is_active=True).select_related("user", "agency__unit")


def _account(one: Appointment) -> DemoAccount:
    return DemoAccount(one.user.username, one.user.full_name, str(Role(one.role).label), one.agency.name)


def demo_accounts() -> list[DemoAccount]:
    """Return one person for every role, and both of some communes, in the order of the procedure."""
    current = _people()
    found: list[Appointment] = []
    for prefix, role in SHOWN:
        found += list(current.filter(agency__name__iexact=prefix, role=role)[:1])
    departments = current.filter(role__in=[Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD])
    found += list(
        departments.filter(agency__short_name__in=["Sở Y tế", "Sở NN&PTNT"]).order_by("agency", "role")
    )
    single = (
        Role.COORDINATION_OFFICER,
        Role.COUNCIL_SECRETARY,
        Role.PROVINCIAL_CHAIR,
        Role.INSPECTOR,
        Role.FRONT_OFFICER,
        Role.ADMINISTRATOR,
    )
    for role in single:
        found += list(current.filter(role=role).order_by("agency__unit__level", "pk")[:1])
    for prefix, role in SHOWN_WITHOUT_DISTRICTS:
        found += list(current.filter(agency__name__iexact=prefix, role=role)[:1])
    return [_account(one) for one in found]


class SignInView(LoginView):
    """Sign-in by name and password; in demonstration mode with a button for each role."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if settings.LUA_DEMO:
            kwargs |= {"demo_accounts": demo_accounts(), "demo_others": other_accounts()}
        return super().get_context_data(unsaved="chua-luu" in self.request.GET, **kwargs)

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Return the wanted page, or "" where the address is not one of ours."""
        return page_to_open(request or self.request)


@require_POST
@sensitive_post_parameters()
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a demonstration person without a password. 404 outside the demonstration mode."""
    if not settings.LUA_DEMO:
        raise Http404
    user = User.objects.filter(
        username=request.POST.get("username", ""), is_demo=True, is_active=True
    ).first()
    if user is None:
        raise Http404
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(page_to_open(request) or "home")
