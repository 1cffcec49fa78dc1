"""Who owes which client how many visits, and what was done (domain.md D1, D2, D4, D5, A8, A9, B9, C2, G1, G3, G4)."""
