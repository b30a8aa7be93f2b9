"""Mapping files: what is wrong in one is told with the file, the key and the reason, before anything is recorded."""

from pathlib import Path

import pytest

from api.importing.crm import CrmImport
from api.importing.problems import ExportError, MappingError
from tests.api.importing.exports import DEALS, EXAMPLES, SMALL, mapping_of, write_csv, write_deals

DEAL = ("d-1", "Acme", "Lumen One", "Won", "2026-02-01")

WRONG: dict[str, tuple[str, str, str]] = {
    "not TOML": ("format = 1", "format = = 1", "is not TOML: Invalid value"),
    "another format": ("format = 1", "format = 2", "format: input should be 1"),
    "no name": ('name = "deals"\n', "", "name: is missing"),
    "a name that is no identifier": ('name = "deals"', 'name = "my deals"', "name: must be 1 to 128 characters"),
    "an unknown key": ('key = "id"', 'key = "id"\nfoo = 1', "files[deals.csv].foo: is no key that a mapping has"),
    "an unknown encoding": ("format = 1", 'format = 1\nencoding = "latin-99"', "encoding: there is no encoding"),
    "a setting of another type": ('currency = "USD"', "currency = 1.5", "settings.currency: must be a whole number or"),
    "a setting under a taken name": (
        'currency = "USD"',
        'currency = "USD"\nfile = "x"',
        "settings.file: {@file} means",
    ),
    "an unknown type": ('"opportunity_opened"', '"deal_opened"', "type: there is no event of type 'deal_opened'"),
    "a type of the scheduler's": ('"opportunity_opened"', '"rights_lapsed"', "recorded by the ledger's own scheduler"),
    "an unknown field": ("contract_id =", "contract =", "data.contract: business_awarded has no such field; it has:"),
    "a missing field": (
        'contract_id = "contract-{deal}"\n',
        "",
        "events[3: business_awarded].data.contract_id: is missing",
    ),
    "an unknown lookup": (
        'in = "products"',
        'in = "goods"',
        "values.product.in: there is no [lookups.goods]; defined are:",
    ),
    "unknown variants": (
        'variants = "products"',
        'variants = "x"',
        "values.product.variants: there is no [variants.x]",
    ),
    "half a lookup": (', take = "price"', "", "values.price: lookup and take come together"),
    "an unknown setting": ("{@currency}", "{@money}", "data.currency: there is no 'money' in [settings]"),
    "days that no setting says": (
        '"expected_award_after_days"',
        '"x"',
        "values.due.plus_days: there is no whole number",
    ),
    "days of a text": (
        'as = "code"',
        'as = "code", plus_days = 3',
        'values.deal: plus_days, plus_months and date_format need as = "date"',
    ),
    "months that no setting says": (
        'plus_days = "expected_award_after_days"',
        'plus_months = "x"',
        "values.due.plus_months: there is no whole number",
    ),
    "periods of no length": (
        'when = { from = "stage", is = "Won" }',
        'repeat = { from = "due", every_months = 0, until = "2027-01-01" }',
        "events[3: business_awarded].repeat.every_months: must be 1 to",
    ),
    "periods without an end": (
        'when = { from = "stage", is = "Won" }',
        'repeat = { from = "due", every_months = 12, until = "some day" }',
        "events[3: business_awarded].repeat.until: must be a date",
    ),
    "periods from a column that isn't there": (
        'when = { from = "stage", is = "Won" }',
        'repeat = { from = "won_on", every_months = 12, until = "2027-01-01" }',
        "deals.csv has no column 'won_on'",
    ),
    "a period of an event that has none": (
        "contract-{deal}",
        "contract-{@period_from}",
        "contract_id: there is no 'period_from' in [settings]",
    ),
    "a brace alone": ("contract-{deal}", "contract-{deal", "contract_id: has a '{' that stands alone"),
    "an amount in TOML": ('amount = "{price}"', "amount = 12.5", "lines[1].amount: must be a text, a whole number"),
    "no date": ('effective_on = "{on}"', "", "events[2: opportunity_opened].effective_on: is missing"),
    "no account": ('account_id = "{account_id}"', "", "events[1: account_opened].account_id: is missing"),
    "a condition that asks nothing": (', is = "Won"', "", "when[1]: says exactly one of is, is_not and filled"),
    "rows passed over by nothing": (
        'key = "id"\n',
        'key = "id"\nwhen = { from = "stage" }\n',
        "files[deals.csv].when[1]: says exactly one of is, is_not and filled",
    ),
    "rows passed over by a column that isn't there": (
        'key = "id"\n',
        'key = "id"\nwhen = { from = "step", is = "Won" }\n',
        "files[deals.csv].when: deals.csv has no column 'step'",
    ),
    "a value that is defined below": (
        'from = "product", lookup',
        'from = "due", lookup',
        "the value 'due' is defined below",
    ),
    "a column that isn't there": (
        'from = "date", as = "date" }',
        'from = "day", as = "date" }',
        "deals.csv has no column 'day'",
    ),
    "a name that isn't there": (
        '"{product} for',
        '"{goods} for',
        "deals.csv has no column 'goods'; it has: id, account",
    ),
    "a key that isn't there": ('key = "id"', 'key = "ident"', "files[deals.csv].key: deals.csv has no column 'ident'"),
    "a lookup's column that isn't there": ('take = "price"', 'take = "cost"', "products.csv has no column 'cost'"),
    "two ways to put in order": (
        'order_by = "on"',
        'order_by = "on"\nparent = "account"',
        "gives both order_by and parent",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_in_a_mapping_is_told_with_its_place(case: str, tmp_path: Path) -> None:
    """The file, the key, and what to mend."""
    right, wrong, told = WRONG[case]
    assert right in DEALS
    mapping, folder = write_deals(tmp_path, DEAL, mapping=DEALS.replace(right, wrong, 1))
    with pytest.raises(MappingError) as error:
        CrmImport(mapping, folder)
    assert told in str(error.value)
    assert all(line.startswith(f"{mapping}: ") for line in str(error.value).splitlines())


def test_every_wrong_place_is_told_at_once(tmp_path: Path) -> None:
    """Nobody has to mend a mapping one error at a time."""
    wrong = DEALS.replace('in = "products"', 'in = "goods"').replace("{@currency}", "{@money}")
    with pytest.raises(MappingError) as error:
        CrmImport(*write_deals(tmp_path, DEAL, mapping=wrong))
    assert len(error.value.problems) == 2


def test_a_mapping_that_isnt_there_is_told_with_one_to_begin_with(tmp_path: Path) -> None:
    """A first import begins with a mapping of somebody else's."""
    with pytest.raises(MappingError, match=r"examples/maven-crm\.toml"):
        CrmImport(tmp_path / "none.toml", tmp_path)


def test_a_mapping_that_is_a_folder_or_not_text_is_told(tmp_path: Path) -> None:
    """Whatever the path leads to."""
    with pytest.raises(MappingError, match="can't be read"):
        CrmImport(tmp_path, tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MappingError, match="is not text in UTF-8"):
        CrmImport(tmp_path / "bytes.toml", tmp_path)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda file: file.unlink(), "there is no such file in the export"),
        (lambda file: file.write_text(""), "is empty"),
        (lambda file: file.write_text("id,id\n"), "names the column 'id' twice"),
        (lambda file: file.write_text('id,"a"b\n'), "is not a header in CSV"),
    ],
    ids=["missing", "empty", "twice", "not CSV"],
)
def test_a_file_that_cant_be_read_is_told(spoil: object, told: str, tmp_path: Path) -> None:
    """With its path, before anything is recorded."""
    mapping, folder = write_deals(tmp_path, DEAL)
    spoil(folder / "deals.csv")  # type: ignore[operator]  # one of the functions above
    with pytest.raises(ExportError, match=told):
        CrmImport(mapping, folder)


def test_a_file_in_another_encoding_than_the_mapping_says_is_told(tmp_path: Path) -> None:
    """An encoding that can't be guessed around."""
    mapping, folder = write_deals(
        tmp_path, DEAL, mapping=DEALS.replace("format = 1", 'format = 1\nencoding = "utf-16"')
    )
    write_csv(folder / "deals.csv", [("id",)])
    with pytest.raises(ExportError, match="is not text in utf-16"):
        CrmImport(mapping, folder)


def test_the_examples_differ_in_names_only() -> None:
    """What is said of one shape of export is said the same way."""
    maven, small = mapping_of(EXAMPLES / "maven-crm.toml"), mapping_of(SMALL / "mapping.toml")
    different = {key for key in maven if maven[key] != small[key]}
    assert different == {"name", "settings", "variants"}
