"""Exports: the same answers as files, by `format`, whole, with the position they were read at."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.responses import Response, StreamingResponse

from api.exporting.statements import ParquetMissing, csv_rows, write_parquet, write_xlsx
from api.http.problem_kinds import MALFORMED
from api.http.problems import Problem
from api.http.questions import Asked
from projections.statements import Statement

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET = "application/vnd.apache.parquet"
CHUNK = 64 * 1024

StatementFormat = Annotated[
    Literal["json", "csv", "xlsx", "parquet"],
    Field(description="json: a page. Otherwise a file with the whole statement.", examples=["csv"]),
]
StreamFormat = Annotated[
    Literal["json", "csv"], Field(description="json: a page. csv: a file with all streams.", examples=["csv"])
]

_BINARY: dict[str, Any] = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_HEADERS: dict[str, Any] = {
    "Ledger-Position": {
        "description": "Of a file: the position it was read at.",
        "schema": {"type": "integer"},
    },
    "Content-Disposition": {"description": "Of a file: its name.", "schema": {"type": "string"}},
}


def documented(model: str, example: str, *binary: str) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of an answer that is also had as CSV, and of the formats that only programs read."""
    content = {CSV: {"schema": {"type": "string"}, "examples": {model: {"value": example}}}}
    files = {one: {**_BINARY, "examples": {model: {"summary": "A file", "value": "PK…"}}} for one in binary}
    return {200: {"content": {**content, **files}, "headers": _HEADERS}}


def check_whole(asked: Asked) -> None:
    """A file is the whole answer: it has no pages. Raises Problem where a page is asked for."""
    paged = sorted(asked.model_fields_set & {"limit", "after"})
    if paged:
        detail = "belongs to pages of JSON: a file holds the whole answer, leave it out"
        raise Problem(MALFORMED, f"{paged[0]} {detail}.", [{"parameter": one, "detail": detail} for one in paged])


def send_statement(statement: Statement, format_: str) -> Response:
    """The whole statement as a file. Raises Problem where the ledger cannot write the format."""
    instant = datetime.now(UTC)
    whose = [name for name in (statement.party_id, statement.account_id) if name is not None]
    name = file_name("statement", str(statement.since), str(statement.until), *whose, ending=format_)
    if format_ == "csv":
        return send_csv(csv_rows(statement, instant), name, statement.position)
    write = write_xlsx if format_ == "xlsx" else write_parquet
    try:
        chunks = written(lambda path: write(statement, path, instant))
    except ParquetMissing as error:
        raise Problem(MALFORMED, f"{error}.", [{"parameter": "format", "detail": str(error)}]) from None
    return StreamingResponse(
        chunks, media_type=XLSX if format_ == "xlsx" else PARQUET, headers=_headers(name, statement.position)
    )


def send_csv(records: Iterable[bytes], name: str, position: int) -> Response:
    """CSV, sent while it is read; the first records are read before anything is sent."""
    return StreamingResponse(in_chunks(records), media_type=CSV, headers=_headers(name, position))


def in_chunks(records: Iterable[bytes]) -> Iterator[bytes]:
    """The records joined to pieces that are worth sending."""
    chunk = bytearray()
    for record in records:
        chunk += record
        if len(chunk) >= CHUNK:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)


def written(write: Callable[[Path], None]) -> Iterator[bytes]:
    """The bytes of a file that a function writes now, at a place of its own.

    Nothing of it has a name any more when this returns, so that nothing is left behind however the sending ends.
    """
    with tempfile.TemporaryDirectory(prefix="ledger-export-") as place:
        path = Path(place) / "export"
        write(path)
        handle = path.open("rb")

    def chunks() -> Iterator[bytes]:
        with handle:
            while chunk := handle.read(CHUNK):
                yield chunk

    return chunks()


def file_name(*parts: str, ending: str) -> str:
    """A file name of letters, digits, dots and dashes only: nothing that a header or a file system reads otherwise."""
    return "-".join(re.sub(r"[^A-Za-z0-9._]+", "-", part).strip("-.") for part in parts) + f".{ending}"


def _headers(name: str, position: int) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Ledger-Position": str(position)}
