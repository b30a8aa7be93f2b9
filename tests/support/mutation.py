"""Mutation testing of the rules: a copy in which mutmut sees every function, and a sample of its mutants.

mutmut passes over decorated functions, and nearly every rule function is marked with `@rule`. In the copy a decorator
is applied below its function instead, which comes to the same. Run by hand; see docs/explanation/mutation-testing.md.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path
from random import Random

HOUSE = Path(__file__).parents[2]
UNROLLED = frozenset({"rule", "property", "cache"})
SHARE = 0.15
AT_LEAST = 25


def unrolled(source: str) -> str:
    """A module's source with the decorators of its rule functions, properties and caches applied below them."""
    lines = source.splitlines(keepends=True)
    found = [
        (node, node.decorator_list[0])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and len(node.decorator_list) == 1
    ]
    for node, decorator in sorted(found, key=lambda pair: pair[0].lineno, reverse=True):
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(name, ast.Name) and name.id in UNROLLED:
            applied = f"{node.name} = {ast.get_source_segment(source, decorator)}({node.name})"
            lines.insert(node.end_lineno or node.lineno, f"\n{' ' * node.col_offset}{applied}\n\n")
            del lines[decorator.lineno - 1 : decorator.end_lineno]
    return "".join(lines)


def copy(folder: Path) -> None:
    """The house, as git knows it, in a new folder, with its rules unrolled."""
    folder.mkdir(parents=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((HOUSE / name).read_bytes())
    for path in (folder / "policies").glob("*.py"):
        path.write_text(unrolled(path.read_text(encoding="utf-8")), encoding="utf-8")


def sample(folder: Path, seed: str) -> list[str]:
    """The names of some mutants of each module that mutmut has made in a copy: a share of them, and not too few."""
    names = []
    for path in sorted((folder / "mutants" / "policies").glob("*.meta")):
        mutants = sorted(json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"])
        many = min(len(mutants), max(AT_LEAST, round(len(mutants) * SHARE)))
        names += Random(f"{seed} {path.name}").sample(mutants, many)  # noqa: S311 - the same sample for the same seed
    return names


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["copy", folder]:
            copy(Path(folder))
        case ["sample", folder, seed]:
            sys.stdout.write("\n".join(sample(Path(folder), seed)) + "\n")
        case _:
            sys.exit("python -m tests.support.mutation copy FOLDER | sample FOLDER SEED")
