"""All clients at once: runs, dry runs, stress, concentration."""
