"""Whole files: a file stands under its name once all of it is written; before, and if that fails, nothing new does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write what `path` will be: beside it, moved there at the end of the block, or removed.

    Raises OSError where nothing can be written.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    part.touch(exist_ok=False)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
