"""The structure of the package in figures, for checkouts side by side: ``python -m benchmarks.structure OLD NEW``.

What is counted (``Structure``) is read from the syntax of every Python file below ``forecast/`` of a checkout; without
a folder, of this one. Complexity follows the rules of radon 6, so that nothing need be installed for it.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).resolve().parents[1]
LOOSE = ("dict[str, Any]", "Mapping[str, Any]")
RUN = 6
"""Equal lines in a row that make a duplicate."""
LONG = 60
"""Lines above which a function is long."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Block:
    """One function, also one within another: where it begins (``forecast/cash.py:12 name``), and its measures.

    ``lines`` runs from ``def`` to the end, ``body`` without signature and docstring; ``complexity`` is McCabe's;
    ``loose`` counts the parameters annotated with a mapping of anything (``LOOSE``).
    """

    place: str
    lines: int
    body: int
    complexity: int
    loose: int


@dataclass(frozen=True, slots=True)
class Structure:
    """All that is counted of one checkout.

    ``reads`` are the places with a constant string as key, by file: ``x["key"]`` read or written (``Literal["x"]``
    counts too) and ``x.get("key")``, but for files below a folder ``texts``; ``duplicates`` the pairs of places that
    share ``RUN`` equal lines or more in a row (imports, blank lines, comments and bare brackets left out).
    """

    files: int
    lines: int
    blocks: tuple[Block, ...]
    reads: Counter[str]
    duplicates: tuple[tuple[str, str], ...]

    @property
    def table(self) -> dict[str, int]:
        """The figures, each with its name, in the order in which they are shown."""
        bodies = [block.body for block in self.blocks]
        return {
            "parameters of dict[str, Any] or Mapping[str, Any]": sum(block.loose for block in self.blocks),
            "reads by string key outside texts": self.reads.total(),
            "files": self.files,
            "lines": self.lines,
            "functions": len(self.blocks),
            "lines of a function's body, median": round(float(np.median(bodies))),
            "lines of a function's body, 90th percentile": round(float(np.quantile(bodies, 0.9))),
            "maximum complexity": max(block.complexity for block in self.blocks),
            f"functions above {LONG} lines": sum(block.lines > LONG for block in self.blocks),
            f"duplicates of {RUN} lines or more": len(self.duplicates),
        }


def measure(checkout: Path) -> Structure:
    """The structure of the package in a checkout's folder."""
    paths = sorted(checkout.glob("forecast/**/*.py"))
    texts = {path.relative_to(checkout).as_posix(): path.read_text("utf-8") for path in paths}
    if not texts:
        raise SystemExit(f"{checkout} holds no folder forecast with Python files; name the folder of a checkout")
    trees = {name: ast.parse(text) for name, text in texts.items()}
    nodes = [(name, node) for name, tree in trees.items() for node in ast.walk(tree)]
    return Structure(
        files=len(texts),
        lines=sum(text.count("\n") for text in texts.values()),
        blocks=tuple(_block(name, node) for name, node in nodes if isinstance(node, Function)),
        reads=Counter(name for name, node in nodes if "/texts/" not in name and _reads_by_key(node)),
        duplicates=tuple(_duplicates({name: list(_code(text, trees[name])) for name, text in texts.items()})),
    )


def _block(name: str, node: Function) -> Block:
    told = node.args
    parameters = [*told.posonlyargs, *told.args, *told.kwonlyargs, *(one for one in (told.vararg, told.kwarg) if one)]
    annotations = [ast.unparse(one.annotation) for one in parameters if one.annotation]
    body = node.body[ast.get_docstring(node, clean=False) is not None :]
    end = node.end_lineno or node.lineno
    return Block(
        f"{name}:{node.lineno} {node.name}",
        lines=end - node.lineno + 1,
        body=end - body[0].lineno + 1 if body else 0,
        complexity=1 + sum(map(_branches, node.body)),
        loose=sum(any(loose in text for loose in LOOSE) for text in annotations),
    )


def _branches(node: ast.AST) -> int:
    """Decisions below a node, but not those of functions and classes within it."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return 0
        case ast.Assert():
            return 1
        case ast.If() | ast.IfExp():
            own = 1
        case ast.For() | ast.AsyncFor() | ast.While():
            own = 1 + bool(node.orelse)
        case ast.Try():
            own = len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            own = len(node.values) - 1
        case ast.comprehension():
            own = 1 + len(node.ifs)
        case ast.Match():
            own = len(node.cases) - any(
                isinstance(one.pattern, ast.MatchAs) and not one.pattern.pattern for one in node.cases
            )
        case _:
            own = 0
    return own + sum(map(_branches, ast.iter_child_nodes(node)))


def _reads_by_key(node: ast.AST) -> bool:
    match node:
        case (
            ast.Subscript(slice=ast.Constant(value=str()))
            | ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str()), *_])
        ):
            return True
    return False


def _code(text: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The lines that count as code, numbered: no imports, docstrings, comments, blank lines or bare brackets."""
    left_out = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if number not in left_out and any(letter.isalnum() for letter in plain) and not plain.startswith("#"):
            yield number, plain


def _duplicates(code: dict[str, list[tuple[int, str]]]) -> Iterator[tuple[str, str]]:
    """Each pair of places at which a shared run of ``RUN`` lines or more begins, within one file or across two."""
    windows: defaultdict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for name, lines in code.items():
        for start in range(len(lines) - RUN + 1):
            windows[tuple(line for _, line in lines[start : start + RUN])].append((name, start))
    for places in windows.values():
        for index, (name, start) in enumerate(places):
            for other, there in places[index + 1 :]:
                if not (start and there and code[name][start - 1][1] == code[other][there - 1][1]):
                    yield f"{name}:{code[name][start][0]}", f"{other}:{code[other][there][0]}"


def _worst(found: Structure, count: int) -> None:
    for measured in ("complexity", "lines", "loose"):
        blocks = sorted(found.blocks, key=lambda block: -getattr(block, measured))[:count]
        print(f"\n{measured}:", *(f"{getattr(block, measured):6} {block.place}" for block in blocks), sep="\n")
    print("\nreads:", *(f"{places:6} {name}" for name, places in found.reads.most_common(count)), sep="\n")
    print("\nduplicates:", *(f"{one} = {other}" for one, other in found.duplicates[:count]), sep="\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, a column a checkout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="checkouts, this one by itself")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also the last checkout's N worst places")
    asked = parser.parse_args(arguments)
    folders = asked.folders or [HERE]
    found = [measure(folder) for folder in folders]
    print(" " * 51 + "".join(f"{folder.resolve().name:>12}" for folder in folders))
    for name in found[0].table:
        print(f"{name:51}" + "".join(f"{one.table[name]:12,}" for one in found))
    if asked.worst:
        _worst(found[-1], asked.worst)


if __name__ == "__main__":
    main()
