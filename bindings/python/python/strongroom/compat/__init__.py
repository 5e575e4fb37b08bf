"""What other programs' clients look like, over a keyring."""
