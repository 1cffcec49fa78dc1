"""Start-up and shut-down: PostgreSQL, schema, first-run steps, the listening server, and all of it back again."""
