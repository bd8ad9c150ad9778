"""The version of the package, the same in the result, the manifest and the package's own metadata."""

__version__ = "0.1.0"
