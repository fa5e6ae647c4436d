"""Quotas, strata, waves: which orders to place next, and why."""

from synthforge.plan.orders import Planner
from synthforge.plan.waves import Waves

__all__ = ["Planner", "Waves"]
