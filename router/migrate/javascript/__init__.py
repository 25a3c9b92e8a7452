"""JavaScript and TypeScript: what asks for pictures in a module, and what rests on the answer."""

from .reader import read_javascript as read_javascript

__all__ = ["read_javascript"]
