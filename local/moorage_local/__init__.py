"""Moorage outside AWS: the local server, its engines and the demo."""
