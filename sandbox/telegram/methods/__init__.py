"""The methods of the Bot API that the sandbox plays, by lower-case name.

A group of methods is a module with HANDLERS; payments in Stars would be one more of them.
"""

from sandbox.telegram.call import Handler
from sandbox.telegram.methods import (
    chats,
    copying,
    editing,
    profile,
    queries,
    sending,
    updates,
)

HANDLERS: dict[str, Handler] = {
    name.lower(): handler
    for module in (chats, copying, editing, profile, queries, sending, updates)
    for name, handler in module.HANDLERS.items()
}
