"""Blocks of text become an outline, and the outline sections that a professional would cite."""
