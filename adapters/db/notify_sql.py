"""The SQL of `notify`, for cases and processes alike: leases, acknowledgements, epochs, what the watchdog looks for.

`{rows}`, `{notify}` and `{id}` stand for a family's tables and id column (`adapters.db.names`).
"""

from __future__ import annotations

_CARRIED = (
    " RETURNING n.epoch, n.step_at, c.kind, c.epoch AS current, c.state, business_now() AS now, k.anchor, k.shift,"
    " k.rate"
)
_OF_OWNER = (
    " FROM taken t JOIN {rows} c ON c.id = t.{id} CROSS JOIN business_clock k"
    " WHERE n.{id} = t.{id} AND n.epoch = t.epoch"
)

TAKE_LAPSED = (
    "WITH taken AS ("  # noqa: S608 - texts of this module
    " SELECT {id}, epoch FROM {notify}"
    " WHERE wanted > sent AND urgent > sent AND NOT parked"
    " AND coalesce(lease_until, '-infinity') <= clock_timestamp()"
    " ORDER BY step_at NULLS LAST LIMIT $1 FOR UPDATE SKIP LOCKED)"
    " UPDATE {notify} n SET attempts = n.attempts + 1, parked = n.attempts + 1 >= 50,"
    " lease_until = clock_timestamp()"
    " + make_interval(secs => greatest(10, least(60, power(2, n.attempts))) * (0.8 + 0.4 * random()))"
    + _OF_OWNER
    + _CARRIED
)
"""Leases of 10 s and more, with jitter; the 50th attempt parks the row until the case changes or an operator acts."""

TAKE_QUIET = (
    "WITH taken AS ("  # noqa: S608 - texts of this module
    " SELECT {id}, epoch FROM {notify}"
    " WHERE wanted > sent AND urgent <= sent AND NOT closed AND NOT parked"
    " AND coalesce(lease_until, '-infinity') <= clock_timestamp()"
    " AND coalesce(sent_at, '-infinity') < clock_timestamp() - interval '5 minutes'"
    " ORDER BY sent_at NULLS FIRST LIMIT $1 FOR UPDATE SKIP LOCKED)"
    " UPDATE {notify} n SET lease_until = clock_timestamp() + interval '10 seconds'" + _OF_OWNER + _CARRIED
)

MARK_SENT = """
WITH accepted AS (
    SELECT x.* FROM jsonb_to_recordset($1::jsonb)
        AS x (id uuid, epoch bigint, version integer, wake_at timestamptz)
), held AS (
    SELECT n.{id}, n.epoch FROM {notify} n JOIN accepted a ON n.{id} = a.id AND n.epoch = a.epoch
    WHERE n.sent < a.version OR n.urgent > n.sent OR n.armed_at IS NULL ORDER BY n.{id} FOR UPDATE OF n
)
UPDATE {notify} n SET
    sent = greatest(n.sent, a.version),
    armed_at = CASE WHEN a.version >= n.sent THEN a.wake_at ELSE n.armed_at END,
    sent_at = clock_timestamp(),
    attempts = CASE WHEN n.urgent <= greatest(n.sent, a.version) THEN 0 ELSE n.attempts END,
    parked = n.parked AND n.urgent > greatest(n.sent, a.version),
    lease_until = CASE WHEN n.urgent <= greatest(n.sent, a.version) THEN NULL ELSE n.lease_until END,
    dirty_at = CASE WHEN n.urgent <= greatest(n.sent, a.version) THEN NULL ELSE n.dirty_at END
FROM accepted a, held h
WHERE n.{id} = a.id AND n.epoch = a.epoch AND h.{id} = n.{id} AND h.epoch = n.epoch
"""
"""One plan per owner and epoch; rows that a step has brought up to date are left alone, locks are taken in order."""

_DIRTY_AGAIN = (
    " urgent = n.wanted, sent = least(n.sent, n.wanted - 1), armed_at = NULL, lease_until = NULL, attempts = 0,"
    " parked = false, dirty_at = coalesce(n.dirty_at, clock_timestamp())"
)

MARK_DIRTY = (
    "UPDATE {notify} n SET" + _DIRTY_AGAIN + " FROM {rows} c"
    " WHERE c.id = $1 AND n.{id} = c.id AND n.epoch = c.epoch"
)

REARM = "UPDATE {notify} n SET" + _DIRTY_AGAIN + " WHERE n.step_at IS NOT NULL"
"""After a jump of the business clock every wake that the engine holds is wrong."""

_BUMP = """
WITH bumped AS (
    UPDATE {rows} c SET epoch = greatest(c.epoch + 1, floor(extract(epoch FROM clock_timestamp()))::bigint)
    FROM {notify} o
    WHERE {chosen} AND o.{id} = c.id AND o.epoch = c.epoch
    RETURNING c.id, c.epoch, c.version, o.epoch AS old, o.step_at, o.closed
), ended AS (
    UPDATE {notify} n SET closed = true, sent = n.wanted, urgent = least(n.urgent, n.wanted), lease_until = NULL,
        dirty_at = NULL, step_at = NULL, parked = false
    FROM bumped b WHERE n.{id} = b.id AND n.epoch = b.old
)
INSERT INTO {notify} ({id}, epoch, wanted, urgent, step_at, closed, dirty_at)
SELECT b.id, b.epoch, b.version, b.version, b.step_at, b.closed, clock_timestamp() FROM bumped b
RETURNING epoch
"""

BUMP_ONE = _BUMP.replace("{chosen}", "c.id = $1")
BUMP_ALL = _BUMP.replace("{chosen}", "(NOT o.closed OR o.step_at IS NOT NULL)")

DUE_UNFIRED = """
SELECT n.{id} AS id, n.epoch, real_at(n.step_at) AS since,
       extract(epoch FROM clock_timestamp() - real_at(n.step_at))::float8 AS late_s
FROM {notify} n
WHERE n.step_at < (SELECT business_at(clock_timestamp() - make_interval(secs => $1::float8)))
ORDER BY n.step_at
LIMIT $2
"""

LAST_STEP = "SELECT extract(epoch FROM clock_timestamp() - max(stepped_at))::float8 AS age FROM {notify}"

TAKE_MESSAGES = """
WITH taken AS (
    SELECT id FROM outbound
    WHERE done_at IS NULL
      AND ((state = 'queued' AND created_at < clock_timestamp() - interval '2 seconds')
        OR (state = 'handed' AND attempts = 0 AND handed_at < clock_timestamp() - interval '60 seconds'))
    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
UPDATE outbound o SET state = 'handed', handed_at = clock_timestamp()
FROM taken t, channels ch WHERE o.id = t.id AND ch.id = o.channel_id
RETURNING o.id, ch.kind
"""

COUNTERS = """
SELECT
    (SELECT count(*) FROM {notify}
     WHERE wanted > sent AND urgent > sent AND NOT parked AND dirty_at < clock_timestamp() - interval '30 seconds')
        AS dirty_over_30s,
    (SELECT count(*) FROM {notify} WHERE parked) AS parked,
    (SELECT count(*) FROM {notify}
     WHERE step_at IS NOT NULL AND NOT closed AND urgent <= sent AND sent_at < clock_timestamp() - interval '60 seconds'
       AND coalesce(armed_at, 'infinity') > real_at(step_at) + interval '1 second') AS unarmed_over_60s,
    (SELECT count(*) FROM {notify}
     WHERE step_at IS NOT NULL AND urgent <= sent AND armed_at < clock_timestamp() - interval '120 seconds')
        AS armed_past_120s,
    (SELECT count(*) FROM {notify}
     WHERE step_at < (SELECT business_at(clock_timestamp() - interval '120 seconds'))) AS due_unfired_120s,
    (SELECT count(*) FROM {rows} c WHERE c.closed_at IS NULL
       AND NOT EXISTS (SELECT FROM {notify} n WHERE n.{id} = c.id AND n.epoch = c.epoch)) AS undriven
"""
"""Of one family."""

MESSAGES_COUNTER = """
SELECT count(*) AS messages_over_5min FROM outbound
WHERE done_at IS NULL AND attempts = 0 AND created_at < clock_timestamp() - interval '5 minutes'
"""
