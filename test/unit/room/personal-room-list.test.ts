import { describe, expect, it } from 'vitest';
import type { ListedRoom } from '../../../src/gateway/event.js';
import type { RoomId } from '../../../src/gateway/ids.js';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { PersonalRoomStage } from '../../support/core/personal-room-stage.js';
import { DOMAIN, JULIET, parseStanzas, ROMEO } from '../../support/core/room-stage.js';
import { MemoryStore } from '../../support/memory-store.js';

const OWNER = 'romeo@example.org';
const room = (name: string): ListedRoom => ({ room: `#${name}` as RoomId, name: `The ${name}` });
const jid = (name: string) => `#${name}@${DOMAIN}`;
const list = (...names: readonly string[]) => ({ type: 'room-list', rooms: names.map(room) }) as const;
const change = (name: string, listed: boolean) =>
  ({ type: 'room-list-changed', room: room(name), listed }) as const;

/** The user's server, with a node of bookmarks; it answers what the gateway asks in his name. */
class Bookmarks {
  readonly items = new Map<string, XmlElement>();
  /** What was asked, such as `get` or `publish #tea@…`. */
  readonly asked: string[] = [];
  refuses = false;

  constructor(private readonly stage: PersonalRoomStage) {}

  async grant(type = 'both'): Promise<void> {
    const perm = `<perm access='iq'><namespace ns='${NS.PUBSUB}' type='${type}'/></perm>`;
    const privilege = `<privilege xmlns='${NS.PRIVILEGE}'>${perm}</privilege>`;
    await this.stage.receive(`<message from='example.org' to='${DOMAIN}'>${privilege}</message>`);
    await this.settled();
  }

  async happens(...event: Parameters<PersonalRoomStage['happens']>): Promise<void> {
    await this.#answer(await this.stage.happens(...event));
    await this.settled();
  }

  /** Answers until nothing more is asked. */
  async settled(): Promise<void> {
    for (let sent = this.stage.take(); await this.#answer(sent); sent = this.stage.take());
  }

  /** What it has, by room: the name. */
  get names(): Readonly<Record<string, string | undefined>> {
    return Object.fromEntries([...this.items].map(([id, item]) => [id, item.attrs.name]));
  }

  async #answer(sent: readonly XmlElement[]): Promise<boolean> {
    const asked = sent.filter((stanza) => stanza.child('privileged_iq'));
    for (const iq of asked) {
      const { id, from, to } = iq.attrs;
      const pubsub = iq.child('privileged_iq')?.child('iq', NS.CLIENT)?.child('pubsub', NS.PUBSUB);
      const inside = this.refuses ? undefined : this.#do(pubsub);
      const forwarded = `<forwarded xmlns='${NS.FORWARD}'><iq xmlns='${NS.CLIENT}' type='result' id='x'>${inside}</iq></forwarded>`;
      const body =
        inside === undefined
          ? `<error type='auth'><forbidden xmlns='${NS.STANZA_ERRORS}'/></error>`
          : `<privilege xmlns='${NS.PRIVILEGE}'>${forwarded}</privilege>`;
      const type = inside === undefined ? 'error' : 'result';
      await this.stage.receive(`<iq type='${type}' id='${id}' from='${to}' to='${from}'>${body}</iq>`);
    }
    return asked.length > 0;
  }

  #do(pubsub: XmlElement | undefined): string {
    const [action] = pubsub?.elements() ?? [];
    expect(action?.attrs.node).toBe(NS.BOOKMARKS);
    const ids = action?.childrenNamed('item').map(({ attrs }) => attrs.id ?? '') ?? [];
    if (action?.name === 'items') {
      this.asked.push('get');
      const found = ids.flatMap((id) => {
        const item = this.items.get(id);
        return item ? `<item id='${id}'>${item.toString(NS.PUBSUB)}</item>` : [];
      });
      return `<pubsub xmlns='${NS.PUBSUB}'><items node='${NS.BOOKMARKS}'>${found.join('')}</items></pubsub>`;
    }
    const [id = ''] = ids;
    this.asked.push(`${action?.name} ${id}`);
    const payload = action?.child('item')?.elements()[0];
    if (action?.name === 'retract') this.items.delete(id);
    else if (payload) this.items.set(id, payload);
    return '';
  }
}

async function start(store = new MemoryStore()) {
  const stage = new PersonalRoomStage({ store });
  await stage.start();
  await stage.register(ROMEO);
  return { stage, bookmarks: new Bookmarks(stage) };
}

/** A bookmark as a user makes it. */
function own(inside: string): XmlElement {
  const [element] = parseStanzas(inside);
  if (!element) throw new Error('no bookmark');
  return element;
}

describe('the list of a user’s own rooms', () => {
  async function items(stage: PersonalRoomStage, from: string, inside = '') {
    const query = `<query xmlns='${NS.DISCO_ITEMS}'>${inside}</query>`;
    const result = await stage.result('get', from, DOMAIN, query);
    return result
      .childrenNamed('item')
      .filter((item) => item.attrs.jid?.startsWith('#'))
      .map((item) => [item.attrs.jid, item.attrs.name]);
  }

  it('B06 S03 is found by the user alone, with names, as the network changes it', async () => {
    const { stage } = await start();
    await stage.register(JULIET);
    await stage.happens(list('tea', 'cake'));
    expect(await items(stage, ROMEO)).toEqual([
      [jid('tea'), 'The tea'],
      [jid('cake'), 'The cake'],
    ]);
    expect(await items(stage, JULIET)).toEqual([]);
    await stage.happens(change('pie', true));
    await stage.happens(change('tea', false));
    expect((await items(stage, ROMEO)).map(([address]) => address)).toEqual([jid('cake'), jid('pie')]);
    await stage.happens(list('tea'));
    expect(await items(stage, ROMEO)).toEqual([[jid('tea'), 'The tea']]);
  });

  it('S11 comes in pages where it is long', async () => {
    const { stage } = await start();
    const names = Array.from({ length: 450 }, (_, index) => `room${String(index).padStart(3, '0')}`);
    await stage.happens(list(...names));
    const found: (string | undefined)[] = [];
    for (let after = ''; ; ) {
      const page = await items(stage, ROMEO, `<set xmlns='${NS.RSM}'>${after}</set>`);
      if (page.length === 0) break;
      found.push(...page.map(([address]) => address));
      after = `<after>${page.at(-1)?.[0]}</after>`;
    }
    expect(found).toEqual(names.map(jid));
    expect((await items(stage, ROMEO)).length).toBeLessThanOrEqual(200);
  });
});

describe('rooms among a user’s bookmarks', () => {
  it('J06 are added where the server lets the gateway, entered by nobody, and nothing is said twice', async () => {
    const { stage, bookmarks } = await start();
    await bookmarks.happens(list('tea', 'cake'));
    expect(bookmarks.asked).toEqual([]);
    await bookmarks.grant();
    expect(bookmarks.names).toEqual({ [jid('tea')]: 'The tea', [jid('cake')]: 'The cake' });
    expect(bookmarks.items.get(jid('tea'))?.attrs.autojoin).toBe('false');
    bookmarks.asked.length = 0;
    await bookmarks.happens(list('tea', 'cake'));
    expect(bookmarks.asked).toEqual([]);
    const again = new PersonalRoomStage({ store: stage.store });
    await again.start();
    const later = new Bookmarks(again);
    await later.grant();
    await later.happens(list('tea', 'cake'));
    expect(later.asked).toEqual([]);
  });

  it('J06 go with the room, and with the registration', async () => {
    const { stage, bookmarks } = await start();
    await bookmarks.grant();
    await bookmarks.happens(list('tea', 'cake'));
    await bookmarks.happens(change('tea', false));
    expect(Object.keys(bookmarks.names)).toEqual([jid('cake')]);
    await stage.receive(
      `<iq type='set' from='${ROMEO}' to='${DOMAIN}' id='u'><query xmlns='${NS.REGISTER}'><remove/></query></iq>`,
    );
    await bookmarks.settled();
    expect(bookmarks.names).toEqual({});
  });

  it('J06 what the user has made, changed or removed is his for good', async () => {
    const { bookmarks } = await start();
    await bookmarks.grant();
    const mine = own(`<conference xmlns='${NS.BOOKMARKS}' name='Mine' autojoin='true'/>`);
    bookmarks.items.set(jid('mine'), mine);
    await bookmarks.happens(list('mine', 'changed', 'removed', 'left'));
    expect(bookmarks.names[jid('mine')]).toBe('Mine');
    const changed = own(
      `<conference xmlns='${NS.BOOKMARKS}' name='The changed' autojoin='false'><nick>R</nick></conference>`,
    );
    bookmarks.items.set(jid('changed'), changed);
    bookmarks.items.delete(jid('removed'));
    const renamed = (name: string) => ({ room: `#${name}` as RoomId, name: 'New name' });
    const rooms = ['mine', 'changed', 'removed', 'left'].map(renamed);
    await bookmarks.happens({ type: 'room-list', rooms });
    expect(bookmarks.names).toEqual({
      [jid('mine')]: 'Mine',
      [jid('changed')]: 'The changed',
      [jid('left')]: 'New name',
    });
    await bookmarks.happens(list());
    expect(bookmarks.names).toEqual({ [jid('mine')]: 'Mine', [jid('changed')]: 'The changed' });
    expect(bookmarks.items.get(jid('changed'))).toBe(changed);
  });

  it('J06 are none where the user does not want them, until he does', async () => {
    const { stage, bookmarks } = await start();
    await bookmarks.grant();
    await bookmarks.happens(list('tea'));
    const say = async (...words: readonly string[]) => {
      for (const word of words)
        await stage.receive(
          `<message from='${ROMEO}' to='${DOMAIN}' type='chat'><body>${word}</body></message>`,
        );
      await bookmarks.settled();
    };
    await say('settings', 'auto', 'yes', 'no');
    expect(bookmarks.names).toEqual({});
    await bookmarks.happens(change('cake', true));
    expect(bookmarks.names).toEqual({});
    await say('settings', 'auto', 'yes', 'yes');
    expect(Object.keys(bookmarks.names)).toEqual([jid('tea'), jid('cake')]);
  });

  it.each(['set', 'get', 'none'])('J02 are left alone where the server grants but %s', async (type) => {
    const { bookmarks } = await start();
    await bookmarks.grant(type);
    await bookmarks.happens(list('tea'));
    expect(bookmarks.asked).toEqual([]);
  });

  it('J03 are tried no more where the server refuses what it has granted, until it grants anew', async () => {
    const { bookmarks } = await start();
    bookmarks.refuses = true;
    await bookmarks.grant();
    await bookmarks.happens(list('tea'));
    bookmarks.refuses = false;
    await bookmarks.happens(change('cake', true));
    expect(bookmarks.names).toEqual({});
    await bookmarks.grant();
    expect(Object.keys(bookmarks.names)).toEqual([jid('tea'), jid('cake')]);
  });
});

describe('a stranger to bookmarks', () => {
  it(`S03 ${OWNER}’s list says nothing about others`, async () => {
    const { stage, bookmarks } = await start();
    await stage.register(JULIET);
    await bookmarks.grant();
    await bookmarks.happens(list('tea'), JULIET);
    expect(bookmarks.asked).toEqual(['get', `publish ${jid('tea')}`]);
  });
});
