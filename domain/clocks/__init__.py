"""Clocks: limits, their due instants, and the explanation of how an instant was computed."""

from domain.clocks.course import Change, Course, Extra, Pause
from domain.clocks.due import Due, Spent, after_due, before_due, overrun, resolve_due, share_point, spent
from domain.clocks.explanation import Explanation, Role, Span, explain
from domain.clocks.legs import Leg, legs
from domain.clocks.limits import Limit, LimitInvalid, Method, Unit

__all__ = [
    "Change", "Course", "Due", "Explanation", "Extra", "Leg", "Limit", "LimitInvalid", "Method", "Pause", "Role",
    "Span", "Spent", "Unit",
    "after_due", "before_due", "explain", "legs", "overrun", "resolve_due", "share_point", "spent",
]
