"""Quotas, strata, waves: which orders to place next, and why."""

from synthforge.plan.orders import Planner

__all__ = ["Planner"]
