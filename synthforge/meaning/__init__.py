"""What decides a text's meaning: quantities, references, rules, and whether two texts agree on them."""
