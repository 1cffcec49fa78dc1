"""Score a file of clients: read, encode, decide over columns, write, tell what came out."""
