import { randomUUID } from 'node:crypto';
import { IrcPerson } from './irc-person.js';
import { GATEWAY_DOMAIN, IRC_HOST, USER, XMPP_DOMAIN } from './servers.js';
import type { QuickstartState } from './state.js';
import type { Transcript } from './transcript.js';
import { type XmlElement, XmppPerson, xml } from './xmpp-person.js';

/** Where relays are commanded. */
export const RELAY_DOMAIN = 'relay.localhost';
/** What the relay is called in rooms. */
export const RELAY_NICK = 'Relay';
/** Prosody's own rooms. */
export const ROOMS_DOMAIN = 'rooms.localhost';
/** The two rooms that become one conversation. */
export const LOBBY = `lobby@${ROOMS_DOMAIN}`;
export const LOBBY_CHANNEL = '#lobby';
export const LOBBY_CHANNEL_ADDRESS = `${LOBBY_CHANNEL}%${IRC_HOST}@${GATEWAY_DOMAIN}`;

const MUC = 'http://jabber.org/protocol/muc';
const CORRECTION = 'urn:xmpp:message-correct:0';
const DELAY = 'urn:xmpp:delay';
const FRIEND = 'robin';
/** Yours in the room; on IRC you may be online as yourself. */
const NICK = 'newcomer';

/** You in a room of XMPP, a friend in a channel of IRC: linked, they are in one conversation. */
export async function tellRelayStory(
  transcript: Transcript,
  { ports, password }: QuickstartState,
): Promise<void> {
  transcript.section('And a relay: a room of Prosody and a channel of IRC become one conversation');
  const you = await XmppPerson.connect(ports.xmppClients, XMPP_DOMAIN, USER, password);
  try {
    await transcript.step(`you enter the room ${LOBBY}, on Prosody, as ${NICK}`, async () => {
      await you.send(xml('presence', { to: `${LOBBY}/${NICK}` }, xml('x', { xmlns: MUC })));
      await you.expect('subject of the room', (stanza) => stanza.getChild('subject') !== undefined);
    });
    const friend = await transcript.step(
      `a friend is on IRC as ${FRIEND}, in the channel ${LOBBY_CHANNEL}`,
      async () => IrcPerson.connect(ports.irc, FRIEND),
    );
    try {
      friend.send(`JOIN ${LOBBY_CHANNEL}`);
      await link(transcript, you, friend);
      await talk(transcript, you, friend);
      await report(transcript, you);
    } finally {
      friend.close();
    }
  } finally {
    await you.close();
  }
}

/** In the words of a chat, which every client has. */
async function link(transcript: Transcript, you: XmppPerson, friend: IrcPerson): Promise<void> {
  await transcript.step(`you tell ${RELAY_DOMAIN} to link them (you are its operator)`, async () => {
    for (const words of ['link', LOBBY, LOBBY_CHANNEL_ADDRESS]) {
      const answer = await ask(you, words);
      transcript.show(`you: ${words}`);
      transcript.show(`${RELAY_DOMAIN}: ${answer.split('\n')[0]}`);
    }
  });
  await transcript.step(`${RELAY_NICK} is in the room`, async () => {
    await you.expect(
      'presence of the relay',
      ({ name, attrs }) => name === 'presence' && attrs.from === `${LOBBY}/${RELAY_NICK}` && !attrs.type,
    );
  });
  // A second run finds it there: then it is in the list of names, else it joins.
  await transcript.step(`${RELAY_NICK} is in the channel`, async () => {
    const line = await friend.expect('relay in the channel', ({ command, from, params }) => {
      if (command === 'JOIN') return from === RELAY_NICK;
      return command === '353' && (params.at(-1) ?? '').split(/[ @+]+/).includes(RELAY_NICK);
    });
    transcript.show(line.raw);
  });
}

async function talk(transcript: Transcript, you: XmppPerson, friend: IrcPerson): Promise<void> {
  const fromIrc = 'Hello from a channel of IRC.';
  await transcript.step('what the friend says on IRC arrives in the room, under his name', async () => {
    friend.send(`PRIVMSG ${LOBBY_CHANNEL} :${fromIrc}`);
    const message = await you.expect('message of the friend', (stanza) => says(stanza, FRIEND, fromIrc));
    transcript.show(`${message.attrs.from}: ${fromIrc}`);
  });
  // Both runs of a quick start are in one room, which remembers.
  const id = randomUUID();
  const fromXmpp = 'Hello from a room on XMPP.';
  await transcript.step('what you say in the room arrives in the channel, under yours', async () => {
    await say(you, id, xml('body', {}, fromXmpp));
    const line = await friend.expect(
      'words of yours',
      ({ command, from, params }) => command === 'PRIVMSG' && from === NICK && params[1] === fromXmpp,
    );
    transcript.show(line.raw);
  });
  const corrected = 'Hello from a room of Prosody.';
  await transcript.step('you correct it: IRC cannot change a line, so it is told', async () => {
    await say(you, randomUUID(), xml('body', {}, corrected), xml('replace', { xmlns: CORRECTION, id }));
    const line = await friend.expect(
      'correction',
      ({ command, params }) => command === 'PRIVMSG' && (params[1] ?? '').includes('Prosody'),
    );
    transcript.show(line.raw);
  });
}

async function report(transcript: Transcript, you: XmppPerson): Promise<void> {
  await transcript.step('the relay says how it fares', async () => {
    for (const line of (await ask(you, 'relays')).split('\n')) transcript.show(line);
  });
}

/** The words of a chat with the relay, and its answer. */
async function ask(you: XmppPerson, words: string): Promise<string> {
  await you.send(xml('message', { to: RELAY_DOMAIN, type: 'chat' }, xml('body', {}, words)));
  const answer = await you.expect(
    'answer of the relay',
    (stanza) =>
      stanza.name === 'message' && stanza.attrs.from === RELAY_DOMAIN && stanza.getChildText('body') !== null,
  );
  return answer.getChildText('body') ?? '';
}

function say(you: XmppPerson, id: string, ...payload: readonly XmlElement[]): Promise<void> {
  return you.send(xml('message', { to: LOBBY, type: 'groupchat', id }, ...payload));
}

function says(stanza: XmlElement, nick: string, words: string): boolean {
  const { name, attrs } = stanza;
  // The room's history has what was said in an earlier run.
  if (stanza.getChild('delay', DELAY)) return false;
  return name === 'message' && attrs.from === `${LOBBY}/${nick}` && stanza.getChildText('body') === words;
}
