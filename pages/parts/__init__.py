"""What pages are made of: common folders, and one folder a page."""
