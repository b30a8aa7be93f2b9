"""The rules of the house that no other tool holds: what every file that is kept here must and must not have in it."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ledger", "policies", "projections", "api", "migrations")
LONGEST_FUNCTION = 70
CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}

# [x] stands for x: this file would otherwise be the first to break its own rule.
INDEX_HOSTS = re.compile(r"[p]ypi\.(org|python)|[p]ythonhosted\.|[n]pmjs\.")
INDEX_OPTIONS = re.compile(r"^\s*--(index-url|extra-index-url|find-links)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.*/-])/(?:home|root|Users|work|opt|mnt)/[\w.-]+|\b[A-Z]:\\\\?Users\b")


@cache
def tracked() -> tuple[Path, ...]:
    """Every text file that the repository keeps; where there is no repository, every file that could be one."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=False, capture_output=True, text=True)
    if listed.returncode == 0:
        found = [ROOT / each for each in listed.stdout.split("\0") if each]
    else:
        found = [path for room in (*ROOMS, "tests", "docs", "requirements") for path in (ROOT / room).rglob("*")]
        found += ROOT.glob("*.*")
    return tuple(path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:1024])


def name(path: Path) -> str:
    """The file's name within the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file that is kept."""
    return tuple(path for path in tracked() if path.suffix == ".py")


@cache
def parsed(path: Path) -> ast.Module:
    """The file as a syntax tree, read once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def matches(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern stands in the files that are kept: file, line and what was found."""
    return [
        f"{name(path)}:{number}: {found.group()}"
        for path in tracked()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if (found := pattern.search(line))
    ]


@pytest.mark.parametrize("pattern", [INDEX_HOSTS, INDEX_OPTIONS, MACHINE_PATHS], ids=["host", "option", "path"])
def test_nothing_tells_where_it_was_made(pattern: re.Pattern[str]) -> None:
    """No file names the host of a package index, an option that would, or a path on somebody's machine."""
    assert matches(pattern) == []


def test_the_lock_pins_every_package_by_hash() -> None:
    """Each requirement is an exact version followed by at least one SHA-256."""
    for path in (ROOT / "requirements").glob("*.txt"):
        requirements = re.split(r"\n(?! )", path.read_text().strip())
        loose = [
            each
            for each in requirements
            if not re.match(r"[\w.-]+==\S+.*(\s+--hash=sha256:[0-9a-f]{64})+", each, re.DOTALL)
        ]
        assert loose == [], path.name


def test_the_lock_is_of_this_pyproject() -> None:
    """Every dependency that pyproject.toml names is locked: `requirements/lock` was run after the last change."""

    def plain(requirement: str) -> str:
        return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement).group()).lower()  # type: ignore[union-attr]

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "build": project["dependency-groups"]["build"],
        "run": project["project"]["dependencies"],
        "dev": [each for group in project["dependency-groups"].values() for each in group],
    }
    for lock, requirements in wanted.items():
        locked = {plain(line) for line in (ROOT / f"requirements/{lock}.txt").read_text().splitlines() if "==" in line}
        assert {plain(each) for each in requirements} - locked == set(), f"{lock}.txt lacks them"


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """Every module begins with a sentence; an __init__.py may be empty."""
    tree = parsed(path)
    assert ast.get_docstring(tree) or (path.name == "__init__.py" and not tree.body)


@pytest.mark.parametrize("path", [each for each in modules() if each.name == "__init__.py"], ids=name)
def test_a_package_only_gathers_names(path: Path) -> None:
    """An __init__.py is empty, or re-exports names of its own package."""
    package = path.parent.relative_to(ROOT).as_posix().replace("/", ".")
    for statement in parsed(path).body:
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        reexport = isinstance(statement, ast.ImportFrom) and f"{statement.module}.".startswith(f"{package}.")
        listing = isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__"
        assert docstring or reexport or listing, ast.unparse(statement)


@pytest.mark.parametrize("path", modules(), ids=name)
def test_functions_stay_short(path: Path) -> None:
    """A function is under 70 lines, its docstring and decorators included."""
    long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", [each for each in modules() if ROOT / "policies" in each.parents], ids=name)
def test_rules_read_no_clock(path: Path) -> None:
    """The rules are given their dates: nothing in policies asks what day it is."""
    asked = [
        ast.unparse(node)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in CLOCKS
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ast.unparse(node.value).split(".")[-1] in {"date", "datetime"}
    ]
    assert asked == []


def test_imports_go_one_way() -> None:
    """import-linter's contracts in pyproject.toml hold."""
    linter = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
