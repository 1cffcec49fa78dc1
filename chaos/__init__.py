"""What is promised of events, held against processes that die, a database that goes away, receivers that misbehave."""
