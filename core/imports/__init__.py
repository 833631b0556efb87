"""What people really hold in their hands, read into a dataset: preview first, then commit."""
