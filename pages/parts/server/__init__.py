"""What the server is doing, for its entry and for whoever watches it."""
