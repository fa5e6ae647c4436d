"""Who writes the examples."""

from synthforge.teacher.base import Teacher
from synthforge.teacher.claude import Claude
from synthforge.teacher.embedded import Embedded
from synthforge.teacher.imported import Imported
from synthforge.teacher.openai import OpenAI

__all__ = ["Claude", "Embedded", "Imported", "OpenAI", "Teacher"]
