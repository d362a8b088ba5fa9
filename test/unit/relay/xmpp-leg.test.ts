import { describe, expect, it, vi } from 'vitest';
import type { RelayContent, Speaker } from '../../../src/core/relay/model.js';
import { carol, crossing, IRC, joinedRoom, ROOM, said } from '../../support/relay/foreign-room.js';
import type { StubRoomRules } from '../../support/relay/stub-room.js';

describe('a leg in a foreign room', () => {
  it('tells words by a stand-in with the name of the speaker, and what they are called there', async () => {
    const { room, leg } = await joinedRoom();
    const ids = await leg.cross(crossing(said(carol, 'hello')));
    expect(room.words).toEqual(['carol: hello']);
    expect(ids).toEqual(['s1', expect.stringMatching(/\n[0-9a-f]{8}-[-0-9a-f]+\n/)]);
  });

  it('hears others, but not itself or its people', async () => {
    const { room, leg, events } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'ours')));
    room.enters('Alice');
    room.says('Alice', '<body>theirs</body>', 'a1');
    await vi.waitFor(() => expect(events.filter(({ content }) => content.kind === 'said')).toHaveLength(1));
    const [event] = events.filter(({ content }) => content.kind === 'said');
    expect(event?.content).toMatchObject({ speaker: { nick: 'Alice' }, words: { text: 'theirs' } });
    expect(event?.ids).toEqual(['s2']);
    // Clients may count their ids, and begin anew.
    expect(event?.names).toEqual([expect.stringMatching(/\na1$/)]);
  });

  it('takes another name where the first is taken', async () => {
    const { room, leg } = await joinedRoom();
    room.enters('carol');
    await leg.cross(crossing(said(carol, 'hi')));
    expect(room.words).toEqual(['carol [irc]: hi']);
  });

  it('speaks itself for who may not come in, and does not ask again for a while', async () => {
    const asked: string[] = [];
    const rules: StubRoomRules = {
      admits: (address, nick) => {
        asked.push(nick);
        return address.startsWith('carol') ? 'registration-required' : undefined;
      },
    };
    const { room, leg } = await joinedRoom({ rules });
    await leg.cross(crossing(said(carol, 'one')));
    await leg.cross(crossing(said(carol, 'two')));
    expect(room.words).toEqual(['Relay: *carol*: one', 'Relay: *carol*: two']);
    expect(asked).toEqual(['Relay', 'carol']);
  });

  it('lets who was silent for longest leave when there are too many', async () => {
    const { room, leg } = await joinedRoom();
    for (const nick of ['a', 'b', 'c', 'd']) await leg.cross(crossing(said({ key: nick, nick }, 'x')));
    expect(room.nicks).toEqual(['Relay', 'b', 'c', 'd']);
  });

  it('changes words by who has said them; what nobody can change it says anew', async () => {
    const { room, leg } = await joinedRoom();
    const ids = await leg.cross(crossing(said(carol, 'helo')));
    const edit: RelayContent = {
      kind: 'edited',
      speaker: carol,
      words: { text: 'hello' },
      target: { id: 'x' },
    };
    await leg.cross(crossing(edit, { reference: { ids } }));
    expect(room.shown[1]?.nick).toBe('carol');
    expect(room.shown[1]?.stanza.child('replace')?.attrs.id).toBe(ids[1]?.split('\n')[1]);
    await leg.cross(crossing(edit, { reference: { ids: [] } }));
    expect(room.words.at(-1)).toBe('carol: carol meant: hello');
  });

  it('takes words back, reacts and answers under the names of the room', async () => {
    const { room, leg } = await joinedRoom();
    const ids = await leg.cross(crossing(said(carol, 'what?')));
    const dave: Speaker = { key: 'dave', nick: 'dave' };
    await leg.cross(
      crossing(
        { kind: 'reacted', speaker: dave, target: { id: 'x' }, emojis: ['👍'] },
        { reference: { ids } },
      ),
    );
    await leg.cross(
      crossing(
        { kind: 'said', speaker: dave, words: { text: 'that' }, replyTo: { id: 'x', quote: 'what?' } },
        { reference: { ids, quote: 'what?' } },
      ),
    );
    await leg.cross(crossing({ kind: 'retracted', target: { id: 'x' } }, { reference: { ids } }));
    const [, reaction, answer, retraction] = room.shown;
    expect(reaction?.stanza.child('reactions')?.attrs.id).toBe('s1');
    expect(answer?.stanza.child('reply')?.attrs.id).toBe('s1');
    expect(retraction?.nick).toBe('carol');
    expect(retraction?.stanza.child('retract')?.attrs.id, 'I11').toBe('s1');
  });

  it('comes in again when the room has forgotten it, and says then what was refused', async () => {
    const { room, leg } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    room.forgets();
    await expect(leg.cross(crossing(said(carol, 'two')))).rejects.toMatchObject({ retryable: true });
    await vi.waitFor(async () => expect(await leg.cross(crossing(said(carol, 'two')))).toHaveLength(2));
    expect(room.words).toEqual(['carol: one', 'carol: two']);
  });

  it('is over when somebody removes it, not when somebody removes one of its people', async () => {
    const { room, leg, ends, signals } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    room.removes('carol', 307);
    await vi.waitFor(() =>
      expect(signals).toMatchObject([
        { kind: 'sanction', act: 'kicked', person: carol, home: IRC, by: 'Owner' },
      ]),
    );
    await leg.cross(crossing(said(carol, 'two')));
    expect(room.words.at(-1)).toBe('Relay: *carol*: two');
    room.removes('Relay', 301);
    await vi.waitFor(() => expect(ends).toEqual(['banned']));
  });

  it('leaves none of its people behind when it is made to go', async () => {
    const { room, leg, ends } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    room.removes('Relay', 307);
    await vi.waitFor(() => expect(ends).toEqual(['removed']));
    await leg.stop();
    expect(room.nicks).toEqual([]);
  });

  it('leaves none of its people behind when it is let go of while it is not in', async () => {
    const { room, leg } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    room.rules = { admits: () => 'resource-constraint wait' };
    room.fails('Relay');
    await vi.waitFor(() => expect(leg.state.state).toBe('away'));
    await leg.stop();
    expect(room.nicks).toEqual([]);
  });

  it('brings nobody in any more once it has left', async () => {
    const { room, leg } = await joinedRoom();
    await leg.stop();
    await expect(leg.cross(crossing(said(carol, 'late')))).rejects.toThrow();
    expect(room.nicks).toEqual([]);
  });

  it('takes no ids from people of a room that gives none, and no address of its own for theirs', async () => {
    const { room, events } = await joinedRoom({ rules: { withoutIds: true } });
    room.enters('Mallory', 'victim@irc.example.org');
    const id = (name: string) => `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${name}'/>`;
    room.says('Mallory', `<body>hi</body>${id('one')}`);
    room.says('Mallory', `<body>there</body>${id('two')}`);
    const speakers = () =>
      events.flatMap(({ content }) => (content.kind === 'said' ? [content.speaker] : []));
    await vi.waitFor(() => expect(speakers()).toHaveLength(2));
    const [first, second] = speakers();
    expect(first).toEqual(second);
    expect(first?.address).toBeUndefined();
  });

  it('takes from nobody what only its own names of messages say', async () => {
    const { room, leg, events } = await joinedRoom();
    room.enters('Mallory');
    room.says('Mallory', '<body>hi</body>', 'a\n["x","y"');
    room.says('Mallory', '<body>there</body>', 'b\n{');
    await vi.waitFor(() => expect(events.filter(({ content }) => content.kind === 'said')).toHaveLength(2));
    for (const { ids, names = [] } of events) {
      expect([...ids, ...names].filter((name) => name.split('\n').length > 2)).toEqual([]);
      await leg.cross(crossing(said(carol, 'yes'), { reference: { ids: [...ids, ...names, 'k\na\n{'] } }));
    }
    expect(room.words.at(-1)).toContain('yes');
  });

  it('leaves with all its people', async () => {
    const { room, leg } = await joinedRoom();
    await leg.cross(crossing(said(carol, 'one')));
    await leg.stop({ key: 'relay-unlinked', args: { room: ROOM } });
    expect(room.nicks).toEqual([]);
    expect(room.words.at(-1)).toBe(`Relay: ${ROOM} is in no relay any more.`);
  });
});
