"""Personal data and secrets: what counts as such, where it stands in a text, and how it is masked.

Every recipe is made of settings, few of them mask: `detector` and `mask`, which compile the rules, are imported by
whoever needs them.
"""

from synthforge.privacy.settings import Allow, Redact

__all__ = ["Allow", "Redact"]
