import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRoomPresence } from '../../../../src/xmpp/xep/0045-muc/room-presence.js';
import { HOSTED, HostedStage, OWNER } from '../../../support/relay/hosted-stage.js';

const NICKS = ['Ann', 'Bob', 'Cid', 'Dot'];
const USERS = ['ann@example.org/a', 'ann@example.org/b', 'bob@example.net/c', 'cid@example.com/d'];

type Move =
  | { readonly act: 'enter' | 'rename'; readonly user: string; readonly nick: string }
  | { readonly act: 'leave'; readonly user: string };

const move = fc.oneof(
  fc.record({
    act: fc.constantFrom('enter' as const, 'rename' as const),
    user: fc.constantFrom(...USERS),
    nick: fc.constantFrom(...NICKS),
  }),
  fc.record({ act: fc.constant('leave' as const), user: fc.constantFrom(...USERS) }),
);

async function make(stage: HostedStage, one: Move): Promise<void> {
  if (one.act === 'enter') await stage.enter(one.user, one.nick);
  else if (one.act === 'leave')
    await stage.take(`<presence from='${one.user}' to='${HOSTED}/x' type='unavailable'/>`);
  else await stage.take(`<presence from='${one.user}' to='${HOSTED}/${one.nick}'/>`);
}

/** The people whom a client that believes its stanzas sees there; undefined: it is not in. */
function seenBy(stage: HostedStage, full: string): ReadonlySet<string> | undefined {
  const seen = new Set<string>();
  let inside = false;
  for (const stanza of stage.to(full)) {
    const nick = stanza.attrs.from?.slice(HOSTED.length + 1) ?? '';
    const presence = stanza.name === 'presence' ? readRoomPresence(stanza, nick) : undefined;
    if (!presence) continue;
    if (presence.available) seen.add(nick);
    else seen.delete(nick);
    if (!presence.codes.has(110)) continue;
    if (presence.available) inside = true;
    else if (presence.newNick === undefined) {
      inside = false;
      seen.clear();
    }
  }
  return inside ? seen : undefined;
}

describe('a hosted room', () => {
  it('shows everybody who is in just those who are in, however people come, go and are renamed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 30 }), async (moves) => {
        const stage = new HostedStage();
        for (const one of moves) await make(stage, one).catch(() => undefined);
        const there = new Set([...stage.room.occupants.all()].map(({ nick }) => nick));
        for (const user of USERS) {
          const inside = stage.room.occupants.at(user) !== undefined;
          expect(seenBy(stage, user)).toEqual(inside ? there : undefined);
        }
      }),
    );
  });

  it('H09 shows others, oneself, the history and the subject, in this order', async () => {
    const stage = new HostedStage();
    await stage.enter('ann@example.org/a', 'Ann');
    await stage.say('ann@example.org/a', 'words', '1');
    await stage.enter('bob@example.net/c', 'Bob');
    const order = stage.to('bob@example.net/c').map((stanza) => {
      if (stanza.name === 'presence') return stanza.attrs.from?.slice(HOSTED.length + 1);
      return stanza.child('body') ? 'history' : 'subject';
    });
    expect(order).toEqual(['Ann', 'Bob', 'history', 'subject']);
  });

  it('lets in as many as it may, and owners beyond', async () => {
    const stage = new HostedStage({ mostOccupants: 5 });
    for (let number = 0; number < 5; number += 1) await stage.enter(`u${number}@example.org/a`, `U${number}`);
    await expect(stage.enter('late@example.org/a', 'Late')).rejects.toMatchObject({
      condition: 'service-unavailable',
    });
    await stage.enter(`${OWNER}/a`, 'Boss');
    expect(stage.room.occupants.size).toBe(6);
  });

  it('S07 hands on nothing of a presence that only the room says, and nothing without bounds', async () => {
    const stage = new HostedStage();
    await stage.enter('bob@example.net/c', 'Bob');
    const forged =
      "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/></x>" +
      "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/><show>away</show>";
    await stage.enter('ann@example.org/a', 'Ann', 'user', forged);
    const [seen] = stage.to('bob@example.net/c').slice(-1);
    expect(seen?.childText('show')).toBe('away');
    expect(seen?.childrenNamed('x')).toHaveLength(1);
    expect(seen?.child('x')?.child('item')?.attrs.affiliation).toBe('none');
    expect(seen?.childrenNamed('occupant-id').map(({ attrs }) => attrs.id)).not.toContain('forged');
    await stage.take(
      `<presence from='ann@example.org/a' to='${HOSTED}/Ann'><status>${'x'.repeat(20_000)}</status></presence>`,
    );
    expect(stage.to('bob@example.net/c').at(-1)?.child('status')).toBeUndefined();
  });

  it('shows addresses to moderators only, of people of networks to all', async () => {
    const stage = new HostedStage();
    await stage.enter(`${OWNER}/a`, 'Boss');
    await stage.enter('bob@example.net/c', 'Bob');
    await stage.enter('ann@example.org/a', 'Ann');
    await stage.enter('carol%net@irc.example.org/s', 'carol', 'stand-in');
    const jidOf = (viewer: string, nick: string) =>
      stage
        .to(viewer)
        .find(({ attrs }) => attrs.from === `${HOSTED}/${nick}`)
        ?.child('x')
        ?.child('item')?.attrs.jid;
    expect(jidOf(`${OWNER}/a`, 'Ann')).toBe('ann@example.org/a');
    expect(jidOf('bob@example.net/c', 'Ann')).toBeUndefined();
    expect(jidOf('bob@example.net/c', 'carol')).toBe('carol%net@irc.example.org');
  });

  it('keeps all of several changes of rights that are made at once', async () => {
    const stage = new HostedStage();
    const people = ['a@x.org', 'b@x.org', 'c@x.org'];
    const { parseJid } = await import('../../../../src/xmpp/jid.js');
    await Promise.all(people.map((one) => stage.room.setAffiliation(parseJid(one), 'member', {})));
    expect(Object.keys(stage.saved.at(-1)?.affiliations ?? {})).toEqual([OWNER, ...people]);
  });
});
