"""Reading what a command is given: a file of JSON, or standard input."""

import json
import sys
from pathlib import Path
from typing import Any

from api.cli.failing import Failure

LARGEST_FILE = 64 * 2**20
"""Bytes."""


def read_json(file: str) -> Any:
    """The JSON value that a file holds (standard input for -). Raises Failure."""
    return _parsed(_read(file))


def _read(file: str) -> bytes:
    try:
        if file == "-":
            read = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with Path(file).open("rb") as stream:
                read = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise Failure(f"There is no file {file}. Name a file of JSON, or - for standard input.") from None
    except OSError as error:
        raise Failure(f"{file} can't be read ({error.strerror}).") from error
    if len(read) > LARGEST_FILE:
        raise Failure(f"{file} is larger than {LARGEST_FILE:,} bytes. Record it in several batches.")
    return read


def _parsed(read: bytes) -> Any:
    try:
        return json.loads(read.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Failure(f"The input is not JSON: it is not text in UTF-8 (byte {error.start + 1}).") from None
    except json.JSONDecodeError as error:
        raise Failure(f"The input is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except (RecursionError, ValueError) as error:
        raise Failure(f"The input is not JSON that can be taken ({error}).") from None
