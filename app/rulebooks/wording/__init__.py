"""A rulebook in words, English and Chinese."""
