"""The acts of the district's review, in the order of the procedure."""

from .divisions import SignDivisionReview
from .hearing import (
    PublishInDistrict,
    RecordDistrictFrontOpinion,
    RecordDistrictOpinion,
    RecordDistrictVote,
    SummariseInDistrict,
)
from .intake import AcceptAtDistrict, GuideCommune
from .survey import RecordSurvey

__all__ = [
    "AcceptAtDistrict",
    "GuideCommune",
    "PublishInDistrict",
    "RecordDistrictFrontOpinion",
    "RecordDistrictOpinion",
    "RecordDistrictVote",
    "RecordSurvey",
    "SignDivisionReview",
    "SummariseInDistrict",
]
