"""Where generation runs."""
