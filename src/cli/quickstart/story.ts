import { IrcPerson } from './irc-person.js';
import { GATEWAY_DOMAIN, IRC_HOST, USER, XMPP_DOMAIN } from './servers.js';
import type { QuickstartState } from './state.js';
import type { Transcript } from './transcript.js';
import { type XmlElement, XmppPerson, xml } from './xmpp-person.js';

const DISCO_INFO = 'http://jabber.org/protocol/disco#info';
const REGISTER = 'jabber:iq:register';
const MUC = 'http://jabber.org/protocol/muc';
const MUC_USER = 'http://jabber.org/protocol/muc#user';

/** The channel of the story, as IRC and as XMPP call it. */
export const CHANNEL = '#isthmus';
/** The same channel as a room. */
export const ROOM = `${CHANNEL}%${IRC_HOST}@${GATEWAY_DOMAIN}`;
const FRIEND = 'friend';

/** Two people, one on XMPP and one on IRC, meet: every step is shown, the first failure throws. */
export async function tellStory(transcript: Transcript, state: QuickstartState): Promise<void> {
  transcript.section('What happens now, live: you on XMPP, a friend on IRC');
  const you = await transcript.step(`XMPP client logs in as ${USER}@${XMPP_DOMAIN}`, () =>
    XmppPerson.connect(state.ports.xmppClients, XMPP_DOMAIN, USER, state.password),
  );
  try {
    await register(transcript, you);
    const friend = await transcript.step(
      `IRC client connects as ${FRIEND} and joins ${CHANNEL}`,
      async () => {
        const person = await IrcPerson.connect(state.ports.irc, FRIEND);
        person.send(`JOIN ${CHANNEL}`);
        await person.expect('end of the names list', ({ command }) => command === '366');
        return person;
      },
    );
    try {
      await joinRoom(transcript, you, friend);
      await talk(transcript, you, friend);
      await talkInPrivate(transcript, you, friend);
    } finally {
      friend.close();
    }
  } finally {
    await you.close();
  }
}

async function register(transcript: Transcript, you: XmppPerson): Promise<void> {
  await transcript.step(`${GATEWAY_DOMAIN} says what it is (service discovery)`, async () => {
    const answer = await you.request('get', GATEWAY_DOMAIN, xml('query', { xmlns: DISCO_INFO }));
    const identities = answer.getChild('query')?.getChildren('identity') ?? [];
    for (const { attrs } of identities)
      transcript.show(`${attrs.category}/${attrs.type}: ${attrs.name ?? ''}`);
    if (!identities.some(({ attrs }) => attrs.category === 'gateway')) throw new Error('no gateway identity');
  });
  await transcript.step('it sends its registration form (in-band registration)', async () => {
    const answer = await you.request('get', GATEWAY_DOMAIN, xml('query', { xmlns: REGISTER }));
    const query = answer.getChild('query');
    transcript.show(`“${query?.getChildText('instructions') ?? ''}”`);
    transcript.show(`fields: ${fieldNames(query).join(', ')}`);
  });
  await transcript.step(`registering with the nick “${USER}” is accepted`, async () => {
    await you.request('set', GATEWAY_DOMAIN, xml('query', { xmlns: REGISTER }, xml('nick', {}, USER)));
  });
}

function fieldNames(query: XmlElement | undefined): readonly string[] {
  const form = query?.getChild('x', 'jabber:x:data');
  if (form !== undefined) {
    return form
      .getChildren('field')
      .flatMap(({ attrs }) => (attrs.type === 'hidden' ? [] : [attrs.var ?? '']));
  }
  return (query?.getChildElements() ?? []).map(({ name }) => name).filter((name) => name !== 'instructions');
}

async function joinRoom(transcript: Transcript, you: XmppPerson, friend: IrcPerson): Promise<void> {
  await transcript.step(`XMPP client joins the room ${ROOM}`, async () => {
    await you.send(xml('presence', { to: `${ROOM}/${USER}` }, xml('x', { xmlns: MUC })));
    const own = await you.expect('own presence in the room', (stanza) => {
      if (stanza.name !== 'presence' || !stanza.attrs.from?.startsWith(ROOM)) return false;
      return stanza.attrs.type === 'error' || hasStatus(stanza, '110');
    });
    if (own.attrs.type === 'error') throw new Error(errorText(own));
    const subject = await you.expect(
      "room's subject",
      (stanza) => isFrom(stanza, 'message', ROOM) && stanza.getChild('subject') !== undefined,
    );
    transcript.show(`subject: ${subject.getChildText('subject') ?? ''}`);
  });
  await transcript.step('the friend is among its occupants', async () => {
    await you.expect('presence of the friend', (stanza) => isFrom(stanza, 'presence', `${ROOM}/${FRIEND}`));
  });
  await transcript.step('the friend sees you come in on IRC', async () => {
    const line = await friend.expect('JOIN', ({ command, from }) => command === 'JOIN' && from !== FRIEND);
    transcript.show(line.raw);
  });
}

async function talk(transcript: Transcript, you: XmppPerson, friend: IrcPerson): Promise<void> {
  const fromXmpp = 'Hello from XMPP — привет, 你好!';
  await transcript.step('what you say on XMPP arrives on IRC', async () => {
    await you.send(xml('message', { to: ROOM, type: 'groupchat', id: 'story-1' }, xml('body', {}, fromXmpp)));
    const line = await friend.expect(
      'PRIVMSG',
      ({ command, params }) => command === 'PRIVMSG' && params[1] === fromXmpp,
    );
    transcript.show(line.raw);
    await you.expect(
      'reflection',
      (stanza) => isFrom(stanza, 'message', ROOM) && stanza.getChildText('body') === fromXmpp,
    );
  });
  const fromIrc = 'Hello from IRC — good to see you.';
  await transcript.step('what the friend says on IRC arrives on XMPP', async () => {
    friend.send(`PRIVMSG ${CHANNEL} :${fromIrc}`);
    const message = await you.expect(
      'message in the room',
      (stanza) => isFrom(stanza, 'message', `${ROOM}/${FRIEND}`) && stanza.getChildText('body') === fromIrc,
    );
    transcript.show(`${message.attrs.from}: ${message.getChildText('body') ?? ''}`);
  });
}

async function talkInPrivate(transcript: Transcript, you: XmppPerson, friend: IrcPerson): Promise<void> {
  const contact = `${FRIEND}%${IRC_HOST}@${GATEWAY_DOMAIN}`;
  await transcript.step(`a private message to ${contact} arrives, and so does the answer`, async () => {
    await you.send(
      xml('message', { to: contact, type: 'chat', id: 'story-2' }, xml('body', {}, 'Just between us')),
    );
    const line = await friend.expect('private message', ({ params }) => params[1] === 'Just between us');
    transcript.show(line.raw);
    friend.send(`PRIVMSG ${line.from} :Our secret`);
    const answer = await you.expect(
      'private answer',
      (stanza) => stanza.name === 'message' && stanza.getChildText('body') === 'Our secret',
    );
    transcript.show(`${answer.attrs.from}: ${answer.getChildText('body') ?? ''}`);
  });
}

function isFrom(stanza: XmlElement, name: string, from: string): boolean {
  const sender = stanza.attrs.from ?? '';
  return (
    stanza.name === name &&
    stanza.attrs.type !== 'error' &&
    (sender === from || sender.startsWith(`${from}/`))
  );
}

function hasStatus(stanza: XmlElement, code: string): boolean {
  const statuses = stanza.getChild('x', MUC_USER)?.getChildren('status') ?? [];
  return statuses.some(({ attrs }) => attrs.code === code);
}

function errorText(stanza: XmlElement): string {
  const error = stanza.getChild('error');
  return error?.getChildText('text') ?? error?.getChildElements()[0]?.name ?? 'error';
}
