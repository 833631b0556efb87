"""The live panel: figures and the ladder that move while a thumb is held."""
