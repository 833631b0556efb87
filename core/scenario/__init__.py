"""What differs: changes, their scopes, files and links, history."""
