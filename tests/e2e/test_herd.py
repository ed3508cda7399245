"""More than a thousand clocks due in the same minute: each rung once, none early, dated when it was due.

DIGIT takes one page of 100 per scan and Zammad stops at 2,000 objects per run (features.md 2, row 7).
"""

import asyncio

import pytest
from sqlalchemy import text

from tests.support.story import Story

pytestmark = pytest.mark.slow

CASES = 104
"""More than any page or batch holds: DIGIT's scan takes 100, our relay 50 at a time."""
CALLED = ("DRAIN", "JG", "CG", "YJ", "GA", "ZF", "SW", "XF", "GAS")
FIRED = """
SELECT count(*) AS fired, count(DISTINCT (e.case_id, e.body ->> 'key')) AS clocks,
       count(*) FILTER (WHERE e.at <> c.due) AS misdated, count(DISTINCT date_trunc('minute', c.due)) AS minutes
FROM case_events e
JOIN clocks c ON c.case_id = e.case_id AND c.key = e.body ->> 'key' AND c.generation = (e.body ->> 'generation')::int
WHERE e.kind = 'rung_fired' AND e.body ->> 'rung' = 'due' AND c.code = 'claim'
"""


@pytest.mark.timeout(400)
async def test_a_thousand_clocks_of_one_minute_fire_once_each(story: Story) -> None:
    await story.at("2026-03-14 03:00")
    body = {
        "kind": "emergency", "area": "110101001", "class_code": "W01", "title": "管道爆裂", "description": "请到场",
        "place": "某处", "lead": "110101-WATER", "assist": [f"110101-{line}" for line in CALLED],
    }  # fmt: skip
    gate = asyncio.Semaphore(8)

    async def blow(number: int) -> None:
        async with gate:
            said, key = body | {"title": f"管道爆裂 {number}"}, f"herd-blow-{number}"
            answer = await story.people.post("dhm.duty", "/cases", said, key)
            while answer.status_code in (503, 504):  # a busy machine: the same key always resolves it
                answer = await story.people.post("dhm.duty", "/cases", said, key)
            assert answer.status_code in (200, 201), answer.text

    await asyncio.gather(*(blow(number) for number in range(CASES)))
    await story.settled(200)
    await story.at("03:06", seconds=300)
    async with story.owner.connect() as connection:
        row = (await connection.execute(text(FIRED))).one()
    assert row.fired == row.clocks == (1 + len(CALLED)) * CASES > 1000
    assert row.misdated == 0, "dated at the instant they were due, however late they were recorded"
    assert row.minutes <= 2
