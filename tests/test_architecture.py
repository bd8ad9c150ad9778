"""The house holds its order: the tree of ``forecast/README.md`` is the disk, and a file imports only from above it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from benchmarks.mutant_tests import imported_by_tests
from benchmarks.structure import LONG, Structure, measure

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "forecast"
TREE_LINE = re.compile(r"(?P<indent> *)(?P<name>[\w.]+/?)(?: {2,}(?P<meaning>.+))?")
LONGEST_FILE = 400
MOST_COMPLEX = 12
LOOSE_PARAMETERS = 10
READS_BY_KEY = 150
TESTED_BY_A_NEIGHBOUR = {
    "watch/consequences.py": "test_commands_monitor.py",
    "watch/kept.py": "test_watch_following.py",
    "commands/monitor_options.py": "test_commands_monitor.py",
    "commands/report_text.py": "test_commands_report.py",
    "arrays.py": "test_cash.py",  # names for types: the type checker holds them
    "financing/kinds/accounts.py": "test_financing_kinds_lines.py",
    "ledger/signs.py": "test_input_notes.py",
    "commands/monitor_text.py": "test_commands_monitor.py",
    "commands/studies.py": "test_cli.py",  # two commands, whose texts have tests of their own
    "notes.py": "test_texts.py",
    "plan/ledger_source.py": "test_plan_ledger_files.py",
    "plausibility/amounts.py": "test_input_notes.py",
    "plausibility/cash.py": "test_input_notes.py",
    "plausibility/changes.py": "test_input_notes.py",
    "plausibility/costs.py": "test_input_notes.py",
    "plausibility/counted.py": "test_input_notes.py",
    "plausibility/channels.py": "test_input_notes.py",
    "plausibility/completeness.py": "test_input_notes.py",
    "plausibility/events.py": "test_input_notes.py",
    "plausibility/facilities.py": "test_input_notes.py",
    "plausibility/flow_lines.py": "test_input_notes.py",
    "plausibility/ledger.py": "test_input_notes.py",
    "plausibility/reach.py": "test_input_notes.py",
    "plausibility/rows.py": "test_input_notes.py",
    "plausibility/silences.py": "test_input_notes.py",
    "plausibility/waiting.py": "test_input_notes.py",
    "commands/edited_inputs.py": "test_outputs_workbook_returned.py",
    "plan/edits.py": "test_edited.py",
    "outputs/workbook/opened.py": "test_outputs_workbook_returned.py",
    "outputs/workbook/live/carried.py": "test_outputs_workbook_returned.py",
    "outputs/workbook/live/days.py": "test_outputs_workbook_live_model.py",
    "outputs/workbook/live/inputs.py": "test_outputs_workbook_live_model.py",
    "outputs/workbook/live/kernels.py": "test_outputs_workbook_live_model.py",
    "outputs/workbook/live/receipts.py": "test_outputs_workbook_live_model.py",
    "outputs/workbook/live/rows.py": "test_outputs_workbook_live_model.py",
    "results/monitor.py": "test_watch_told.py",
    "plan/text_rows.py": "test_plan_flows.py",
    "plan/accounts.py": "test_plan_model.py",
    "plan/slips.py": "test_plan_syntax.py",  # one slip a line, told with its place
}
"""Modules of which a test of their own would say nothing: the test file of a module that uses them tests them too."""


@cache
def syntax(name: str) -> ast.Module:
    """A file of the package, parsed once."""
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


@cache
def tree() -> dict[str, str]:
    """The files of the tree in its order, each with what the tree says about it: ``plan/model.py`` -> ``…``."""
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```text\nforecast/\n(.*?)```", text, re.DOTALL)
    assert block, "forecast/README.md has no block ```text that begins with forecast/"
    folders: list[str] = []
    files: dict[str, str] = {}
    for line in block[1].splitlines():
        found = TREE_LINE.fullmatch(line)
        assert found, f"not a line of the tree: {line!r}"
        folders = folders[: len(found["indent"]) // 2 - 1]
        if found["name"].endswith("/"):
            folders.append(found["name"])
        else:
            files["".join(folders) + found["name"]] = found["meaning"] or ""
    return files


def on_disk() -> list[str]:
    """Every Python file of the package but the ``__init__.py`` of packages within, which the tree leaves out."""
    files = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")]
    return sorted(name for name in files if name == "__init__.py" or not name.endswith("/__init__.py"))


@cache
def imports(name: str) -> set[str]:
    """The files of the package that a file imports, wherever the import stands (inside a function, for types only)."""
    found: set[str] = set()
    for node in ast.walk(syntax(name)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        for module in modules:
            if module.split(".")[0] == "forecast":
                path = "/".join(module.split(".")[1:])
                found |= {f"{path}.py"} if (PACKAGE / f"{path}.py").is_file() else set()
    return found - {name}


MODULES = on_disk()


def test_the_tree_is_the_disk() -> None:
    listed = [name for name in tree() if name.endswith(".py")]
    assert sorted(listed) == MODULES, "bring the tree of forecast/README.md and the files together"


def test_every_line_of_the_tree_says_what_the_file_is_for() -> None:
    assert [name for name, meaning in tree().items() if not meaning] == []


def test_a_file_imports_only_from_files_above_it() -> None:
    place = {name: number for number, name in enumerate(tree())}
    below = [f"{name}: {other}" for name in MODULES for other in imports(name) if place[other] > place[name]]
    assert not below, "these import from below them"


def test_imports_are_absolute() -> None:
    relative = [
        name for name in MODULES for node in ast.walk(syntax(name)) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_only_fitting_and_the_pipeline_compose_the_steps() -> None:
    """Ledger, estimation and engine meet in one file, and in one what comes of that, simulation and financing."""
    fitting = {"ledger/reading.py", "receivables/estimation.py", "simulation/engine.py"}
    pipeline = {"fitting.py", "simulated.py", "financing/comparison.py"}
    assert [name for name in MODULES if imports(name) >= fitting] == ["fitting.py"]
    assert [name for name in MODULES if imports(name) >= pipeline] == ["pipeline.py"]


def test_packages_within_hold_no_code_of_their_own() -> None:
    allowed = (ast.Expr, ast.ImportFrom, ast.Assign)
    for path in PACKAGE.rglob("*/__init__.py"):
        if path.relative_to(PACKAGE).as_posix() == "texts/__init__.py":
            continue  # the catalogue's package holds its reader beside the texts
        statements = ast.parse(path.read_text(encoding="utf-8")).body
        assert all(isinstance(one, allowed) for one in statements), f"{path}: move the code into a module"


def test_every_module_is_tested_by_its_own_test_file_or_by_a_named_neighbours() -> None:
    assert [wrong for name in MODULES if (wrong := untested(name))] == []


def untested(name: str) -> str | None:
    """What is wrong with how a module is tested, if anything is."""
    stem = name.removesuffix(".py").replace("/", "_").strip("_")
    own = ROOT / "tests" / f"test_{stem}.py"
    if name in TESTED_BY_A_NEIGHBOUR:
        if own.is_file():
            return f"{own.name} is there: take forecast/{name} off TESTED_BY_A_NEIGHBOUR"
        own = ROOT / "tests" / TESTED_BY_A_NEIGHBOUR[name]
    if not own.is_file():
        return f"forecast/{name} wants tests/{own.name}, or a neighbour's in TESTED_BY_A_NEIGHBOUR"
    if name in reached(own) or "sys.executable" in own.read_text(encoding="utf-8"):
        return None
    return f"{own.name} never uses {name}"


@cache
def reached(test: Path) -> set[str]:
    """The files of the package that a test file imports, and those that these bring with them over two steps."""
    found = {name.removeprefix("forecast/") for name in imported_by_tests(ROOT, test)}
    used = found.union(*map(imports, found))
    return used.union(*map(imports, used))


def checks(node: ast.AST) -> bool:
    """Whether a statement can fail a test: an assertion, an expected error, or a helper that asserts."""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func).rpartition(".")[2].lstrip("_")
        return called.startswith(("assert", "check", "raises", "warns", "fail"))
    return isinstance(node, ast.Assert)


def test_every_test_can_fail() -> None:
    assert [wrong for path in sorted((ROOT / "tests").glob("test_*.py")) if (wrong := idle_tests(path))] == []


def idle_tests(path: Path) -> str | None:
    """What of a test file cannot fail, if anything cannot."""
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    asserting = {name for name, node in functions.items() if any(map(checks, ast.walk(node)))}
    idle = {
        name
        for name, node in functions.items()
        if name.startswith("test_") and name not in asserting and not asserting & _called(node)
    }
    if not any(name.startswith("test_") for name in functions):
        return f"{path.name} holds no test"
    return f"{path.name}: nothing is asserted in {', '.join(sorted(idle))}" if idle else None


def _called(node: ast.AST) -> set[str]:
    return {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}


def test_a_file_has_one_purpose_and_a_length_to_match() -> None:
    lines = {name: (PACKAGE / name).read_text(encoding="utf-8").count("\n") for name in MODULES}
    assert {name: most for name, most in lines.items() if most > LONGEST_FILE} == {}, "split these by purpose"


@cache
def structure() -> Structure:
    return measure(ROOT)


def test_a_function_can_be_read_at_once() -> None:
    long = [f"{block.place}: {block.lines} lines" for block in structure().blocks if block.lines > LONG]
    assert not long, f"at most {LONG} lines a function; split it by steps"


def test_a_function_decides_little() -> None:
    tangled = [f"{one.place}: {one.complexity}" for one in structure().blocks if one.complexity > MOST_COMPLEX]
    assert not tangled, f"at most {MOST_COMPLEX} by McCabe; split it by decisions"


def test_types_go_from_file_to_file_and_not_mappings_of_anything() -> None:
    loose = [f"{block.place}: {block.loose}" for block in structure().blocks if block.loose]
    assert sum(block.loose for block in structure().blocks) < LOOSE_PARAMETERS, loose


def test_figures_are_read_by_field_and_not_by_string() -> None:
    assert structure().reads.total() < READS_BY_KEY, structure().reads.most_common(20)


def test_the_repository_holds_no_leftovers() -> None:
    patterns = ("*.bak", "*.orig", "*.rej", "utils.py")
    assert [path for pattern in patterns for path in PACKAGE.rglob(pattern)] == []
