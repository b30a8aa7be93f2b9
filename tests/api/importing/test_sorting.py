"""Putting rows in order by way of the disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.importing.sorting import Keyed, in_order

rows = st.lists(
    st.tuples(st.sampled_from(["", "2026-01-01", "2026-01-02", "é\n"]), st.binary(max_size=12)), max_size=60
)


@given(rows, st.integers(1, 40))
def test_rows_come_in_order_of_text_then_line(drawn: list[tuple[str, bytes]], run_bytes: int) -> None:
    """However many runs go to the disk."""
    keyed = [Keyed(text, line, payload) for line, (text, payload) in enumerate(drawn)]
    expected = [row.payload for row in sorted(keyed, key=lambda row: (row.text, row.line))]
    assert list(in_order(reversed(keyed), run_bytes)) == expected


def test_a_failure_leaves_no_files_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary folder goes with the walk that made it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def failing() -> Iterator[Keyed]:
        yield Keyed("a", 1, b"x" * 100)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        list(in_order(failing(), 10))
    assert list(tmp_path.iterdir()) == []
