"""What a dataset of people keeps beside its figures: loads, what they restated, names of units."""
