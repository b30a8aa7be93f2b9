"""Templates: texts with names in braces."""

import pytest

from api.importing.templates import Name, parts


def test_texts_and_names() -> None:
    """A name is found wherever it stands; a doubled brace is text."""
    assert parts("{product} for {account}{{x}}") == [Name("product"), " for ", Name("account"), "{x}"]
    assert parts("") == []
    assert parts("{ product }") == [Name("product")]


@pytest.mark.parametrize("template", ["{", "a } b", "{a", "{}", "{ }", "{a{b}}"])
def test_a_brace_that_means_nothing_is_refused(template: str) -> None:
    """Alone, or with nothing between two."""
    with pytest.raises(ValueError, match=r"stands alone|no name"):
        parts(template)
