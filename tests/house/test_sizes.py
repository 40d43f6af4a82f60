"""Sizes that keep a file readable in one sitting. `pytest tests/house -s` prints the table."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

from source import PRODUCT, ROOT, functions, name, python_files

FILE_LINES, FUNCTION_LINES, PARAMETERS, NESTING, TEMPLATE_LINES, TEST_LINES = 400, 60, 6, 3, 150, 400
P90_FILE, P90_FUNCTION = 250, 35
CLICK_COMMANDS = {"serve"}
"""Their parameters are the options of a command, one each."""
_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, without its docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    arguments = function.args
    names = [one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    return len([one for one in names if one not in {"self", "cls"}])


def depth(node: ast.AST) -> int:
    """How deep blocks stand in blocks. An `elif` is no deeper than its `if`; inner functions start anew."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        inside = depth(child)
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, inside + (isinstance(child, _BLOCKS) and not chained))
    return deepest


def product_functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in python_files(*PRODUCT):
        for function in functions(path):
            yield path, function


def ninetieth(values: list[int]) -> int:
    return int(statistics.quantiles(values, n=10)[-1])


def test_files_stay_short() -> None:
    sizes = {name(path): lines(path) for path in python_files(*PRODUCT)}
    long = {file: size for file, size in sizes.items() if size > FILE_LINES}
    values = list(sizes.values())
    print(
        f"\n{len(values)} files: median {statistics.median(values):.0f}, p90 {ninetieth(values)}, max {max(values)}"
    )
    assert not long
    assert ninetieth(values) <= P90_FILE


def test_functions_stay_short() -> None:
    sizes = {f"{name(path)}:{function.name}": length(function) for path, function in product_functions()}
    long = {place: size for place, size in sizes.items() if size > FUNCTION_LINES}
    values = list(sizes.values())
    print(f"\n{len(values)} functions: median {statistics.median(values):.0f}, p90 {ninetieth(values)}")
    assert not long
    assert ninetieth(values) <= P90_FUNCTION


def test_functions_take_few_parameters() -> None:
    many = {
        f"{name(path)}:{function.name}": parameters(function)
        for path, function in product_functions()
        if parameters(function) > PARAMETERS and function.name not in {"__init__", *CLICK_COMMANDS}
    }
    assert not many


def test_blocks_do_not_nest_deeply() -> None:
    deep = {
        f"{name(path)}:{function.name}": depth(function)
        for path, function in product_functions()
        if depth(function) > NESTING
    }
    assert not deep


def test_templates_stay_short() -> None:
    sizes = {name(path): lines(path) for path in (ROOT / "templates").rglob("*.html")}
    assert sizes
    assert not {file: size for file, size in sizes.items() if size > TEMPLATE_LINES}


def test_tests_stay_short() -> None:
    sizes = {name(path): lines(path) for path in python_files("tests") if "sandbox_platform" not in path.parts}
    assert not {file: size for file, size in sizes.items() if size > TEST_LINES}
