"""A client in a room with python3-slixmpp, as a person uses it: told what to do and telling what it shows.

Each line of standard input is a JSON object with "do" and what belongs to it; earlier messages are named by their
words, as somebody points at them. Each line of standard output is a JSON object: {"shows": "a line"}.
"""

import argparse
import asyncio
import json
import sys
import urllib.request

from slixmpp import ClientXMPP
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

CORRECT = "urn:xmpp:message-correct:0"
DELAY = "urn:xmpp:delay"
FALLBACK = "urn:xmpp:fallback:0"
MODERATE = "urn:xmpp:message-moderate:1"
OOB = "jabber:x:oob"
REACTIONS = "urn:xmpp:reactions:0"
REPLY = "urn:xmpp:reply:0"
RETRACT = "urn:xmpp:message-retract:1"
SID = "urn:xmpp:sid:0"
UPLOAD = "urn:xmpp:http:upload:0"


def shows(line):
    print(json.dumps({"shows": line}, ensure_ascii=False), flush=True)


class Room:
    def __init__(self, options):
        self.options = options
        self.room = options.room
        # What was said, newest last: words, the room's id, the author's id, and who said it.
        self.messages = []
        self.client = ClientXMPP(options.jid, options.password)
        self.client.register_plugin("xep_0045")
        self.client["feature_mechanisms"].unencrypted_scram = True
        self.client.register_handler(Callback("all messages", MatchXPath("{jabber:client}message"), self.message))

    async def enter(self):
        started = asyncio.get_running_loop().create_future()
        self.client.add_event_handler("session_start", started.set_result)
        self.client.connect((self.options.host, self.options.port), disable_starttls=True)
        await started
        self.client.send_presence()
        await self.client["xep_0045"].join_muc_wait(self.room, self.options.nick)

    def message(self, stanza):
        """Shows what a good client would: what changes an earlier message names it."""
        if stanza["type"] != "groupchat" or stanza["from"].bare != self.room:
            return
        xml, nick = stanza.xml, stanza["from"].resource
        if xml.find(f"{{{DELAY}}}delay") is not None:
            return
        retract = xml.find(f"{{{RETRACT}}}retract")
        if retract is not None:
            gone = self.named(retract.get("id"))
            by = "a moderator" if retract.find(f"{{{MODERATE}}}moderated") is not None else nick
            shows(f"{by} removed “{self.words(gone)}”")
            return
        reactions = xml.find(f"{{{REACTIONS}}}reactions")
        if reactions is not None:
            emojis = " ".join(one.text for one in reactions) or "nothing any more"
            shows(f"{nick} reacts to “{self.words(self.named(reactions.get('id')))}”: {emojis}")
            return
        body = self.own_words(xml, stanza["body"])
        if not body:
            return
        replace = xml.find(f"{{{CORRECT}}}replace")
        if replace is not None:
            earlier = self.named(replace.get("id"))
            shows(f"{nick} corrects “{self.words(earlier)}”: {body}")
            if earlier:
                earlier["words"] = body
            return
        stanza_id = xml.find(f"{{{SID}}}stanza-id")
        room_id = stanza_id.get("id") if stanza_id is not None else None
        self.messages.append({"words": body, "room": room_id, "author": stanza["id"], "nick": nick})
        reply = xml.find(f"{{{REPLY}}}reply")
        answered = f" answers “{self.words(self.named(reply.get('id')))}”" if reply is not None else ""
        shared = " shares a file" if xml.find(f"{{{OOB}}}x") is not None else ""
        shows(f"{nick}{answered}{shared}: {body}")

    def own_words(self, xml, body):
        """Without what is there for clients that do not know of replies (XEP-0428)."""
        for fallback in xml.findall(f"{{{FALLBACK}}}fallback"):
            part = fallback.find(f"{{{FALLBACK}}}body")
            if fallback.get("for") == REPLY and part is not None and part.get("start") is not None:
                body = body[: int(part.get("start"))] + body[int(part.get("end")):]
        return body.strip()

    def named(self, name):
        return next((one for one in reversed(self.messages) if name in (one["room"], one["author"])), None)

    def words(self, message):
        return message["words"] if message else "?"

    def said(self, words):
        return next(one for one in reversed(self.messages) if words in one["words"])

    async def do(self, order):
        message = self.client.make_message(self.room, order.get("text"), mtype="groupchat")
        message["id"] = self.client.new_id()
        earlier = self.said(order["of"]) if "of" in order else None
        kind = order["do"]
        if kind == "correct":
            ET.SubElement(message.xml, f"{{{CORRECT}}}replace", {"id": earlier["author"]})
        elif kind == "reply":
            attributes = {"id": earlier["room"], "to": f"{self.room}/{earlier['nick']}"}
            ET.SubElement(message.xml, f"{{{REPLY}}}reply", attributes)
        elif kind == "react":
            reactions = ET.SubElement(message.xml, f"{{{REACTIONS}}}reactions", {"id": earlier["room"]})
            ET.SubElement(reactions, f"{{{REACTIONS}}}reaction").text = order["emoji"]
        elif kind == "retract":
            ET.SubElement(message.xml, f"{{{RETRACT}}}retract", {"id": earlier["author"]})
        elif kind == "share":
            url = await self.upload(order["name"], order["type"], order["content"].encode())
            message["body"] = url
            ET.SubElement(ET.SubElement(message.xml, f"{{{OOB}}}x"), f"{{{OOB}}}url").text = url
        message.send()

    async def upload(self, name, kind, content):
        request = self.client.make_iq_get(ito=self.options.upload)
        attributes = {"filename": name, "size": str(len(content)), "content-type": kind}
        ET.SubElement(request.xml, f"{{{UPLOAD}}}request", attributes)
        slot = (await request.send()).xml.find(f"{{{UPLOAD}}}slot")
        put = slot.find(f"{{{UPLOAD}}}put")
        headers = {one.get("name"): one.text for one in put} | {"Content-Type": kind}
        upload = urllib.request.Request(put.get("url"), data=content, headers=headers, method="PUT")
        await asyncio.get_running_loop().run_in_executor(None, urllib.request.urlopen, upload)
        return slot.find(f"{{{UPLOAD}}}get").get("url")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("jid", "password", "host", "room", "nick", "upload"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    return parser.parse_args()


async def main():
    room = Room(read_options())
    await room.enter()
    shows("in the room")
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await room.do(json.loads(line))
    room.client.disconnect()


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(main())
