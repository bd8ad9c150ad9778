"""Exports as platforms write them: recognised by their headers, and their lines read as orders and movements."""
