"""What ticks: it looks at what the database says is due, and may miss any tick."""
