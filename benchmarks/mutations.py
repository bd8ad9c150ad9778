"""Small wrong edits of a Python source, one at a time: what a careless change would look like (see ``mutants``).

Each edit keeps the text around it, so that it can be shown as two lines. Places where an edit would change nothing that
a user sees are left out: docstrings, type hints, ``__all__``, decorators, what an error says, imports for types only,
tolerances below ``TOLERANCE``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TOLERANCE = 1e-5
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "//": "/", "**": "*", "%": "//"}
COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "is": "is not", "is not": "is"}
COMPARISONS |= {"in": "not in", "not in": "in"}
PAIRS = (("min", "max"), ("minimum", "maximum"), ("any", "all"), ("floor", "ceil"), ("cumsum", "cumprod"))
NAMES = dict(PAIRS) | {other: one for one, other in PAIRS}
KEYWORDS = {
    "axis": {"0": "1", "1": "0", "-1": "0"},
    "ddof": {"0": "1", "1": "0"},
    "side": {'"left"': '"right"', '"right"': '"left"'},
}
SWAPPED_WHOLE = {("value", name) for name in KEYWORDS}
EMPTY = {"float": "0.0", "int": "0", "bool": "not ({})", "Floats": "({}) * 0", "Ints": "({}) * 0", "Bools": "~({})"}
WITHOUT_MEANING = {"strict", "dtype", "encoding", "stacklevel", "kw_only", "frozen", "slots", "message"}
SQL = re.compile(r"\b(SELECT|WHERE|CASE WHEN|IS NULL|IS NOT NULL|AND|CAST)\b")
SQL_WORDS = {" AND ": " OR ", " OR ": " AND ", "IS NOT NULL": "IS NULL", "IS NULL": "IS NOT NULL", " min(": " max("}
SQL_WORDS |= {" < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " max(": " min("}
OPERATOR = re.compile(r"\*\*|//|[-+*/%]|<=|>=|==|!=|<|>|\bis\s+not\b|\bis\b|\bnot\s+in\b|\bin\b|\band\b|\bor\b")


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One edit: bytes ``start`` to ``end`` of a file give way to ``after``; ``line`` counts from 1."""

    file: str
    start: int
    end: int
    after: str
    kind: str
    line: int

    def applied(self, source: bytes) -> bytes:
        """The source with the edit made."""
        return source[: self.start] + self.after.encode() + source[self.end :]

    def shown(self, source: bytes) -> str:
        """What the edit does: ``before -> after``, the lines around it in full where they are short."""
        first = source.rfind(b"\n", 0, self.start) + 1
        last = source.find(b"\n", self.end)
        old = source[first : last if last >= 0 else len(source)]
        new = source[first : self.start] + self.after.encode() + source[self.end : first + len(old)]
        return " -> ".join(" ".join(text.decode().split()) for text in (old, new))


def mutants(file: str, source: bytes) -> list[Mutant]:
    """Every edit of a source that still compiles, in the order of the text."""
    found = sorted(set(_Edits(file, source).below(ast.parse(source))))
    return [one for one in found if _compiles(one.applied(source))]


def _compiles(source: bytes) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


class _Edits:
    """Walks the syntax of one source and yields its edits."""

    def __init__(self, file: str, source: bytes) -> None:
        self._file = file
        self._source = source
        self._lines = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]

    def below(self, node: ast.AST) -> Iterator[Mutant]:
        """The edits of a node, by its type's own rule, and of all below it, but for the parts without meaning."""
        yield from getattr(self, f"_{type(node).__name__.lower()}", _nothing)(node)
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list"} or (name, getattr(node, "arg", "")) in SWAPPED_WHOLE:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _without_meaning(child):
                    yield from self.below(child)

    def _binop(self, node: ast.BinOp) -> Iterator[Mutant]:
        if _is_text(node.left) or _is_text(node.right):
            return
        yield from self._between(node.left, node.right, "arithmetic", ARITHMETIC)
        if isinstance(node.op, ast.Add | ast.Sub):
            yield self._edit(*self._span(node), f"({self._text(node.left)})", "term")

    def _augassign(self, node: ast.AugAssign) -> Iterator[Mutant]:
        yield from self._between(node.target, node.value, "arithmetic", ARITHMETIC)

    def _compare(self, node: ast.Compare) -> Iterator[Mutant]:
        for left, right in pairwise([node.left, *node.comparators]):
            kind = "boundary" if isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE) else "comparison"
            yield from self._between(left, right, kind, COMPARISONS)

    def _boolop(self, node: ast.BoolOp) -> Iterator[Mutant]:
        for left, right in pairwise(node.values):
            yield from self._between(left, right, "boolean", {"and": "or", "or": "and"})

    def _unaryop(self, node: ast.UnaryOp) -> Iterator[Mutant]:
        kind = "arithmetic" if isinstance(node.op, ast.USub) else "boolean"
        yield self._edit(*self._span(node), f"({self._text(node.operand)})", kind)

    def _if(self, node: ast.If | ast.While | ast.IfExp) -> Iterator[Mutant]:
        yield self._edit(*self._span(node.test), f"not ({self._text(node.test)})", "condition")

    _while = _ifexp = _if

    def _keyword(self, node: ast.keyword) -> Iterator[Mutant]:
        after = KEYWORDS.get(node.arg or "", {}).get(self._text(node.value))
        if after:
            yield self._edit(*self._span(node.value), after, "keyword")

    def _between(self, left: ast.AST, right: ast.AST, kind: str, swaps: dict[str, str]) -> Iterator[Mutant]:
        """The operator in the text between two operands, swapped."""
        start, end = self._span(left)[1], self._span(right)[0]
        gap = re.sub(rb"#[^\n]*", lambda found: b" " * len(found[0]), self._source[start:end]).decode()
        for found in OPERATOR.finditer(gap):
            after = swaps.get(" ".join(found[0].split()))
            if after:
                yield self._edit(start + found.start(), start + found.end(), after, kind)

    def _constant(self, node: ast.Constant) -> Iterator[Mutant]:
        value = node.value
        if isinstance(value, bool):
            yield self._edit(*self._span(node), str(not value), "constant")
        elif isinstance(value, int):
            yield self._edit(*self._span(node), str(value + 1), "constant")
        elif isinstance(value, float) and (value == 0.0 or abs(value) >= TOLERANCE):
            after = 1.0 if value == 0.0 else value * (0.9 if abs(value) < 1.0 else 1.1)
            yield self._edit(*self._span(node), repr(round(after, 12)), "constant")
        elif isinstance(value, str) and SQL.search(value):
            yield from self._joinedstr(node)

    def _name(self, node: ast.Name | ast.Attribute) -> Iterator[Mutant]:
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in NAMES and isinstance(node.ctx, ast.Load):
            end = self._span(node)[1]
            yield self._edit(end - len(name), end, NAMES[name], "min/max")

    _attribute = _name

    def _functiondef(self, node: ast.FunctionDef) -> Iterator[Mutant]:
        empty = EMPTY.get(ast.unparse(node.returns) if node.returns else "")
        for one in ast.walk(node) if empty else ():
            if isinstance(one, ast.Return) and one.value and not isinstance(one.value, ast.Constant):
                yield self._edit(*self._span(one.value), str(empty).format(self._text(one.value)), "return")

    def _joinedstr(self, node: ast.Constant | ast.JoinedStr) -> Iterator[Mutant]:
        start, _ = self._span(node)
        text = self._text(node)
        for word, after in SQL_WORDS.items():
            for found in re.finditer(re.escape(word), text):
                first = start + len(text[: found.start()].encode())
                yield self._edit(first, first + len(word.encode()), after, "sql")

    def _edit(self, start: int, end: int, after: str, kind: str) -> Mutant:
        return Mutant(self._file, start, end, after, kind, self._source.count(b"\n", 0, start) + 1)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends, in bytes."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]  # every node that is asked has a place
        end_line, end_column = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]  # the same
        return self._lines[line - 1] + column, self._lines[end_line - 1] + end_column

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()


def _nothing(_: ast.AST) -> tuple[Mutant, ...]:
    return ()


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _without_meaning(node: ast.AST) -> bool:
    """Whether no figure that a user sees hangs on a node."""
    match node:
        case ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.FormattedValue() | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.keyword(arg=name):
            return name in WITHOUT_MEANING
        case ast.Call(func=ast.Name(id=str(name))):
            return name.endswith(("Error", "TypeVar")) or name == "cast"
        case _:
            return False
