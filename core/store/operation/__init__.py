"""What whoever runs the store asks of it: a copy of it and back, is it ready, where does it lie."""
