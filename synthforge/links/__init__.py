"""What a section says about other places, and which section of the corpus that is."""
