"""The act page that submits a dossier."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ActPage, register_page
from dossiers.acts.resubmission import ResubmissionForm

from .acts import SubmitDossier
from .summaries import CONDITIONS

register_page(
    ActPage(
        SubmitDossier,
        "trinh-ho-so",
        _("Hồ sơ được gửi đi thẩm tra. Số liệu và minh chứng bị khóa cho đến khi hồ sơ được trả lại."),
        ResubmissionForm,
        summary=CONDITIONS,
    ),
)
