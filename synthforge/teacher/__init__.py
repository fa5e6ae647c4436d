"""Who writes the examples."""

from synthforge.teacher.base import Teacher
from synthforge.teacher.embedded import Embedded

__all__ = ["Embedded", "Teacher"]
