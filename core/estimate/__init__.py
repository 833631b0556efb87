"""What was not published, reconciled with what was."""
