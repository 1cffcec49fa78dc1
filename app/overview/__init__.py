"""A client at a glance: the 360° view for a person (domain.md A14, C2, G6)."""
