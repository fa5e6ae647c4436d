"""What a model's tokens cost, and what a run may spend on them."""
