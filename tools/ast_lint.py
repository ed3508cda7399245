"""Our own lint rules: what ruff and import-linter cannot say.

Usage: python tools/ast_lint.py [FILE …]     (all of the project without arguments; exit code 1 if anything is found)

A line may end in `# allow W00n: reason`; the reason is obligatory.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGES = (
    "domain", "contracts", "adapters", "workflows", "activities", "simulator",
    "api", "web", "workers", "cli", "bench", "settings", "migrations", "tools", "tests",
)  # fmt: skip

RULES = {
    "W001": "the wall clock is read here: take `now` as a parameter, workflow.now() or the clock of the database",
    "W002": "commit outside adapters/db: a transaction is opened and committed by its `begin()` block",
    "W003": "an activity called without **options of contracts.options",
    "W004": "iteration over a set: its order differs between runs; sort it",
    "W005": "a way to wait that does not replay: workflows wait with workflow.wait_condition and workflow.sleep only",
    "W006": "an error swallowed without a trace",
    "W007": "an `allow` without a reason",
}

_CLOCK_FREE = {"adapters", "tests", "bench", "tools", "cli"}
_CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "time.time", "time.time_ns",
}  # fmt: skip
_ACTIVITY_CALLS = {
    "execute_activity", "start_activity", "execute_activity_method", "start_activity_method", "execute_activity_class",
    "start_activity_class", "execute_local_activity", "start_local_activity", "execute_local_activity_method",
    "start_local_activity_method",
}  # fmt: skip
_WAITS = {"wait", "as_completed", "gather", "create_task", "ensure_future", "TaskGroup"}
_SET_METHODS = {"union", "intersection", "difference", "symmetric_difference"}
_ORDERED = {"tuple", "list", "enumerate", "next", "iter"}
_ORDERLESS = {"sorted", "sum", "min", "max", "len", "any", "all", "set", "frozenset"}
_ALLOW = re.compile(r"#\s*allow (W\d{3})(?::\s*(\S.*))?")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken rule."""

    path: str
    line: int
    code: str

    def __str__(self) -> str:
        """Return the line that editors and people can follow."""
        return f"{self.path}:{self.line}: {self.code} {RULES[self.code]}"


def check(path: str, source: str) -> list[Finding]:
    """Return the broken rules of one file, in order of lines.

    Args:
        path: Path from the root of the project; its first folder decides which rules apply.
        source: Text of the file.
    """
    package = Path(path).parts[0]
    tree = ast.parse(source, filename=path)
    found = {
        Finding(path, node.lineno, code)
        for node in ast.walk(tree)
        for code, applies, broken in _CHECKS
        if applies(path, package) and isinstance(node, (ast.expr, ast.stmt, ast.ExceptHandler)) and broken(node)
    }
    if package == "workflows":
        found |= {Finding(path, call.lineno, "W003") for call in _activities_without_options(tree)}
    if package in {"workflows", "domain"}:
        found |= {Finding(path, iterable.lineno, "W004") for iterable in _iterables(tree) if _is_set(iterable)}
    allowed, unreasoned = _allowances(source)
    found = {finding for finding in found if (finding.line, finding.code) not in allowed}
    return sorted(found | {Finding(path, line, "W007") for line in unreasoned})


def _allowances(source: str) -> tuple[set[tuple[int, str]], set[int]]:
    """Return what is allowed on which line, and the lines that give no reason."""
    allowed, unreasoned = set(), set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        match = _ALLOW.search(token.string) if token.type == tokenize.COMMENT else None
        if match and match[2]:
            allowed.add((token.start[0], match[1]))
        elif match:
            unreasoned.add(token.start[0])
    return allowed, unreasoned


def _dotted(node: ast.AST) -> str:
    """Return `a.b.c` of a chain of names, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def _reads_clock(node: ast.AST) -> bool:
    return isinstance(node, (ast.Attribute, ast.Name)) and _dotted(node) in _CLOCKS


def _commits(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"


def _activities_without_options(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the calls of activities that spread nothing which comes from contracts.options."""
    good = {"options"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "contracts.options":
            good |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in _ACTIVITY_CALLS:
            spread = (keyword.value for keyword in node.keywords if keyword.arg is None)
            names = (_dotted(value.func if isinstance(value, ast.Call) else value) for value in spread)
            if not any(name.partition(".")[0] in good for name in names):
                yield node


def _waits_unsafely(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom) and node.module == "asyncio":
        return any(alias.name in _WAITS for alias in node.names)
    if not isinstance(node, ast.Attribute):
        return False
    name = _dotted(node)
    return name.startswith(("asyncio.", "workflow.")) and node.attr in _WAITS and name != "workflow.wait_condition"


def _swallows(node: ast.AST) -> bool:
    if isinstance(node, ast.ExceptHandler):
        broad = node.type is None or _dotted(node.type) in {"Exception", "BaseException"}
        return broad and all(isinstance(line, (ast.Pass, ast.Continue)) or _is_ellipsis(line) for line in node.body)
    if isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] == "suppress":
        return any(_dotted(argument) in {"Exception", "BaseException"} for argument in node.args)
    return False


def _is_ellipsis(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def _iterables(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what is iterated over in an order that shows: loops, list comprehensions, tuple(...) and the like."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.AsyncFor)):
            yield node.iter
        elif isinstance(node, (ast.ListComp, ast.DictComp)):
            yield from (part.iter for part in node.generators)
        elif isinstance(node, ast.Call):
            yield from _iterated_arguments(node)


def _iterated_arguments(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call iterates over in order: `tuple(x)`, `",".join(x)`, a generator given to all but sums."""
    name = _dotted(call.func)
    ordered = name in _ORDERED or (isinstance(call.func, ast.Attribute) and call.func.attr == "join")
    for argument in call.args:
        if isinstance(argument, ast.GeneratorExp) and name not in _ORDERLESS:
            yield from (part.iter for part in argument.generators)
        elif ordered:
            yield argument


def _is_set(node: ast.expr) -> bool:
    """Tell whether an expression is a set by its form alone."""
    if isinstance(node, (ast.Set, ast.SetComp)):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)):
        return _is_set(node.left) or _is_set(node.right)
    if not isinstance(node, ast.Call):
        return False
    method = isinstance(node.func, ast.Attribute) and node.func.attr in _SET_METHODS
    return _dotted(node.func) in {"set", "frozenset"} or method


_Check = tuple[str, "Callable[[str, str], bool]", "Callable[[ast.AST], bool]"]
_CHECKS: tuple[_Check, ...] = (
    ("W001", lambda _, package: package not in _CLOCK_FREE, _reads_clock),
    ("W002", lambda path, _: not path.startswith(("adapters/db/", "migrations/", "tests/")), _commits),
    ("W005", lambda _, package: package == "workflows", _waits_unsafely),
    ("W006", lambda _path, _package: True, _swallows),
)


def files(root: Path) -> Iterator[Path]:
    """Yield the Python files of the project, in order."""
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def main(arguments: list[str]) -> int:
    """Check the named files, or all; print what is found."""
    root = Path(__file__).resolve().parents[1]
    paths = [Path(argument).resolve() for argument in arguments] or list(files(root))
    findings = [
        finding
        for path in paths
        for finding in check(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    ]
    for finding in findings:
        print(finding)
    print(f"ast_lint: {len(paths)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
