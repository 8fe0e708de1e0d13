"""Killing processes on purpose and counting what is lost, doubled or left half done."""
