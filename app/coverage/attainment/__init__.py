"""What was owed against what was done, in any period, as of any moment (domain.md D2, D5)."""
