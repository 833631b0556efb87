"""What must hold in a dataset, and what in it is unusual; all of it told at once."""
