"""People: who may sign in, for which unit, in which roles, and the tokens by which a request proves who asks."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.reference_tables import user_tokens, users
from contracts.views import UserRow
from domain.actors import SYSTEM, Actor, Role
from domain.errors import DomainError
from domain.history import IMPORTER

PREFIX: Final = "wst_"
"""Begins every token, so that a leaked one is found by a search."""

_SECRET_BYTES: Final = 32
_WHO: Final = """
SELECT u.id, u.org, u.roles FROM user_tokens t JOIN users u ON u.id = t.user_id
WHERE t.hash = $1 AND t.revoked_at IS NULL AND u.active AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
"""
"""Asked with every request, so it is kept as text: building and caching a statement took longer than running it."""
_OURS: Final = {SYSTEM.id: "系统", IMPORTER: "历史导入"}


class BadTokenError(DomainError):
    """Code `bad_token`: unknown, expired or revoked, or its user may no longer sign in; the four are not told apart."""

    code: ClassVar[str] = "bad_token"


class UnknownUserError(DomainError):
    """Code `unknown_user`: no active user has this id."""

    code: ClassVar[str] = "unknown_user"


async def issue_token(conn: AsyncConnection, user_id: str, label: str, expires: datetime | None = None) -> str:
    """Make a personal bearer token; only its SHA-256 is kept, so it can never be shown again.

    Args:
        conn: A connection of the application's role, in a transaction.
        user_id: Whom it speaks for.
        label: What it is for, in the user's words.
        expires: Real instant from which it is refused; None for never.

    Raises:
        UnknownUserError: code `unknown_user`.
    """
    await actor(conn, user_id)
    token = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    values = {"hash": _digest(token), "user_id": user_id, "label": label, "expires_at": expires}
    await conn.execute(insert(user_tokens).values(values))
    return token


async def revoke_token(conn: AsyncConnection, token: str) -> bool:
    """Refuse a token from now on; False if it was unknown or revoked already."""
    t = user_tokens.c
    query = update(user_tokens).where(t.hash == _digest(token), t.revoked_at.is_(None))
    return (await conn.execute(query.values(revoked_at=func.clock_timestamp()))).rowcount > 0


async def revoke_tokens(conn: AsyncConnection, user_id: str, label: str | None = None) -> int:
    """Refuse a user's tokens, all or those of one label; return how many."""
    t = user_tokens.c
    query = update(user_tokens).where(t.user_id == user_id, t.revoked_at.is_(None))
    if label is not None:
        query = query.where(t.label == label)
    return (await conn.execute(query.values(revoked_at=func.clock_timestamp()))).rowcount


async def resolve_user(conn: AsyncConnection, token: str) -> Actor:
    """Return who asks with this token.

    Raises:
        BadTokenError: code `bad_token`.
    """
    row = (await conn.exec_driver_sql(_WHO, (_digest(token),))).one_or_none()
    if row is None:
        raise BadTokenError("The token is not valid.")
    return _actor(row.id, row.org, row.roles)


async def actor(conn: AsyncConnection, user_id: str) -> Actor:
    """Return a user as an actor.

    Raises:
        UnknownUserError: code `unknown_user`.
    """
    u = users.c
    row = (await conn.execute(select(u.id, u.org, u.roles).where(u.id == user_id, u.active))).one_or_none()
    if row is None:
        raise UnknownUserError("No such user.", user=user_id)
    return _actor(row.id, row.org, row.roles)


async def users_of(conn: AsyncConnection, org: str, directory: Directory) -> tuple[UserRow, ...]:
    """Return the active users of one unit, by login."""
    return await _users(conn, users.c.org == org, directory)


async def users_within(conn: AsyncConnection, area: str, directory: Directory) -> tuple[UserRow, ...]:
    """Return the active users of every unit in an area, by login."""
    return await _users(conn, within(users.c.org, area), directory)


async def names(conn: AsyncConnection, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of users by id; engine and importer have names of their own, an unknown id stands for itself."""
    wanted = {each for each in ids if each}
    asked = wanted - _OURS.keys()
    found = {each: _OURS.get(each, each) for each in wanted}
    if asked:
        rows = await conn.execute(select(users.c.id, users.c.name).where(users.c.id.in_(asked)))
        found.update({row.id: row.name for row in rows})
    return found


async def _users(conn: AsyncConnection, condition: object, directory: Directory) -> tuple[UserRow, ...]:
    u = users.c
    query = select(u.id, u.name, u.org, u.roles).where(condition, u.active).order_by(u.login)  # type: ignore[arg-type]
    return tuple(
        UserRow(id=r.id, name=r.name, org=r.org, org_name=directory.org_name(r.org), roles=tuple(r.roles))
        for r in await conn.execute(query)
    )


def _actor(user_id: str, org: str, roles: Iterable[str]) -> Actor:
    return Actor(user_id, org, frozenset(Role(role) for role in roles))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
