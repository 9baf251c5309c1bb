"""Reading the reference data that travel with the packages."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import yaml

#: The same rules as ``yaml.safe_load``, some ten times as fast where PyYAML was built with libyaml, as its wheels are.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ReferenceDataError(ValueError):
    """A data file contradicts itself or names something that is not there. Says where."""


def read_yaml(package: str, name: str) -> dict[str, Any]:
    """Return the mapping in a data file of a package. Raises ReferenceDataError when it is not one."""
    text = files(package).joinpath("data", name).read_text(encoding="utf-8")
    try:
        data = yaml.load(text, Loader=SAFE_LOADER)
    except yaml.YAMLError as error:
        raise ReferenceDataError(f"{name}: {error}") from error
    if not isinstance(data, dict):
        raise ReferenceDataError(f"{name}: a mapping is expected")
    return data


def as_date(value: Any, where: str) -> date:
    """Return the date that YAML read. Raises ReferenceDataError when it is something else."""
    if not isinstance(value, date):
        raise ReferenceDataError(f"{where}: a date is expected, not {value!r}")
    return value
