"""Fingerprints of workflow code: which commands each method may give, in order; a change must be meant.

`python tools/fingerprints.py --write` stores them in tests/architecture/fingerprints.json.
"""

import ast
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "tests" / "architecture" / "fingerprints.json"

COMMANDS = {
    "execute_activity", "execute_activity_method", "execute_local_activity", "execute_local_activity_method",
    "start_activity", "start_activity_method", "start_local_activity", "start_local_activity_method",
    "start_child_workflow", "execute_child_workflow", "sleep", "wait_condition", "upsert_search_attributes",
    "upsert_memo", "continue_as_new", "patched", "deprecate_patch", "get_external_workflow_handle",
}  # fmt: skip
"""Calls of `temporalio.workflow` that leave something in the history."""
CONTRACTS = {"Notices"}


def fingerprints() -> dict[str, list[str]]:
    """Return, for each workflow class of workflows/ and each base of one, its commands in order of the source."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "workflows").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            lines = [line for method in node.body for line in _of_method(method)]
            if lines or any("defn" in ast.unparse(d) for d in node.decorator_list):
                found[node.name] = lines
    return found


def _of_method(method: ast.stmt) -> list[str]:
    if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    patched = _patched_lines(method)
    lines = []
    for node in sorted(ast.walk(method), key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0))):
        said = _command(node) or _named_activity(node)
        if said and not (lines and said.startswith("activity ") and said.split()[1] in lines[-1]):
            gate = "gated " if getattr(node, "lineno", 0) in patched else ""
            lines.append(f"{method.name}: {gate}{said}")
    return lines


def _command(node: ast.AST) -> str | None:
    """Name a call of the engine with what decides its place in the history."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMMANDS):
        return None
    if ast.unparse(node.func.value) != "workflow":
        return None
    first = ast.unparse(node.args[0]) if node.args and node.func.attr != "wait_condition" else ""
    timeout = [k for k in node.keywords if k.arg == "timeout"]
    return f"{node.func.attr}({first}{'timeout' if timeout else ''})"


def _named_activity(node: ast.AST) -> str | None:
    """Name an activity that is passed on to a method which calls it."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in CONTRACTS:
        return f"activity {node.value.id}.{node.attr}"
    return None


def _patched_lines(method: ast.AST) -> set[int]:
    """Return the lines below an `if workflow.patched(...)`."""
    lines: set[int] = set()
    for node in ast.walk(method):
        if isinstance(node, ast.If) and "patched(" in ast.unparse(node.test):
            lines.update(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
    return lines


if __name__ == "__main__":
    text = json.dumps(fingerprints(), indent=2, ensure_ascii=False) + "\n"
    if "--write" in sys.argv:
        STORE.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
