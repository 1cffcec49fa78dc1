"""The whole story told: a real service, a real receiver, a clock that jumps, and what happens to one client."""
