"""Where clients stand: assessments that can be replayed, movement, warnings, plans, overrides."""
