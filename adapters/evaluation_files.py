"""Schemes of evaluation from their documents: `policies/<name>/evaluation.toml`."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import ClassVar

from adapters.policy_parts import build
from domain.errors import DomainError
from domain.evaluation.scheme import Scheme, lint


class SchemeInvalid(DomainError):
    """Code `scheme_invalid`: the document is no scheme, or lint found mistakes; the facts list them all."""

    code: ClassVar[str] = "scheme_invalid"


def load_scheme(text: str) -> Scheme:
    """Read a scheme; numbers with a point are exact decimals.

    Raises:
        SchemeInvalid: no TOML, wrong shape, or findings of `domain.evaluation.scheme.lint`.
    """
    try:
        scheme = build(Scheme, tomllib.loads(text, parse_float=Decimal))
    except ValueError as error:
        raise SchemeInvalid(f"no scheme: {error}", findings=[str(error)]) from error
    findings = list(lint(scheme))
    if findings:
        raise SchemeInvalid("the scheme has mistakes: " + "; ".join(findings), findings=findings)
    return scheme


@cache
def bundled_scheme(name: str = "beijing") -> Scheme:
    """Read the scheme of this installation, once."""
    return load_scheme(bundled_text(name))


@cache
def bundled_text(name: str = "beijing") -> str:
    """Return the text of the scheme of this installation; a period keeps the one it was computed with."""
    return resources.files("policies").joinpath(name, "evaluation.toml").read_text("utf-8")
