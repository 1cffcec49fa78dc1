"""The HTTP shell: strict reading, problem details, request ids, health, metrics, offline documentation."""
