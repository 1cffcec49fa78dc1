"""What is owed to clients and what was done, as arithmetic (domain.md D2, A8, G3)."""
