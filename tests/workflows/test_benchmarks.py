"""What the benchmarks are made of is what they say."""

from __future__ import annotations

import io

import pytest

from storage.documents.sniffing import sniff
from storage.readers.kinds import PDF
from workflows.benchmarks.large_file import LargePdf
from workflows.benchmarks.uploads import MIB


@pytest.mark.parametrize("size", [MIB, 2 * MIB + 500_000])
def test_the_large_file_is_a_pdf_of_exactly_the_size_asked_for(size: int) -> None:
    file = LargePdf(size, seed=1)
    contents = b"".join(file.part(place, min(MIB, size - place)) for place in range(0, size, MIB))
    assert len(contents) == size
    assert sniff(io.BytesIO(contents), "a.pdf") == PDF
