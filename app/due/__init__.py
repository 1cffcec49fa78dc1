"""What falls due, and when: one table for all of it; whatever ticks only looks (domain.md A10, A11)."""
