"""The student: a small causal language model, how it is tuned, and how it answers."""

from synthforge.student.base import Student, Tuner
from synthforge.student.lora import Lora

__all__ = ["Lora", "Student", "Tuner"]
