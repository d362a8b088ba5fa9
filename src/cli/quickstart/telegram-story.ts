import { USER, XMPP_DOMAIN } from './servers.js';
import type { QuickstartState } from './state.js';
import type { Transcript } from './transcript.js';
import type { Waiter } from './waiter.js';
import { type XmlElement, XmppPerson, xml } from './xmpp-person.js';

/** The Telegram gateway's component domain. */
export const TELEGRAM_DOMAIN = 'telegram.localhost';

const COMMANDS = 'http://jabber.org/protocol/commands';
const DISCO_ITEMS = 'http://jabber.org/protocol/disco#items';
const FORM = 'jabber:x:data';
const MUC = 'http://jabber.org/protocol/muc';
const OOB = 'jabber:x:oob';
const REGISTER = 'jabber:iq:register';
const ROSTER = 'jabber:iq:roster';

/** The account of the Telegram of this machine that is logged in to. */
const PHONE = '+12025550100';
const FRIEND = 'Alice';
const GROUP = 'Tea round';
/** The gateway learns of the groups a moment after the login. */
const ROOM_ATTEMPTS = 50;
const ROOM_PAUSE_MS = 200;

/** You log in, a friend appears and answers; in the end you are logged out again. */
export async function tellTelegramStory(
  transcript: Transcript,
  { ports, password }: QuickstartState,
  lines: Waiter<string>,
): Promise<void> {
  transcript.section('And Telegram: you on XMPP, a friend on the Telegram of this machine');
  const you = await XmppPerson.connect(ports.xmppClients, XMPP_DOMAIN, USER, password);
  try {
    await you.request('get', `${USER}@${XMPP_DOMAIN}`, xml('query', { xmlns: ROSTER }));
    await forgetEarlier(transcript, you);
    await logIn(transcript, you, lines);
    await transcript.step('the gateway and you see each other', async () => {
      await you.expect(
        'request of the gateway',
        ({ name, attrs }) => name === 'presence' && attrs.type === 'subscribe',
      );
      await you.send(xml('presence', { type: 'subscribed', to: TELEGRAM_DOMAIN }));
      await you.send(xml('presence', { type: 'subscribe', to: TELEGRAM_DOMAIN }));
    });
    const friend = await transcript.step(`${FRIEND} is in your contact list`, async () => {
      const push = await you.expect('contact', (stanza) => contactOf(stanza)?.attrs.name === FRIEND);
      const jid = contactOf(push)?.attrs.jid ?? '';
      transcript.show(jid);
      return jid;
    });
    await talk(transcript, you, friend);
    await meet(transcript, you);
    await transcript.step('logging out again, so that you can do all this by yourself', async () => {
      await you.request('set', TELEGRAM_DOMAIN, xml('query', { xmlns: REGISTER }, xml('remove')));
      await lines.take('word of the server', (line) => line.includes('has logged out'));
    });
  } finally {
    await you.close();
  }
}

/** The Telegram of an earlier run is gone, and so is what the user was logged in to. */
async function forgetEarlier(transcript: Transcript, you: XmppPerson): Promise<void> {
  const registration = await you.request('get', TELEGRAM_DOMAIN, xml('query', { xmlns: REGISTER }));
  if (!registration.getChild('query')?.getChild('registered')) return;
  await transcript.step('the login of an earlier run is removed', async () => {
    await you.request('set', TELEGRAM_DOMAIN, xml('query', { xmlns: REGISTER }, xml('remove')));
  });
}

async function logIn(transcript: Transcript, you: XmppPerson, lines: Waiter<string>): Promise<void> {
  const stage = (values: Readonly<Record<string, string>> | undefined, session?: string) => {
    const fields = Object.entries(values ?? {}).map(([name, value]) =>
      xml('field', { var: name }, xml('value', {}, value)),
    );
    const attributes = {
      xmlns: COMMANDS,
      node: REGISTER,
      ...(session !== undefined && { sessionid: session }),
    };
    const form = values && xml('x', { xmlns: FORM, type: 'submit' }, ...fields);
    return you.request('set', TELEGRAM_DOMAIN, xml('command', attributes, ...(form ? [form] : [])));
  };
  const session = await transcript.step(
    `the command “register” of ${TELEGRAM_DOMAIN} asks for a number`,
    async () => sessionOf(await stage(undefined)),
  );
  await transcript.step(`it has a code sent to ${PHONE}`, async () => {
    const answer = await stage({ way: 'phone', phone: PHONE }, session);
    const instructions = answer.getChild('command')?.getChild('x', FORM)?.getChildText('instructions');
    transcript.show(`“${instructions ?? ''}”`);
  });
  await transcript.step('the code lets you in', async () => {
    const line = await lines.take('code', (text) => text.startsWith(`The code for ${PHONE}`));
    transcript.show(line);
    const answer = await stage({ code: /\d+$/.exec(line)?.[0] ?? '' }, session);
    const command = answer.getChild('command');
    if (command?.attrs.status !== 'completed') throw new Error('the gateway wants to know more');
    transcript.show(`“${command.getChildText('note') ?? ''}”`);
  });
}

async function talk(transcript: Transcript, you: XmppPerson, friend: string): Promise<void> {
  const hears = (what: string, matches: (stanza: XmlElement) => boolean) =>
    you.expect(what, (stanza) => stanza.name === 'message' && isFrom(stanza, friend) && matches(stanza));
  const words = 'Hello from XMPP — привет, 你好!';
  await transcript.step(`what you say to ${FRIEND} arrives, and she says it again`, async () => {
    await you.send(xml('message', { to: friend, type: 'chat', id: 'telegram-1' }, xml('body', {}, words)));
    const answer = await hears('answer', (stanza) => stanza.getChildText('body') === words);
    transcript.show(`${answer.attrs.from}: ${answer.getChildText('body') ?? ''}`);
  });
  await transcript.step('a photo of hers arrives as a file', async () => {
    await you.send(xml('message', { to: friend, type: 'chat', id: 'telegram-2' }, xml('body', {}, 'photo')));
    const answer = await hears('photo', (stanza) => stanza.getChild('x', OOB) !== undefined);
    transcript.show(answer.getChild('x', OOB)?.getChildText('url') ?? '');
  });
}

/** A group is a room. */
async function meet(transcript: Transcript, you: XmppPerson): Promise<void> {
  const room = await transcript.step(`the gateway lists your groups as rooms: “${GROUP}”`, async () => {
    for (let attempt = 0; attempt < ROOM_ATTEMPTS; attempt += 1) {
      const answer = await you.request('get', TELEGRAM_DOMAIN, xml('query', { xmlns: DISCO_ITEMS }));
      const items = answer.getChild('query')?.getChildren('item') ?? [];
      const jid = items.find(({ attrs }) => attrs.name === GROUP)?.attrs.jid;
      if (jid !== undefined) {
        transcript.show(jid);
        return jid;
      }
      await new Promise((resolve) => setTimeout(resolve, ROOM_PAUSE_MS));
    }
    throw new Error('it does not');
  });
  const words = 'Hello, everybody';
  await transcript.step('you enter it, and what you say there is answered', async () => {
    await you.send(xml('presence', { to: `${room}/${USER}` }, xml('x', { xmlns: MUC })));
    await you.expect(
      'subject of the room',
      (stanza) =>
        stanza.name === 'message' && isFrom(stanza, room) && stanza.getChild('subject') !== undefined,
    );
    await you.send(xml('message', { to: room, type: 'groupchat', id: 'telegram-3' }, xml('body', {}, words)));
    const answer = await you.expect('answer', (stanza) => {
      const nick = stanza.attrs.from?.slice(room.length + 1);
      return stanza.name === 'message' && nick === FRIEND && stanza.getChildText('body') === words;
    });
    transcript.show(`${answer.attrs.from}: ${answer.getChildText('body') ?? ''}`);
  });
}

function sessionOf(answer: XmlElement): string {
  const session = answer.getChild('command')?.attrs.sessionid;
  if (session === undefined) throw new Error('the gateway has no such command');
  return session;
}

function contactOf(stanza: XmlElement): XmlElement | undefined {
  return stanza.getChild('query', ROSTER)?.getChild('item');
}

function isFrom(stanza: XmlElement, contact: string): boolean {
  const from = stanza.attrs.from ?? '';
  return stanza.attrs.type !== 'error' && (from === contact || from.startsWith(`${contact}/`));
}
