"""The copy in which mutants are made says the same as the house."""

from tests.support.mutation import unrolled

ROLLED = """\
@rule("OM-ONE")
def one(day: int) -> int:
    return day


class Thing:
    @property
    def two(self) -> int:
        return 2

    @staticmethod
    def three() -> int:
        return 3
"""


def test_decorators_are_applied_below_their_functions() -> None:
    """Of rules and properties; another decorator stays where it is."""
    names: dict[str, object] = {}
    marked: list[str] = []

    def rule(rule_id: str) -> object:
        marked.append(rule_id)
        return lambda function: function

    source = unrolled(ROLLED)
    exec(source, {"rule": rule}, names)  # noqa: S102 - our own lines
    assert ("@rule" in source, "@property" in source, "@staticmethod" in source) == (False, False, True)
    assert marked == ["OM-ONE"]
    thing = names["Thing"]
    assert isinstance(thing, type)
    assert names["one"](7) == 7  # type: ignore[operator]  # it is a function
    assert (thing().two, thing.three()) == (2, 3)


def test_what_has_no_such_decorator_stays_as_it_is() -> None:
    """Line by line."""
    plain = "def four() -> int:\n    return 4\n"
    assert unrolled(plain) == plain
