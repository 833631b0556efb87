"""What stands around every page: the choice of the dataset, and what is wrong with the others."""
