"""One session of a user with python3-slixmpp and a Telegram account: logs in by form, talks, joins a group, leaves.

Prints one JSON object of what was seen, step by step. A step that fails ends it with exit code 1; the object
then goes to standard error and says why under "failed". The code for logging in is read from the file named by
--code-file, once it is there. On the other side are the people of the stand-alone Telegram server.
"""

import argparse
import asyncio
import json
import os
import sys

from slixmpp import ClientXMPP
from slixmpp.exceptions import IqError
from slixmpp.plugins.xep_0004.stanza import Form
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from slixmpp_inbox import Inbox

STEP_TIMEOUT_S = 40
FILE_POLL_S = 0.05
PLUGINS = (
    "xep_0004", "xep_0030", "xep_0045", "xep_0054", "xep_0066", "xep_0077", "xep_0085", "xep_0153", "xep_0199",
    "xep_0308",
)
REACTIONS = "urn:xmpp:reactions:0"


class Session:
    def __init__(self, options):
        self.options = options
        self.gateway = options.gateway
        self.friend = None
        self.seen = {}
        self.inbox = Inbox()
        self.client = ClientXMPP(options.jid, options.password)
        for plugin in PLUGINS:
            self.client.register_plugin(plugin)
        self.client["feature_mechanisms"].unencrypted_scram = True
        self.client.add_event_handler("presence", self.inbox.put)
        # Its event "message" is for those with a body.
        self.client.register_handler(Callback("all messages", MatchXPath("{jabber:client}message"), self.inbox.put))
        self.client.add_event_handler("roster_update", lambda _: self._roster_changed.set())
        self._roster_changed = asyncio.Event()

    async def run(self):
        steps = (
            self.log_in, self.discover, self.register, self.roster, self.presence, self.picture, self.talk,
            self.typing, self.correction, self.reaction, self.photo, self.join, self.talk_in_room, self.remove,
        )
        for step in steps:
            try:
                async with asyncio.timeout(STEP_TIMEOUT_S):
                    self.seen[step.__name__] = await step()
            except Exception as error:  # Whatever went wrong belongs into the report.
                self.seen["failed"] = f"{step.__name__}: {error!r}"
                return False
        return True

    async def log_in(self):
        started = asyncio.get_running_loop().create_future()
        self.client.add_event_handler("session_start", started.set_result)
        self.client.connect((self.options.host, self.options.port), disable_starttls=True)
        await started
        await self.client.get_roster()
        self.client.send_presence()
        return self.client.boundjid.full

    async def discover(self):
        info = await self.client["xep_0030"].get_info(self.gateway)
        return [[category, kind] for category, kind, *_ in info["disco_info"]["identities"]]

    async def register(self):
        """The form of XEP-0077 has one page: what follows it is asked in a chat."""
        offer = await self.client["xep_0077"].get_registration(self.gateway)
        request = self.client.make_iq_set(ito=self.gateway)
        form = Form()
        form["type"] = "submit"
        for name, value in (("FORM_TYPE", "jabber:iq:register"), ("way", "phone"), ("phone", self.options.phone)):
            form.add_field(var=name, value=value)
        request["register"].append(form)
        try:
            await request.send()
            raise RuntimeError("registered without a code")
        except IqError as error:
            refusal = [error.condition, error.text]
        asked = await self._message(self.gateway)
        self.client.send_message(self.gateway, await self._code(), mtype="chat")
        said = await self._message(self.gateway)
        await self.inbox.take(lambda s: s.name == "presence" and s["type"] == "subscribe" and s["from"].bare == self.gateway)
        return {
            "fields": [*offer["register"]["form"].get_fields()],
            "refusal": refusal,
            "asked": asked["body"],
            "said": said["body"],
        }

    async def roster(self):
        """Who is there by name, once the friend is."""
        while self.friend is None:
            self._roster_changed.clear()
            for jid, item in self.client.client_roster._jids.items():
                if item["name"] == self.options.friend and item["subscription"] == "both":
                    self.friend = jid
            if self.friend is None:
                await self._roster_changed.wait()
        items = self.client.client_roster._jids
        return sorted(item["name"] for jid, item in items.items() if jid.endswith(f"@{self.gateway}"))

    async def presence(self):
        presence = await self.inbox.take(
            lambda s: s.name == "presence" and s["type"] in ("available", "unavailable", "away", "xa")
            and s["from"].bare == self.friend
        )
        return presence["type"]

    async def picture(self):
        answer = await self.client["xep_0054"].get_vcard(self.friend)
        card = answer["vcard_temp"]
        return {"name": card["FN"], "type": card["PHOTO"]["TYPE"], "bytes": len(card["PHOTO"]["BINVAL"] or b"") > 0}

    async def talk(self):
        message = self.client.make_message(self.friend, "hello from slixmpp — привет", mtype="chat")
        # Writing is told to clients that know of it (XEP-0085 §5.1).
        message["chat_state"] = "active"
        message.send()
        return (await self._message(self.friend, "hello"))["body"]

    async def typing(self):
        self.client.send_message(self.friend, "typing", mtype="chat")
        states = []
        while "paused" not in states and "active" not in states:
            states.append((await self.inbox.take(
                lambda s: s.name == "message" and s["chat_state"] and not s["body"] and s["from"].bare == self.friend
            ))["chat_state"])
        return states

    async def correction(self):
        first = self.client.make_message(self.friend, "helo", mtype="chat")
        first.send()
        await self._message(self.friend, "helo")
        second = self.client.make_message(self.friend, "hello", mtype="chat")
        second["replace"]["id"] = first["id"]
        second.send()
        return (await self._message(self.friend, "changed"))["body"]

    async def reaction(self):
        message = self.client.make_message(self.friend, "react", mtype="chat")
        message.send()
        reaction = await self.inbox.take(
            lambda s: s.name == "message" and s.xml.find(f"{{{REACTIONS}}}reactions") is not None
        )
        of_friend = reaction.xml.find(f"{{{REACTIONS}}}reactions")
        own = self.client.make_message(self.friend, mtype="chat")
        element = ET.SubElement(own.xml, f"{{{REACTIONS}}}reactions", {"id": message["id"]})
        ET.SubElement(element, f"{{{REACTIONS}}}reaction").text = "👍"
        own.send()
        thanks = await self._message(self.friend, "to you too")
        return {"to_mine": of_friend.get("id") == message["id"], "emoji": of_friend[0].text, "said": thanks["body"]}

    async def photo(self):
        self.client.send_message(self.friend, "photo", mtype="chat")
        message = await self.inbox.take(lambda s: s.name == "message" and s["oob"]["url"])
        return {"from": message["from"].bare == self.friend, "url": message["oob"]["url"]}

    async def join(self):
        own, _, occupants, _ = await self.client["xep_0045"].join_muc_wait(self.options.room, self.options.nick)
        info = await self.client["xep_0030"].get_info(self.options.room)
        return {
            "status": sorted(own["muc"]["status_codes"]),
            "nick": own["from"].resource,
            "occupants": sorted(occupant["from"].resource for occupant in occupants),
            "title": [name for _, _, _, name in info["disco_info"]["identities"]],
        }

    async def talk_in_room(self):
        self.client.send_message(self.options.room, "hello room", mtype="groupchat")
        own = await self._groupchat(lambda nick: nick != self.options.friend)
        answer = await self._groupchat(lambda nick: nick == self.options.friend)
        return {"reflected": own["body"], "answer": answer["body"]}

    async def remove(self):
        await self.client["xep_0077"].cancel_registration(self.gateway)
        after = await self.client["xep_0077"].get_registration(self.gateway)
        return after["register"]["registered"]

    async def _message(self, sender, part=""):
        return await self.inbox.take(
            lambda s: s.name == "message" and s["from"].bare == sender and part in s["body"] and s["body"]
        )

    async def _groupchat(self, matches):
        """What is said now: history comes with its time (XEP-0203)."""
        return await self.inbox.take(
            lambda s: s.name == "message"
            and s["type"] == "groupchat"
            and s["body"]
            and s.xml.find("{urn:xmpp:delay}delay") is None
            and matches(s["from"].resource)
        )

    async def _code(self):
        while not os.path.exists(self.options.code_file):
            await asyncio.sleep(FILE_POLL_S)
        with open(self.options.code_file, encoding="utf-8") as file:
            return file.read().strip()


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("jid", "password", "host", "gateway", "phone", "friend", "room", "nick", "code-file"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    return parser.parse_args()


async def main():
    session = Session(read_options())
    passed = await session.run()
    session.client.disconnect()
    print(json.dumps(session.seen, ensure_ascii=False), file=sys.stdout if passed else sys.stderr)
    return 0 if passed else 1


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    sys.exit(loop.run_until_complete(main()))
