"""Every way in which a call can fail: one class for each error, under a class for each family, under ``StrongroomError``.

The classes are made from the library's own table when the module is loaded. ``code`` and ``number`` are the same in every language;
the page ``docs/errors.md`` says of each what to do.
"""

from strongroom import _native

globals().update({error.__name__: error for error in _native.error_classes})
__all__ = [error.__name__ for error in _native.error_classes]
