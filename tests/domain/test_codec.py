"""Plain data: every event and state goes through JSON and back; words leave the event when it is sealed."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import Action, CaseState, ClockSpec, Facts, Party, Rung, TaskRole
from domain.codec import EVENTS, event_name, from_plain, instant, seal, to_plain, unseal
from domain.events import CaseRaised, Event, Personal, ReportedIn, Text, Urged
from tests.support.cases import ASSIST, LEAD, MONDAY, STAFF, WATERMAN, arrived, handed_in, raised, rules, small_rules

instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
words = st.text(max_size=20)
st.register_type_strategy(datetime, instants)
st.register_type_strategy(Text, words.map(Text))
st.register_type_strategy(Personal, words.map(Personal))


def through_json(value):
    return json.loads(json.dumps(value, allow_nan=False))


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda k: k.__name__)
@given(data=st.data())
def test_every_event_survives_json(kind, data):
    event = data.draw(st.from_type(kind))
    plain = through_json(to_plain(event))
    assert unseal(event_name(event), plain) == event
    assert to_plain(unseal(event_name(event), plain)) == plain


@given(st.from_type(CaseState))
def test_every_state_survives_json(state):
    assert from_plain(CaseState, through_json(to_plain(state))) == state


def test_names_are_the_class_names_in_snake_case():
    assert set(EVENTS.values()) == set(get_args(Event))
    assert event_name(Urged) == event_name(Urged(MONDAY, 1)) == "urged"
    assert EVENTS["case_raised"] is CaseRaised
    assert all(name == name.lower() and " " not in name for name in EVENTS)


def test_instants_are_utc_with_microseconds():
    beijing = timezone(timedelta(hours=8))
    assert instant(datetime(2026, 11, 23, 9, tzinfo=beijing)) == "2026-11-23T01:00:00.000000Z"
    assert from_plain(Rung, to_plain(Rung("r", MONDAY, Action.REMIND, ("desk",)))).at == MONDAY


def test_equal_instants_of_different_zones_are_the_same_text():
    zoned = MONDAY.astimezone(timezone(timedelta(hours=-5)))
    assert instant(zoned) == instant(MONDAY)


def test_a_missing_field_takes_its_default_and_an_unknown_one_is_ignored():
    plain = to_plain(Urged(MONDAY, 1, Text("x")))
    del plain["note"]
    assert unseal("urged", {**plain, "later": 1}) == Urged(MONDAY, 1)


def test_a_missing_field_without_default_is_a_fault_of_the_record():
    with pytest.raises(ValueError, match="Urged without task"):
        unseal("urged", {"at": instant(MONDAY)})


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(TypeError, match="no plain form for float"):
        to_plain(1.5)


def test_sealing_takes_the_words_out_and_leaves_digests():
    life = raised(small_rules(), reporter_name=Personal("王"), reporter_phone=Personal("138"))
    calls = []
    body, texts = seal(life.log[0], lambda text: calls.append(text) or f"#{len(calls)}")
    assert texts == [
        ("title", "路面冒水", False), ("description", "井盖旁冒水", False), ("place", "东华门大街1号", False),
        ("reporter_name", "王", True), ("reporter_phone", "138", True),
    ]  # fmt: skip
    assert [body[name] for name, _, _ in texts] == ["#1", "#2", "#3", "#4", "#5"]
    assert calls == [text for _, text, _ in texts]
    assert "王" not in json.dumps(body, ensure_ascii=False)


def test_absent_words_are_neither_sealed_nor_digested():
    body, texts = seal(ReportedIn(MONDAY, 1, "w", late=False), lambda _: "never")
    assert texts == []
    assert body["note"] is None


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda k: k.__name__)
@given(data=st.data())
def test_no_words_stay_in_a_sealed_event(kind, data):
    event = data.draw(st.from_type(kind))
    spoken = {f.name for f in fields(kind) if isinstance(getattr(event, f.name), Text)}
    body, texts = seal(event, lambda _: "digest")
    assert {name for name, _, _ in texts} == spoken
    assert all(body[name] == "digest" for name in spoken)


def test_the_state_does_not_depend_on_the_words():
    life = arrived(raised(small_rules(), LEAD, ASSIST))
    life.do(c.StageReport(1, Text("secret")), WATERMAN)
    life.do(c.Submit(1, Text("secret")), WATERMAN)
    life.do(c.Release(2, Text("secret")), STAFF)
    life.do(c.CheckFail(Text("secret")), STAFF)
    life.do(c.MarkCalled((1,)), SYSTEM)
    sealed = [unseal(event_name(e), through_json(seal(e, lambda _: "#")[0])) for e in life.log]
    from domain.evolve import fold

    assert fold(sealed) == life.state
    assert "secret" not in json.dumps(to_plain(life.state))


def test_a_whole_life_survives_json():
    life = handed_in(raised(rules(), kind="emergency", limit_class="burst_pipe_staged"))
    assert from_plain(CaseState, through_json(to_plain(life.state))) == life.state


def test_old_rows_without_later_fields_stay_readable():
    facts = to_plain(raised().state.facts)
    for later in ("appointment", "lat", "lng", "source_ref"):
        del facts[later]
    assert from_plain(Facts, facts).appointment is None
    assert from_plain(Party, {"org": "110101-CG", "role": "assist"}).role is TaskRole.ASSIST
    spec = raised().clock("claim:1").spec
    assert from_plain(ClockSpec, to_plain(spec)) == replace(spec)
