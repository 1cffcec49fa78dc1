"""Units as a tree with its history, officers and their postings, roles, and the fence around a unit."""
