"""The other provinces, and the one rule for ranks and ties."""
