"""How the tiny student that ships with synthforge was made: its text, its training, its evaluation."""
