"""The plan on the screen: its states with undo, kept by itself, and what the store does with it."""
