"""The evidence of a dossier to take away: one ZIP, folders by criterion and indicator."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from storage.documents import scanning
from storage.documents.archive import Bag, Packed, bag, path_part

from .models import Evidence
from .selectors import visible_results
from .unsent import listed_for

FOLDER_LENGTH, NAME_LENGTH = 48, 100
NOTE_OF_SHARED = "Tệp nằm ở thư mục khác.txt"
HEADINGS = (
    *("Tiêu chí", "Chỉ tiêu", "Tên chỉ tiêu", "Tệp", "Chú thích", "Số byte", "SHA-256", "Phiên bản lưu trữ"),
    *("Người gửi", "Thời điểm", "Vì sao không có trong gói này"),
)


def archive_name(dossier: Dossier) -> str:
    """Return the name of the one folder in the archive, and of the archive itself without its extension."""
    return path_part(f"Hồ sơ {dossier.commune.name_in_sentence} {dossier.title_year}", length=NAME_LENGTH)


def archive_of(actor: Actor, dossier: Dossier) -> Bag:
    """Return the listed evidence of the indicators that the actor may see, as a stream of known length. Two queries.

    A file that proves several indicators is packed once, in the folder of the first; the folders of the others have a
    note of where it lies, and «Danh mục minh chứng.csv» names its path for each of them. A file that scanning closed is
    left out, and the list says why. Raises StorageUnavailable.
    """
    evidence = list(
        listed_for(actor)
        .filter(result__in=visible_results(actor, dossier))
        .select_related("document__scan", "result__indicator__criterion", "added_by")
        .order_by("result__position", "listed_at", "pk")
    )
    closed = {
        one.document_id: f"{scanning.words(one.document)}. {reason}"
        for one in evidence
        if (reason := scanning.withheld(one.document))
    }
    paths = _paths([one for one in evidence if one.document_id not in closed])
    packed = {
        one.document_id: Packed(paths[one.document_id], one.document)
        for one in reversed(evidence)
        if one.document_id in paths
    }
    info = {
        "Source-Organization": dossier.commune.name,
        "External-Description": f"{archive_name(dossier)}, {dossier.criteria_set}",
        "Contact-Name": f"{actor.user.full_name} ({actor.agency.name})",
        "Bagging-Date": timezone.localdate().isoformat(),
        "Bagging-Software": "Lúa",
    }
    files = [packed[document_id] for document_id in paths]
    return bag(
        archive_name(dossier),
        files,
        texts={"Danh mục minh chứng.csv": _list(evidence, paths, closed), **_notes(evidence, paths)},
        info=info,
    )


def _notes(evidence: Sequence[Evidence], paths: dict[UUID, str]) -> dict[str, str]:
    """Return the notes, by path, that name in an indicator's folder its files that lie in another's."""
    elsewhere: defaultdict[str, list[str]] = defaultdict(list)
    for one in evidence:
        path = paths.get(one.document_id)
        if path is not None and not path.startswith(f"{_folder(one)}/"):
            elsewhere[_folder(one)].append(path)
    heading = "Các tệp sau cũng là minh chứng của chỉ tiêu này và nằm ở thư mục khác của gói:"
    return {
        f"{folder}/{NOTE_OF_SHARED}": "\ufeff" + "\r\n".join([heading, "", *found, ""])
        for folder, found in elsewhere.items()
    }


def _folder(one: Evidence) -> str:
    indicator = one.result.indicator
    criterion = path_part(
        f"Tiêu chí {indicator.criterion.number:02} {indicator.criterion.name}", length=FOLDER_LENGTH
    )
    return f"{criterion}/{path_part(indicator.code, length=FOLDER_LENGTH)}"


def _paths(evidence: Sequence[Evidence]) -> dict[UUID, str]:
    """Return the path of each document, in the order of the indicators; no two differ by capital letters alone."""
    paths: dict[UUID, str] = {}
    taken: defaultdict[str, int] = defaultdict(int)
    for one in evidence:
        if one.document_id in paths:
            continue
        folder = _folder(one)
        name = path_part(one.document.name, length=NAME_LENGTH)
        taken[f"{folder}/{name}".casefold()] += 1
        if (number := taken[f"{folder}/{name}".casefold()]) > 1:
            stem, dot, extension = name.rpartition(".")
            name = f"{stem} ({number}){dot}{extension}" if dot else f"{name} ({number})"
        paths[one.document_id] = f"{folder}/{name}"
    return paths


def _list(evidence: Sequence[Evidence], paths: dict[UUID, str], closed: dict[UUID, str]) -> str:
    """Return the list as a spreadsheet program in Vietnam opens it: semicolons, and a mark that says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in evidence:
        indicator, document = one.result.indicator, one.document
        row = (
            *(
                indicator.criterion.number,
                indicator.code,
                indicator.name,
                paths.get(one.document_id, ""),
                one.caption,
            ),
            *(document.size, document.sha256, document.version_id, one.added_by.full_name),
            f"{timezone.localtime(one.added_at):%d/%m/%Y %H:%M}",
            closed.get(one.document_id, ""),
        )
        writer.writerow([_harmless(str(cell)) for cell in row])
    return f"\ufeff{out.getvalue()}"


def _harmless(cell: str) -> str:
    """Keep a spreadsheet program from taking what somebody typed for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
