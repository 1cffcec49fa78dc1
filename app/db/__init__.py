"""PostgreSQL: where it comes from, how it is reached, when it commits, what it can store."""
