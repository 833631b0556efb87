"""What rows and lists may be taken for, before a matching may claim anything of them."""
