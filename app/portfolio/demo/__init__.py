"""A made-up bank to try Tierbook on: nothing in it is anybody's, and the same seed draws the same bank."""
