"""What the engine would have said, against what happened."""
