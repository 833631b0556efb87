"""A tab's work is kept by itself, brought back by its address, and tried again without a store."""
