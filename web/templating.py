"""Templates: everything is escaped, codes become words, instants and lengths of time are written in one way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup

from contracts.words import word
from web import formats, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from jinja2.runtime import Context

_FOLDER = Path(__file__).parent / "templates"
_TIME = Markup('<time datetime="{}">{}</time>')


@pass_context
def _when(context: Context, at: datetime | None) -> Markup:
    return _time(context, at, formats.instant)


@pass_context
def _due(context: Context, at: datetime | None) -> Markup:
    return _time(context, at, formats.due_instant)


def _time(context: Context, at: datetime | None, write: Callable[[datetime, datetime | None], str]) -> Markup:
    if at is None:
        return Markup()
    return _TIME.format(at.isoformat(), write(at, context.get("now")))


def _left(due: datetime, now: datetime) -> str:
    """Write how long is left to a due instant, or how long ago it was, as the countdown in whistle.js does."""
    return ("已超" if due < now else "剩") + formats.real_span(due - now)


def address(path: str, asked: Mapping[str, Any], **changes: Any) -> str:
    """Return a path with the filters in its query: those that stand, changed; empty ones are left out."""
    merged = {**asked, **changes}
    kept = {name: value for name, value in merged.items() if value not in (None, "", (), [])}
    return path + ("?" + urlencode(kept, doseq=True) if kept else "")


def environment(static_url: Callable[[str], str]) -> Environment:
    """Build the environment of all templates; an unknown name in a template is an error, never an empty text."""
    built = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    built.filters.update(
        when=_when, due=_due, amount=formats.amount, limit=formats.limit_words, local_input=formats.to_local
    )
    built.globals.update(
        word=word, static=static_url, texts=texts, left=_left, address=address, work_span=formats.work_span,
        real_span=formats.real_span, moment=formats.instant,
    )  # fmt: skip
    return built
