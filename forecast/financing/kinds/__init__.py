"""Kinds of facilities: a class by behaviour, a file each, and one table from the name of a kind to its classes."""
