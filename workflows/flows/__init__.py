"""The procedures as flows, one class per procedure version, found by the code that dossiers pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .procedure_flow import ProcedureFlow


def all_flows() -> tuple[type[ProcedureFlow], ...]:
    """Return the flow class of every procedure version."""
    from .advanced_commune import AdvancedCommuneFlow
    from .basic_commune import BasicCommuneFlow
    from .model_commune import ModelCommuneFlow
    from .title_review import TitleReviewFlow, TitleReviewTwoTierFlow
    from .title_revocation import TitleRevocationFlow, TitleRevocationTwoTierFlow
    from .two_tier_commune import (
        AdvancedCommuneTwoTierFlow,
        BasicCommuneTwoTierFlow,
        ModelCommuneTwoTierFlow,
    )

    return (
        BasicCommuneFlow,
        AdvancedCommuneFlow,
        ModelCommuneFlow,
        BasicCommuneTwoTierFlow,
        AdvancedCommuneTwoTierFlow,
        ModelCommuneTwoTierFlow,
        TitleReviewFlow,
        TitleReviewTwoTierFlow,
        TitleRevocationFlow,
        TitleRevocationTwoTierFlow,
    )
