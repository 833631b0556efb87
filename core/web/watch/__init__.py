"""What whoever runs the server sees of it: numbered lines, figures, and how long people wait."""
