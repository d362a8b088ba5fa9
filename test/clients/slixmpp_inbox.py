"""What has come in a session with python3-slixmpp."""

import asyncio


class Inbox:
    """Stanzas that have come, and those who wait for one."""

    def __init__(self):
        self._stanzas = []
        self._arrived = asyncio.Event()

    def put(self, stanza):
        self._stanzas.append(stanza)
        self._arrived.set()

    async def take(self, matches):
        """Removes and returns the first that matches, now or later."""
        while True:
            for stanza in self._stanzas:
                if matches(stanza):
                    self._stanzas.remove(stanza)
                    return stanza
            self._arrived.clear()
            await self._arrived.wait()
