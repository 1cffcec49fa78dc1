"""How a client becomes strategic: nomination, screening, assessment, vote, filing."""
