"""What is kept: the difference between before and after."""

from datetime import date

import pytest

from policies.kept import Changes, Right, difference


def _right(name: str) -> Right:
    return Right("teaming", name, "acme", "active", date(2026, 1, 1), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("before", "after", "ended", "begun"),
    [
        ("", "", "", ""),
        ("ab", "ab", "", ""),
        ("", "ab", "", "ab"),
        ("ab", "", "ab", ""),
        ("ab", "abc", "", "c"),
        ("abc", "ab", "c", ""),
        ("abc", "axc", "b", "x"),
        ("abc", "acb", "", ""),
        ("abc", "xbc", "a", "x"),
        ("aab", "ab", "a", ""),
        ("ab", "aab", "", "a"),
        ("abb", "cbb", "a", "c"),
        ("abcb", "adb", "bc", "d"),
    ],
)
def test_what_ends_and_what_begins(before: str, after: str, ended: str, begun: str) -> None:
    """Each as often as it is there too often or too seldom; what stays is left alone, wherever it stands."""
    changes = difference([_right(name) for name in before], [_right(name) for name in after])
    assert changes == Changes(tuple(map(_right, ended)), tuple(map(_right, begun)))
