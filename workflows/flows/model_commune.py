"""The procedure for xã nông thôn mới kiểu mẫu with three levels of government, 2022 to 2025.

Quyết định 18/2022/QĐ-TTg writes the steps once for the three titles: those of ``ThreeTierSteps`` are this procedure's,
from top to bottom. What differs is data: the criteria set, the gates and the periods.
"""

from __future__ import annotations

from .advanced_commune import ThreeTierSteps
from .procedure_flow import RecognitionFlow


class ModelCommuneFlow(ThreeTierSteps, RecognitionFlow):
    """Xét, công nhận xã đạt chuẩn nông thôn mới kiểu mẫu (ba cấp chính quyền)"""

    procedure = "kieu-mau-3-cap-2022"
