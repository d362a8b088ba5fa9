"""One session of a user with python3-slixmpp: registers, joins a room, talks, asks, and removes himself.

Prints one JSON object of what was seen, step by step. A step that fails ends it with exit code 1; the object
then goes to standard error and says why under "failed". Whoever runs it answers on IRC as the person named by --peer.
"""

import argparse
import asyncio
import json
import sys

from slixmpp import ClientXMPP
from slixmpp.plugins.xep_0004.stanza import Form

from slixmpp_inbox import Inbox

STEP_TIMEOUT_S = 20
PLUGINS = ("xep_0030", "xep_0004", "xep_0045", "xep_0050", "xep_0077", "xep_0115", "xep_0199", "xep_0313")


class Session:
    def __init__(self, options):
        self.options = options
        self.room = options.room
        self.seen = {}
        self.inbox = Inbox()
        self.client = ClientXMPP(options.jid, options.password)
        for plugin in PLUGINS:
            self.client.register_plugin(plugin)
        self.client["feature_mechanisms"].unencrypted_scram = True
        for event in ("presence_subscribe", "presence_unsubscribe", "presence_unsubscribed"):
            self.client.add_event_handler(event, self.inbox.put)
        for event in ("presence_available", "presence_unavailable", "message", "groupchat_message"):
            self.client.add_event_handler(event, self.inbox.put)

    async def run(self):
        steps = (
            self.log_in, self.discover, self.register_plain, self.caps, self.register_form, self.join, self.talk,
            self.private, self.archive, self.self_ping, self.admin_list, self.command, self.remove,
        )
        wanted = self.options.steps.split(",") if self.options.steps else [step.__name__ for step in steps]
        for step in steps:
            if step.__name__ not in wanted:
                continue
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
        info = await self.client["xep_0030"].get_info(self.options.gateway)
        items = await self.client["xep_0030"].get_items(self.options.gateway)
        return {
            "identities": [[category, kind] for category, kind, *_ in info["disco_info"]["identities"]],
            "features": sorted(info["disco_info"]["features"]),
            "items": [jid for jid, *_ in items["disco_items"]["items"]],
        }

    async def register_plain(self):
        offer = await self.client["xep_0077"].get_registration(self.options.gateway)
        request = self.client.make_iq_set(ito=self.options.gateway)
        request["register"]["nick"] = self.options.nick
        await request.send()
        await self._from_gateway("subscribe")
        return {
            "fields": sorted(offer["register"]["fields"]),
            "instructions": offer["register"]["instructions"],
            "registered_before": offer["register"]["registered"],
            "form": [*offer["register"]["form"].get_fields()],
        }

    async def caps(self):
        presence = await self._from_gateway("available")
        announced = presence["caps"]["ver"]
        node = f"{presence['caps']['node']}#{announced}"
        info = await self.client["xep_0030"].get_info(self.options.gateway, node)
        computed = self.client["xep_0115"].generate_verstring(info["disco_info"], presence["caps"]["hash"])
        return {"announced": announced, "computed": computed}

    async def register_form(self):
        request = self.client.make_iq_set(ito=self.options.gateway)
        form = Form()
        form["type"] = "submit"
        for name, value in (("FORM_TYPE", "jabber:iq:register"), ("nick", self.options.nick), ("name", "Slim X")):
            form.add_field(var=name, value=value)
        request["register"].append(form)
        await request.send()
        after = await self.client["xep_0077"].get_registration(self.options.gateway)
        values = after["register"]["form"].get_values()
        return {"registered": after["register"]["registered"], "name": values["name"], "nick": values["nick"]}

    async def join(self):
        own, subject, occupants, history = await self.client["xep_0045"].join_muc_wait(self.room, self.options.nick)
        return {
            "status": sorted(own["muc"]["status_codes"]),
            "role": own["muc"]["role"],
            "affiliation": own["muc"]["affiliation"],
            "subject": subject["subject"],
            "occupants": sorted(occupant["from"].resource for occupant in occupants),
            "history": len(history),
        }

    async def talk(self):
        self.client.send_message(self.room, "hello from slixmpp", mtype="groupchat")
        own = await self._groupchat(self.options.nick)
        answer = await self._groupchat(self.options.peer)
        return {"reflected": own["body"], "answer": answer["body"]}

    async def private(self):
        self.client.send_message(f"{self.room}/{self.options.peer}", "between us", mtype="chat")
        answer = await self.inbox.take(lambda s: s.name == "message" and s["type"] == "chat" and s["body"])
        return {"from": answer["from"].full, "answer": answer["body"]}

    async def archive(self):
        answer = await self.client["xep_0313"].retrieve(self.room, rsm={"max": "10"})
        results = [message["mam_result"]["forwarded"]["stanza"] for message in answer["mam"]["results"]]
        return [[message["from"].resource, message["body"]] for message in results]

    async def self_ping(self):
        await self.client["xep_0199"].send_ping(f"{self.room}/{self.options.nick}")
        return "answered"

    async def admin_list(self):
        lists = {}
        for affiliation in ("owner", "admin", "outcast"):
            jids = await self.client["xep_0045"].get_affiliation_list(self.room, affiliation)
            lists[affiliation] = [str(jid) for jid in jids]
        moderators = await self.client["xep_0045"].get_roles_list(self.room, "moderator")
        return {**lists, "moderators": [str(nick) for nick in moderators]}

    async def command(self):
        commands = await self.client["xep_0050"].get_commands(self.options.gateway)
        answer = await self.client["xep_0050"].send_command(self.options.gateway, "isthmus:status")
        return {
            "nodes": [node for _, node, _ in commands["disco_items"]["items"]],
            "status": answer["command"]["status"],
            "notes": [text for _, text in answer["command"]["notes"]],
        }

    async def remove(self):
        await self.client["xep_0077"].cancel_registration(self.options.gateway)
        order = []
        while not order or order[-1] != "unavailable":
            presence = await self.inbox.take(
                lambda s: s.name == "presence" and s["from"].bare == self.options.gateway and s["type"] != "available"
            )
            order.append(presence["type"])
        after = await self.client["xep_0077"].get_registration(self.options.gateway)
        return {"presences": order, "registered": after["register"]["registered"]}

    async def _from_gateway(self, kind):
        return await self.inbox.take(
            lambda s: s.name == "presence" and s["from"].full == self.options.gateway and s["type"] == kind
        )

    async def _groupchat(self, nick):
        return await self.inbox.take(
            lambda s: s.name == "message" and s["type"] == "groupchat" and s["body"] and s["from"].resource == nick
        )


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("jid", "password", "host", "gateway", "room", "nick", "peer"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--steps", help="those of the steps that are made, separated by commas; default: all")
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
