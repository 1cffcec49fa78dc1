"""Whether what is owed fits, how it could be spread, what it is a day (domain.md G1, G3)."""
