"""The command `whistle round draw`: recompute the draw of a supervision round from its published bundle, offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.draw import draw, faults, seed_of

rounds = typer.Typer(no_args_is_help=True, help="Supervision rounds: recompute a draw from its published bundle.")

console = Console()


@rounds.callback()
def _group() -> None:
    """Keep `draw` a command of its own."""


@rounds.command("draw")
def recompute(
    bundle: Annotated[Path, typer.Option("--bundle", exists=True, dir_okay=False, help="The published JSON.")],
) -> None:
    """Print which cases the seed draws; exit code 1 if others were published. Needs no network and no database."""
    try:
        published = json.loads(bundle.read_text("utf-8"))
        found = faults(published)
        seed = seed_of(published["head"]["hash"], published["salt"])
        for share in published["shares"]:
            drawn = draw(seed, share["population"], published["sample"])
            line = f"{share['group']}: {len(drawn)} of {len(share['population'])}: {' '.join(drawn)}"
            console.print(line, highlight=False, soft_wrap=True)
    except (KeyError, TypeError, ValueError) as error:
        console.print(f"✘ no bundle of a draw: {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    for fault in found:
        console.print(f"✘ {fault}", highlight=False, soft_wrap=True)
    if not found:
        console.print("✔ the draw is the one that chain head and salt make", highlight=False)
    raise typer.Exit(1 if found else 0)
