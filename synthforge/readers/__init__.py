"""One reader a format: a file's bytes become blocks of text in document order, and what is left out is counted."""
