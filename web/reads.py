"""Reading one case for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.queries.detail import case_detail

if TYPE_CHECKING:
    from contracts.views import CaseDetail
    from web.visits import Visit


async def read_case(visit: Visit, number: str) -> CaseDetail:
    """Return everything the person sees of a case.

    Raises:
        CaseNotFound: no such case, or none that the person may see; the two are not told apart.
    """
    async with visit.services.reading() as connection:
        return await case_detail(connection, visit.actor, number, visit.city, visit.services.rules)
