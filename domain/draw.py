"""The provably random draw (可复核抽样): seed from a chain head and a salt, the first n of the ranked population."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any


def seed_of(head: str, salt: str) -> bytes:
    """Return the seed: SHA-256 of the chain head (64 hexadecimal digits, as bytes) followed by the salt (UTF-8).

    Raises:
        ValueError: the head is not hexadecimal.
    """
    return hashlib.sha256(bytes.fromhex(head) + salt.encode()).digest()


def ranked(seed: bytes, population: Collection[str]) -> list[str]:
    """Order the population by SHA-256 of seed and id; in which order it is given, and how often, changes nothing."""
    return sorted(set(population), key=lambda member: (hashlib.sha256(seed + member.encode()).digest(), member))


def draw(seed: bytes, population: Collection[str], count: int) -> tuple[str, ...]:
    """Return the first `count` of the ranking, all if there are fewer."""
    return tuple(ranked(seed, population)[:count])


def digest_of(population: Collection[str]) -> str:
    """Return the digest of a published population: SHA-256 over its sorted ids, one a line (hexadecimal)."""
    return hashlib.sha256("\n".join(sorted(set(population))).encode()).hexdigest()


def faults(bundle: Mapping[str, Any]) -> list[str]:
    """Recompute a published draw; return what differs, one line each, empty for a true one.

    Args:
        bundle: As published: `head.hash`, `salt`, `sample`, and `shares` with `group`, `population`, `digest`, `drawn`.

    Raises:
        KeyError, TypeError, ValueError: it is no bundle.
    """
    seed, found = seed_of(bundle["head"]["hash"], bundle["salt"]), []
    for share in bundle["shares"]:
        population, name = share["population"], share["group"]
        if list(population) != sorted(set(population)) or digest_of(population) != share["digest"]:
            found.append(f"group {name}: the population is not the one that its digest names")
        if list(draw(seed, population, bundle["sample"])) != list(share["drawn"]):
            found.append(f"group {name}: other cases were drawn than the seed draws")
    return found
