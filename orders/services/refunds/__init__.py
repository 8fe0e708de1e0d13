"""Money that goes back: asked for, approved, sent, settled; every step under the order's lock."""
