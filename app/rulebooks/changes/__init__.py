"""Changes between two rulebooks, in words."""
