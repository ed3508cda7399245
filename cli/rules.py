"""The commands `whistle policy …` and `whistle calendar …`: check rules, show what they do, have them published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

import settings as configuration
from adapters.shutdown import run as run_clean

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

policies = typer.Typer(no_args_is_help=True, help="Rule packs and duty lists: check, compare, have them published.")
calendars = typer.Typer(no_args_is_help=True, help="Working calendars: check the yearly notice, have it published.")

console = Console()

SomeFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
SomeFiles = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)]
AsLogin = Annotated[str, typer.Option("--as", help="Login of the person who acts.")]
ForReason = Annotated[str, typer.Option("--reason", help="Why, for those who decide.")]


def _run(main: Callable[[], Coroutine[None, None, Any]]) -> Any:
    return run_clean(main, serving=False)


@policies.command("lint")
def lint(
    path: Annotated[
        Path | None, typer.Argument(help="Rule pack (toml) or duty list (csv); without one, those that ship.")
    ] = None,
) -> None:
    """Find ladders out of order, kinds without exit, routes no case can take, class and area without an owner."""
    from cli.policy import lint as find

    raise typer.Exit(0 if find(console, path) else 1)


@policies.command("diff")
def diff(old: str, new: str) -> None:
    """Show what differs between two rule packs, each a file or `name/version` of those that ship."""
    from cli.policy import show_diff

    show_diff(console, old, new)


@policies.command("impact")
def impact(path: SomeFile, show: Annotated[int, typer.Option(min=0, help="Clocks to list.")] = 20) -> None:
    """Count and list what a calendar or rule pack would move in the running cases; changes nothing."""
    from cli.publications import impact as preview

    raise typer.Exit(0 if _run(lambda: preview(console, configuration.load(), path, show)) else 1)


@policies.command("publish")
def publish(path: SomeFile, login: AsLogin, reason: ForReason) -> None:
    """Propose a rule pack (toml) or duty list (csv); its impact is listed, a second person approves."""
    from cli.publications import propose

    _run(lambda: propose(console, configuration.load(), path, login, reason))


@policies.command("approve")
def approve(publication: str, login: AsLogin) -> None:
    """Approve a publication (its id) as a second person; it comes into force and running cases go over to it."""
    from cli.publications import approve as decide

    _run(lambda: decide(console, configuration.load(), publication, login))


@calendars.command("check")
def check(paths: SomeFiles) -> None:
    """Read a calendar (toml) or yearly notices (json, as holiday-cn) and show what they change."""
    from cli.policy import check_calendar

    check_calendar(console, paths)


@calendars.command("import")
def import_calendar(paths: SomeFiles, login: AsLogin, reason: ForReason) -> None:
    """Propose a calendar (toml), or the one in force with yearly notices (json) in it, for publication."""
    from cli.publications import propose_calendar

    _run(lambda: propose_calendar(console, configuration.load(), paths, login, reason))
