"""The `whistle` command and its options; each command's work is in a module of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

import settings as configuration
from adapters.shutdown import run as run_clean
from cli import rules
from cli.rounds import rounds
from domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Whistle 吹哨报到: case dispatch."
)
imports = typer.Typer(no_args_is_help=True, help="Bring data in; a repeated import changes nothing.")
channels = typer.Typer(no_args_is_help=True, help="Outside channels for notices: signed webhooks.")
app.add_typer(imports, name="import")
app.add_typer(channels, name="channel")
app.add_typer(rules.policies, name="policy")
app.add_typer(rules.calendars, name="calendar")
app.add_typer(rounds, name="round")

console = Console()
errors = Console(stderr=True)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the difference and the faults; change nothing.")]
SomeFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


def run() -> None:
    """Entry point: expected errors become one line and exit code 1."""
    try:
        app()
    except (DomainError, LookupError) as error:
        errors.print(f"[red]✘[/red] {error}", highlight=False)
        sys.exit(1)


def _run(main: Callable[[], Coroutine[None, None, Any]], *, serving: bool = False) -> Any:
    return run_clean(main, serving=serving)


@app.command()
def demo(  # noqa: PLR0913, PLR0917 - one parameter per option
    port: Annotated[int, typer.Option(help="First port to try.")] = 8000,
    data: Annotated[Path, typer.Option(help="Folder of the embedded servers.")] = Path(".demo"),
    speed: Annotated[float, typer.Option(min=1, max=3600, help="Business seconds per real second.")] = 60,
    seed: Annotated[int, typer.Option(help="Same seed, same stories.")] = 42,
    sim: Annotated[bool, typer.Option("--sim/--no-sim", help="Simulated staff.")] = True,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the data of the last demo.")] = False,
    seconds: Annotated[float | None, typer.Option(help="End by itself after so many seconds.")] = None,
) -> None:
    """Start everything here: database, engine, workers, pages, a district with simulated staff."""
    from cli.demo.show import Show

    _run(lambda: Show(console, data, port, speed, seed, sim=sim, keep=keep, seconds=seconds).run())


@app.command()
def serve() -> None:
    """Serve API and pages (settings by WHISTLE_... variables)."""
    from adapters.logs import configure
    from cli.serve import serve as serve_http
    from cli.signals import stop_event

    async def main() -> None:
        configure()
        await serve_http(configuration.load(), stop_event())

    _run(main, serving=True)


@app.command()
def worker(
    parts: Annotated[
        list[str] | None, typer.Argument(help="case, process, notice, relay, watchdog; none means all.")
    ] = None,
) -> None:
    """Run the Temporal workers, the relay and the watchdog, or some of them."""
    from adapters.logs import configure
    from cli.signals import stop_event
    from workers.bootstrap import run_workers

    async def main() -> None:
        configure()
        await run_workers(configuration.load(), parts or (), stop_event())

    _run(main, serving=True)


@app.command()
def migrate(
    seed: Annotated[bool, typer.Option("--seed/--no-seed", help="Also write the bundled city as versions.")] = True,
) -> None:
    """Bring the database to the newest schema, and the bundled rules and organisations into it."""
    from cli.migrate import migrate as bring_up

    _run(lambda: bring_up(console, configuration.load(), seed=seed))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    production: Annotated[bool, typer.Option("--production", help="Judge as a production installation.")] = False,
) -> None:
    """Check everything this installation needs; each failing line has its fix."""
    from cli.doctor import examine

    healthy = _run(lambda: examine(console, configuration.load(), as_json=as_json, production=production))
    raise typer.Exit(0 if healthy else 1)


@app.command()
def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Only compare; exit 1 on a difference.")] = False,
    case: Annotated[str | None, typer.Option(help="Number of one case.")] = None,
) -> None:
    """Derive the read model from the events anew, or check that it equals them and that every chain holds."""
    from cli.proof import rebuild as again

    same = _run(lambda: again(console, configuration.load(), check=check, number=case))
    raise typer.Exit(0 if same else 1)


@app.command()
def replay() -> None:
    """Before a release: replay every running workflow on this code, strictly; exit 1 if one would break."""
    from cli.gate import replay_running

    fine = _run(lambda: replay_running(console, configuration.load()))
    raise typer.Exit(0 if fine else 1)


@app.command()
def token(
    login: Annotated[str, typer.Argument(help="Login of the user.")],
    label: Annotated[str, typer.Option(help="What it is for.")] = "cli",
    days: Annotated[int, typer.Option(min=1, max=365)] = 90,
) -> None:
    """Issue a personal token; it is shown this once."""
    from cli.people import issue

    _run(lambda: issue(console, configuration.load(), login, label, days))


@channels.command("add")
def add_channel(
    url: Annotated[str, typer.Argument(help="Where to POST, signed by the Standard Webhooks scheme.")],
    org: Annotated[str | None, typer.Option(help="Only notices to this organisation; all if not given.")] = None,
) -> None:
    """Send notices to a webhook; its secret is shown this once."""
    from cli.channels import add

    _run(lambda: add(console, configuration.load(), url, org))


@channels.command("list")
def list_channels() -> None:
    """List the channels."""
    from cli.channels import show

    _run(lambda: show(console, configuration.load()))


@channels.command("off")
def switch_off_channel(channel: str) -> None:
    """Switch a channel off."""
    from cli.channels import switch_off

    _run(lambda: switch_off(console, configuration.load(), channel))


@imports.command("letters")
def import_letters(
    path: SomeFile,
    url: Annotated[str, typer.Option(help="API to raise through.")] = "http://127.0.0.1:8000",
    token_text: Annotated[str | None, typer.Option("--token", envvar="WHISTLE_TOKEN")] = None,
    dry_run: DryRun = False,
) -> None:
    """Raise the labelled letters of an xlsx file as cases through the API, routed by the duty list."""
    from cli.imports import letters

    _run(lambda: letters(console, configuration.load(), path, url, token_text, dry_run=dry_run))


@imports.command("history")
def import_history(
    path: SomeFile,
    mapping: Annotated[str, typer.Option(help="Mapping file, or the name of a bundled one.")],
    compare: Annotated[str | None, typer.Option(help="As-of instant: compare our flags with the file's.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Append historical cases in bulk, with their own times; resumable, bad rows are listed."""
    from cli.imports import history

    same = _run(
        lambda: history(console, configuration.load(), path, mapping, as_of=compare, dry_run=dry_run)
    )
    raise typer.Exit(0 if same else 1)


@imports.command("circle")
def import_circle(
    path: SomeFile,
    login: Annotated[str, typer.Option("--by", help="Login of whoever answers for the survey.")],
    dry_run: DryRun = False,
) -> None:
    """Import a survey of the circle of community services (CSV), whole or not at all; again changes nothing."""
    from cli.imports import circle

    fine = _run(lambda: circle(console, configuration.load(), path, login, dry_run=dry_run))
    raise typer.Exit(0 if fine else 1)


def _reference(what: str) -> Callable[..., None]:
    def command(path: SomeFile, dry_run: DryRun = False) -> None:
        from cli.imports import reference

        fine = _run(lambda: reference(console, configuration.load(), what, path, dry_run=dry_run))
        raise typer.Exit(0 if fine else 1)

    command.__doc__ = f"Import {what} as a new version: difference, faults by row, nothing half-done."
    return command


for _what in ("organisations", "users", "dutylist"):
    imports.command(_what)(_reference(_what))

if __name__ == "__main__":
    run()
