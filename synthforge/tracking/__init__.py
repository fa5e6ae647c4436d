"""Tracking: a copy of a finished run's settings and figures, sent where the user compares runs."""

from synthforge.tracking.base import Off, Tracker
from synthforge.tracking.wandb import Wandb

__all__ = ["Off", "Tracker", "Wandb"]
