"""What if the limits had been others: verdicts change, events do not."""

from domain.case import ClockCode
from domain.codec import to_plain
from domain.rulepack import Rules
from simulator.whatif import Tally, judge
from tests.support.cases import WATERMAN, clock_rule, handed_in, raised, small_rules


def tightened() -> Rules:
    return small_rules(clocks={ClockCode.CLAIM: clock_rule("10 minutes continuous")})


def test_a_tighter_limit_makes_a_timely_claim_late():
    life = handed_in(raised().wait(minutes=30))
    same = judge([life.log], life.rules)
    assert same[ClockCode.CLAIM] == Tally(clocks=1)
    other = judge([life.log], tightened())
    assert other[ClockCode.CLAIM] == Tally(clocks=1, late_after=1, newly_late=1)
    assert other[ClockCode.REPORT_IN] == same[ClockCode.REPORT_IN]


def test_a_wider_limit_forgives_and_the_log_stays():
    life = raised().wait(hours=3)
    handed_in(life, 1, WATERMAN)
    before = [to_plain(event) for event in life.log]
    wider = small_rules(clocks={ClockCode.CLAIM: clock_rule("5 hours continuous")})
    tally = judge([life.log, life.log], wider)[ClockCode.CLAIM]
    assert (tally.clocks, tally.late_before, tally.late_after, tally.no_longer_late) == (2, 2, 0, 2)
    assert [to_plain(event) for event in life.log] == before


def test_running_clocks_and_kinds_the_rules_do_not_have_are_left_out():
    life = raised()
    assert judge([life.log], small_rules()) == {}
    other = small_rules()
    empty = Rules(type(other.pack)("other", 1, "T", 75, {}, {}), other.calendar)
    assert judge([handed_in(raised()).log], empty) == {}
