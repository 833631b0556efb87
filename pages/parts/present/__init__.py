"""The presentation: slides, guesses and their look."""
