"""Files that commands write: whole or not at all, with how far it is on a terminal and a word when one is there."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.status import Status

Writer = Callable[[Path, Callable[[int], None]], object]
"""Writes a file, and tells how many rows it has."""


def write_files(files: Sequence[tuple[Path | None, Writer]], what: str) -> None:
    """Writes each file that is named, and says on standard error what is in it. Raises Failure."""
    from api.cli.console import err
    from api.cli.failing import Failure
    from api.exporting.parquet import ParquetMissing

    for path, write in files:
        if path is None:
            continue
        try:
            with err().status(f"writing {path}") as status:
                write(path, partial(_tell, status, path))
        except ParquetMissing as missing:
            raise Failure(str(missing)) from missing
        except OSError as error:
            raise Failure(f"{path} can't be written ({error.strerror}).") from error
        err().print(f"{path} is written: {what}.")


def write_parts(path: Path, parts: Iterable[bytes]) -> None:
    """Writes a file out of its parts. Raises OSError, and then leaves what was there as it was."""
    from api.exporting.whole import whole_file

    with whole_file(path) as beside, beside.open("wb") as file:
        file.writelines(parts)


def _tell(status: "Status", path: Path, rows: int) -> None:
    status.update(f"writing {path}: {rows:,} rows")
