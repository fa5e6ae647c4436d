"""Where generation runs."""

from synthforge.runners.base import Answered, Conversation, Runner, ask_all
from synthforge.runners.batch import Batch
from synthforge.runners.local import Local

__all__ = ["Answered", "Batch", "Conversation", "Local", "Runner", "ask_all"]
