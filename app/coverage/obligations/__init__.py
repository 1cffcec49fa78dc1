"""What clients are owed, as it follows from decisions (domain.md D1)."""
