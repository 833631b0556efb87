"""What moves the score: leverage, losses, sensitivity."""
