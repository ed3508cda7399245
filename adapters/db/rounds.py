"""What the draw of a supervision round reads: the chain head that completes the seed, and who is in scope."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.organisations import is_within, line_of
from domain.processes.round_state import Group, Head, Pool, RoundState, Share

_HEAD: Final = text(
    "SELECT e.case_id, e.seq, encode(e.hash, 'hex') AS hash FROM case_events e WHERE e.seq = 1 AND e.case_id = ("
    "SELECT c.id FROM cases c WHERE (CAST(:district AS text) IS NULL OR c.district = :district)"
    " AND c.raised_at > :since AND c.raised_at < :until ORDER BY c.raised_at, c.id LIMIT 1)"
)
_OWN_HEAD: Final = text(
    "SELECT seq, encode(hash, 'hex') AS hash FROM process_events"
    " WHERE process_id = :process AND kind = 'seed_committed'"
)
_RUNNING = "c.closed_at IS NULL AND c.raised_at < :starts_at"
_CLOSED = "c.status = 'closed' AND c.closed_at >= :since AND c.closed_at < :starts_at"
_SCOPE = """
SELECT c.id, c.area, c.kind, coalesce(t.org, '') AS org FROM cases c
LEFT JOIN LATERAL (
  SELECT org FROM tasks WHERE case_id = c.id AND role = 'lead' AND state NOT IN ('released', 'withdrawn')
  ORDER BY no LIMIT 1
) AS t ON true
WHERE (CAST(:district AS text) IS NULL OR c.district = :district) AND """


async def head_of(connection: AsyncConnection, state: RoundState) -> Head:
    """Return the chain head that nobody could foresee when the salt was published, the same at every call.

    It is the link of the first event of the first case raised in the round's district after the salt was published
    and before the period begins. Where none was raised, it is the link of the publication itself in the round's own
    chain: that binds an instant of the database's clock to the microsecond.
    """
    parameters = {
        "district": state.facts.district, "since": state.committed_at, "until": state.terms.starts_at,
    }  # fmt: skip
    row = (await connection.execute(_HEAD, parameters)).one_or_none()
    if row is not None:
        return Head("case", str(row.case_id), row.seq, row.hash)
    own = (await connection.execute(_OWN_HEAD, {"process": UUID(state.facts.id)})).one()
    return Head("round", state.facts.id, own.seq, own.hash)


async def shares_of(connection: AsyncConnection, state: RoundState) -> tuple[Share, ...]:
    """Return what each group draws from, ids sorted; a case that is in the scope of several belongs to the first."""
    terms = state.terms
    query = text(_SCOPE + (_RUNNING if terms.pool is Pool.RUNNING else _CLOSED) + " ORDER BY c.id")
    parameters = {"district": state.facts.district, "starts_at": terms.starts_at}
    if terms.pool is Pool.CLOSED:
        parameters["since"] = terms.since
    found: dict[str, list[tuple[str, str]]] = {group.code: [] for group in state.groups}
    for row in await connection.execute(query, parameters):
        group = next((g for g in state.groups if covers(g, row.area, row.kind, row.org)), None)
        if group is not None:
            found[group.code].append((str(row.id), row.org))
    return tuple(
        Share(code, tuple(case for case, _ in rows), tuple(org for _, org in rows)) for code, rows in found.items()
    )


def covers(group: Group, area: str, kind: str, org: str) -> bool:
    """Tell whether a case is in a group's scope: each list that is not empty has to name it."""
    return (
        (not group.areas or any(is_within(area, each) for each in group.areas))
        and (not group.kinds or kind in group.kinds)
        and (not group.lines or (bool(org) and line_of(org) in group.lines))
    )
