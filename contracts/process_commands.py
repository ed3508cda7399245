"""Request models of processes: every command of persons on an open process, built from the command's own class."""

from __future__ import annotations

from contracts.commands import CommandForm, form_of
from domain.process import Process
from domain.processes import PROCESSES


def forms_of(process: Process[object]) -> dict[str, CommandForm]:  # type: ignore[type-var]
    """Return the forms of a kind by their name on the wire, which leaves out the kind: `approve`, `refuse`."""
    forms = [form_of(command) for command in process.commands()]
    return {form.name.removesuffix(f"_{process.kind}"): form for form in forms}


PROCESS_FORMS: dict[str, dict[str, CommandForm]] = {kind: forms_of(process) for kind, process in PROCESSES.items()}
"""Every command of persons on an open process, by kind and name."""
