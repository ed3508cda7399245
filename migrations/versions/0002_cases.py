"""Cases: the append-only log, the read model beside it, texts that can be erased, and what the drive keeps."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE cases (
        id UUID NOT NULL,
        number TEXT NOT NULL,
        kind TEXT NOT NULL,
        channel TEXT NOT NULL,
        status TEXT NOT NULL,
        phase TEXT NOT NULL,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        class_code TEXT NOT NULL,
        limit_class TEXT NOT NULL,
        duty TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        version INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        raised_by TEXT NOT NULL,
        raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        result TEXT,
        escalation INTEGER NOT NULL,
        supervision INTEGER NOT NULL,
        rework INTEGER NOT NULL,
        awaiting_approval BOOLEAN NOT NULL,
        rules TEXT NOT NULL,
        lat INTEGER,
        lng INTEGER,
        source_ref TEXT,
        next_due TIMESTAMP WITH TIME ZONE,
        next_near TIMESTAMP WITH TIME ZONE,
        next_clock TEXT,
        state JSONB NOT NULL,
        head BYTEA NOT NULL,
        CONSTRAINT pk_cases PRIMARY KEY (id),
        CONSTRAINT ck_cases_status CHECK (status IN ('pending_approval', 'mustering', 'in_action', 'checking', 'closed', 'withdrawn')),
        CONSTRAINT ck_cases_phase CHECK (phase IN ('approve', 'muster', 'act', 'check', 'wind_up')),
        CONSTRAINT uq_cases_number UNIQUE (number)
    )
     WITH (fillfactor = 80)
    """,
    """
    CREATE INDEX ix_cases_area_raised ON cases (area, raised_at DESC, id DESC)
    """,
    """
    CREATE INDEX ix_cases_district_raised ON cases (district, raised_at DESC, id DESC)
    """,
    """
    CREATE INDEX ix_cases_next_due ON cases (next_due) WHERE closed_at IS NULL
    """,
    """
    CREATE INDEX ix_cases_raised ON cases (raised_at DESC, id DESC)
    """,
    """
    CREATE INDEX ix_cases_status_raised ON cases (status, raised_at DESC, id DESC)
    """,
    """
    CREATE UNIQUE INDEX uq_cases_source_ref ON cases (source_ref) WHERE source_ref IS NOT NULL
    """,
    """
    CREATE TABLE tasks (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        org TEXT NOT NULL,
        line TEXT,
        org_area TEXT NOT NULL,
        org_district TEXT,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        role TEXT NOT NULL,
        state TEXT NOT NULL,
        holder TEXT,
        late BOOLEAN NOT NULL,
        no_show BOOLEAN NOT NULL,
        rework INTEGER NOT NULL,
        stage TEXT,
        added_at TIMESTAMP WITH TIME ZONE,
        claimed_at TIMESTAMP WITH TIME ZONE,
        reported_at TIMESTAMP WITH TIME ZONE,
        submitted_at TIMESTAMP WITH TIME ZONE,
        next_due TIMESTAMP WITH TIME ZONE,
        next_near TIMESTAMP WITH TIME ZONE,
        next_clock TEXT,
        CONSTRAINT pk_tasks PRIMARY KEY (case_id, no),
        CONSTRAINT ck_tasks_role CHECK (role IN ('lead', 'assist', 'inform')),
        CONSTRAINT ck_tasks_state CHECK (state IN ('ready', 'claimed', 'on_scene', 'submitted', 'accepted', 'released', 'withdrawn')),
        CONSTRAINT fk_tasks_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    """
    CREATE INDEX ix_tasks_holder ON tasks (holder) WHERE holder IS NOT NULL
    """,
    """
    CREATE INDEX ix_tasks_added ON tasks (added_at, case_id, no)
    """,
    """
    CREATE INDEX ix_tasks_called ON tasks (line, org_district, case_id, state)
    """,
    """
    CREATE INDEX ix_tasks_called_area ON tasks (org_area, case_id, state) WHERE "left"(org_area, 9) <> "left"(area, 9)
    """,
    """
    CREATE INDEX ix_tasks_called_district ON tasks (org_district, case_id, state) WHERE org_district <> district
    """,
    """
    CREATE INDEX ix_tasks_org_area_state ON tasks (org_area, state)
    """,
    """
    CREATE INDEX ix_tasks_org_next_due ON tasks (org, next_due) WHERE next_due IS NOT NULL
    """,
    """
    CREATE INDEX ix_tasks_org_state ON tasks (org, state)
    """,
    """
    CREATE TABLE clocks (
        case_id UUID NOT NULL,
        key TEXT NOT NULL,
        generation INTEGER NOT NULL,
        code TEXT NOT NULL,
        task_no INTEGER,
        stage TEXT,
        party TEXT NOT NULL,
        line TEXT,
        party_area TEXT NOT NULL,
        party_district TEXT,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        kind TEXT NOT NULL,
        class_code TEXT NOT NULL,
        role TEXT,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        set_at TIMESTAMP WITH TIME ZONE NOT NULL,
        due TIMESTAMP WITH TIME ZONE NOT NULL,
        near_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        outcome TEXT NOT NULL,
        limit_text TEXT NOT NULL,
        calendar TEXT NOT NULL,
        provisional BOOLEAN NOT NULL,
        fired JSONB NOT NULL,
        rungs JSONB NOT NULL,
        CONSTRAINT pk_clocks PRIMARY KEY (case_id, key, generation),
        CONSTRAINT ck_clocks_code CHECK (code IN ('approval', 'claim', 'report_in', 'handle', 'check', 'lease')),
        CONSTRAINT ck_clocks_outcome CHECK (outcome IN ('open', 'met', 'cancelled', 'superseded')),
        CONSTRAINT fk_clocks_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    """
    CREATE INDEX ix_clocks_met_ended ON clocks (ended_at, case_id) WHERE outcome = 'met'
    """,
    """
    CREATE INDEX ix_clocks_open_area_due ON clocks (area, due) WHERE ended_at IS NULL
    """,
    """
    CREATE INDEX ix_clocks_open_case ON clocks (case_id) WHERE ended_at IS NULL
    """,
    """
    CREATE INDEX ix_clocks_open_district_due ON clocks (district, due) WHERE ended_at IS NULL
    """,
    """
    CREATE INDEX ix_clocks_open_due ON clocks (due, case_id) WHERE ended_at IS NULL
    """,
    """
    CREATE INDEX ix_clocks_open_line_due ON clocks (line, party_district, due) WHERE ended_at IS NULL
    """,
    """
    CREATE INDEX ix_clocks_open_party_due ON clocks (party, due) WHERE ended_at IS NULL
    """,
    """
    CREATE INDEX ix_clocks_set_ended ON clocks (set_at, ended_at)
    """,
    """
    CREATE TABLE case_events (
        case_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        actor TEXT NOT NULL,
        kind TEXT NOT NULL,
        body JSONB NOT NULL,
        hash BYTEA NOT NULL,
        CONSTRAINT pk_case_events PRIMARY KEY (case_id, seq),
        CONSTRAINT fk_case_events_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    """
    CREATE INDEX ix_case_events_recorded ON case_events (recorded_at)
    """,
    """
    CREATE UNIQUE INDEX uq_case_events_rung ON case_events (case_id, (body ->> 'key'), (body ->> 'generation'), (body ->> 'rung')) WHERE kind = 'rung_fired'
    """,
    """
    CREATE TABLE case_texts (
        case_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        field TEXT NOT NULL,
        body TEXT,
        salt TEXT,
        personal BOOLEAN NOT NULL,
        grams TEXT[] GENERATED ALWAYS AS (CASE WHEN personal THEN NULL ELSE grams(body) END) STORED,
        CONSTRAINT pk_case_texts PRIMARY KEY (case_id, seq, field),
        CONSTRAINT fk_case_texts_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    """
    CREATE INDEX ix_case_texts_grams ON case_texts USING gin (grams)
    """,
    """
    CREATE TABLE case_notify (
        case_id UUID NOT NULL,
        epoch BIGINT NOT NULL,
        wanted INTEGER NOT NULL,
        urgent INTEGER DEFAULT '0' NOT NULL,
        sent INTEGER DEFAULT '0' NOT NULL,
        armed_at TIMESTAMP WITH TIME ZONE,
        step_at TIMESTAMP WITH TIME ZONE,
        lease_until TIMESTAMP WITH TIME ZONE,
        attempts INTEGER DEFAULT '0' NOT NULL,
        closed BOOLEAN DEFAULT 'false' NOT NULL,
        parked BOOLEAN DEFAULT 'false' NOT NULL,
        dirty_at TIMESTAMP WITH TIME ZONE,
        sent_at TIMESTAMP WITH TIME ZONE,
        stepped_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_case_notify PRIMARY KEY (case_id, epoch),
        CONSTRAINT fk_case_notify_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
     WITH (fillfactor = 70)
    """,
    """
    CREATE INDEX ix_case_notify_step ON case_notify (step_at) WHERE step_at IS NOT NULL
    """,
    """
    CREATE INDEX ix_case_notify_stepped ON case_notify (stepped_at DESC NULLS LAST)
    """,
    """
    CREATE INDEX ix_case_notify_unsent ON case_notify (step_at) WHERE wanted > sent
    """,
    """
    CREATE TABLE notices (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        case_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        code TEXT NOT NULL,
        org TEXT NOT NULL,
        role TEXT,
        user_id TEXT,
        task_no INTEGER,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_notices PRIMARY KEY (id),
        CONSTRAINT fk_notices_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    """
    CREATE INDEX ix_notices_case_id_seq ON notices (case_id, seq)
    """,
    """
    CREATE INDEX ix_notices_org_id ON notices (org, id DESC)
    """,
    """
    CREATE INDEX ix_notices_user_id_id ON notices (user_id, id DESC) WHERE user_id IS NOT NULL
    """,
    """
    CREATE TABLE notice_reads (
        user_id TEXT NOT NULL,
        notice_id BIGINT NOT NULL,
        CONSTRAINT pk_notice_reads PRIMARY KEY (user_id, notice_id),
        CONSTRAINT fk_notice_reads_notice_id FOREIGN KEY(notice_id) REFERENCES notices (id)
    )
    """,
    """
    CREATE TABLE channels (
        id UUID DEFAULT gen_random_uuid() NOT NULL,
        kind TEXT NOT NULL,
        org TEXT,
        url TEXT NOT NULL,
        secret TEXT NOT NULL,
        active BOOLEAN DEFAULT 'true' NOT NULL,
        CONSTRAINT pk_channels PRIMARY KEY (id),
        CONSTRAINT ck_channels_kind CHECK (kind IN ('webhook'))
    )
    """,
    """
    CREATE TABLE outbound (
        id UUID DEFAULT gen_random_uuid() NOT NULL,
        case_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        channel_id UUID NOT NULL,
        recipient TEXT NOT NULL,
        code TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER DEFAULT '0' NOT NULL,
        last_error TEXT,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        handed_at TIMESTAMP WITH TIME ZONE,
        done_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_outbound PRIMARY KEY (id),
        CONSTRAINT ck_outbound_state CHECK (state IN ('queued', 'handed', 'delivered', 'dead')),
        CONSTRAINT uq_outbound_case_id_seq_channel_id_recipient UNIQUE (case_id, seq, channel_id, recipient),
        CONSTRAINT fk_outbound_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
        CONSTRAINT fk_outbound_channel_id FOREIGN KEY(channel_id) REFERENCES channels (id)
    )
    """,
    """
    CREATE INDEX ix_outbound_waiting ON outbound (created_at) WHERE done_at IS NULL
    """,
    """
    CREATE TABLE idempotency (
        actor TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        answer JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_idempotency PRIMARY KEY (actor, key)
    )
    """,
    """
    CREATE INDEX ix_idempotency_created_at ON idempotency (created_at)
    """,
    """
    CREATE TABLE case_numbers (
        district TEXT NOT NULL,
        day DATE NOT NULL,
        next INTEGER NOT NULL,
        CONSTRAINT pk_case_numbers PRIMARY KEY (district, day)
    )
     WITH (fillfactor = 50)
    """,
)

APPEND_ONLY = """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END
    $$
"""

GRANTS = (
    "GRANT SELECT, INSERT ON case_events TO whistle_app",
    "GRANT SELECT, INSERT, UPDATE ON cases, tasks, clocks, case_notify, notices, notice_reads, outbound, channels,"
    " case_numbers TO whistle_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON case_texts TO whistle_app",
    "GRANT SELECT, INSERT, DELETE ON idempotency TO whistle_app",
    "GRANT SELECT ON cases, tasks, clocks, case_events, case_texts, case_notify, notices, notice_reads, outbound,"
    " case_numbers TO whistle_ro",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    op.execute(APPEND_ONLY)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for grant in GRANTS:
        op.execute(grant)


def downgrade() -> None:
    for table in (
        "case_numbers", "idempotency", "outbound", "channels", "notice_reads", "notices", "case_notify", "case_texts",
        "case_events", "clocks", "tasks", "cases",
    ):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")
