"""Clocks: limits, their due instants, and the explanation of how an instant was computed."""

from domain.clocks.due import Due, Spent, after_due, before_due, overrun, resolve_due, share_point, spent
from domain.clocks.explanation import Explanation, Role, Span, explain
from domain.clocks.limits import Limit, LimitInvalid, Method, Unit

__all__ = [
    "Due", "Explanation", "Limit", "LimitInvalid", "Method", "Role", "Span", "Spent", "Unit",
    "after_due", "before_due", "explain", "overrun", "resolve_due", "share_point", "spent",
]
