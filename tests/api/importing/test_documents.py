"""The pages about mappings: they tell every key, and what they show is TOML."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from api.importing import mapping
from tests.api.importing.exports import ROOT

REFERENCE = ROOT / "docs" / "reference" / "mapping.md"
PAGES = [REFERENCE, ROOT / "docs" / "how-to" / "import-a-crm-export.md"]
PARTS = [
    mapping.ExportMapping,
    mapping.Lookup,
    mapping.FileRecipe,
    mapping.Value,
    mapping.Condition,
    mapping.EventRecipe,
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_described(part: type[BaseModel]) -> None:
    """By the name that a mapping file uses."""
    page = REFERENCE.read_text(encoding="utf-8")
    keys = [field.alias or name for name, field in part.model_fields.items()]
    assert [key for key in keys if not re.search(rf"`\[*(files\.)?{key}[\].` ]", page)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_the_pages_show_is_toml(page: Path) -> None:
    """Each part by itself."""
    for shown in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        tomllib.loads(shown)
