"""The tables of the platforms' exports, a file a platform."""
