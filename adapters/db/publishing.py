"""Drafts of publications, and the one row that puts an approved draft into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import UnknownDraft
from adapters.db.process_tables import publication_drafts, rule_adoptions
from adapters.db.rules_store import publish_calendar, publish_pack
from adapters.db.versions import publish_duty_list
from adapters.drafts import Draft, calendar_of, digest_of, duty_list_of
from domain.processes.publication import PublicationState, Published, Subject


async def keep_draft(connection: AsyncConnection, draft: Draft) -> str:
    """Keep a draft under its digest, which is returned; keeping it again changes nothing."""
    digest = digest_of(draft)
    row = {"digest": digest, "subject": draft.subject.value, "ref": draft.ref, "body": dict(draft.body)}
    await connection.execute(insert(publication_drafts).values(row).on_conflict_do_nothing())
    return digest


async def read_draft(connection: AsyncConnection, digest: str) -> Draft:
    """Return a draft.

    Raises:
        UnknownDraft: code `unknown_draft`.
    """
    d = publication_drafts.c
    row = (await connection.execute(select(d.subject, d.ref, d.body).where(d.digest == digest))).one_or_none()
    if row is None:
        raise UnknownDraft("The record has no such draft.", digest=digest)
    body: Mapping[str, Any] = row.body
    return Draft(Subject(row.subject), row.ref, body)


async def put_into_force(connection: AsyncConnection, event: Published, _state: PublicationState) -> None:
    """Write the row from which every new clock or case uses the version, and since when running cases go over to it.

    What was approved is what is written. A rule pack that ships with the program may be there already.

    Raises:
        UnknownDraft: code `unknown_draft`.
        RulesFixed: code `rules_fixed`, the version was published meanwhile with another content.
    """
    draft = await read_draft(connection, event.digest)
    match event.subject:
        case Subject.CALENDAR:
            await publish_calendar(connection, calendar_of(draft))
        case Subject.RULE_PACK:
            await publish_pack(connection, draft.body)
        case Subject.DUTY_LIST:
            await publish_duty_list(connection, duty_list_of(draft))
            return
    name, _, version = event.ref.rpartition("/")
    row = {"subject": event.subject.value, "name": name, "version": int(version), "since": event.at}
    await connection.execute(insert(rule_adoptions).values(row).on_conflict_do_nothing())
