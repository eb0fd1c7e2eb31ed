"""Methods as plug-ins: each registers its genotype, mapping and operators in a DEAP toolbox.

- :func:`graft` registers a method in a toolbox, set up for a problem
- :func:`names` and :func:`get` look plug-ins up; :func:`register` adds one
- :class:`Plugin`, :class:`Preset`, :class:`Graft` and :class:`Defaults` are what one is made of
"""

if __name__ != "evograft.plugins":
    msg = "source folder: import evograft.plugins instead"
    raise ImportError(msg)

from evograft.plugins.graft import graft
from evograft.plugins.registry import (
    Defaults,
    Graft,
    Plugin,
    Preset,
    get,
    loadable,
    names,
    register,
)

__all__ = ["Defaults", "Graft", "Plugin", "Preset", "get", "graft", "loadable", "names", "register"]
