import { Api } from 'telegram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeldUpdates, losing, twice } from '../../servers/telegram/faults.js';
import { channelPeer } from '../../servers/telegram/world/peers.js';
import type { ChannelPlace, GroupPlace } from '../../servers/telegram/world/world.js';
import { DOMAIN, ORCHARD } from '../../support/telegram/gateway-stage.js';
import { type Company, company, enter, saidIn } from '../../support/telegram/room-talk.js';

const numbers = Array.from({ length: 30 }, (_, index) => `number ${index}`);
const spoken = (history: readonly string[]) => history.filter((text) => text.startsWith('number'));

let all: Company;
let place: ChannelPlace;
let group: GroupPlace;
beforeEach(async () => {
  all = await company();
  const { romeo, juliet, nurse } = all;
  place = juliet.as.createsChannel({ title: 'Verona' }, romeo, nurse);
  group = juliet.as.createsGroup('Mantua', romeo, nurse);
});
afterEach(() => all.stage.stop());

/** The gateway is away, and comes back. */
async function away(meanwhile: () => void): Promise<void> {
  const { stage } = all;
  await stage.stopGateway();
  meanwhile();
  await stage.startGateway();
  await stage.receive(`<presence from='${ORCHARD}' to='${DOMAIN}'/>`);
  await stage.begun();
}

const last = (where: ChannelPlace | GroupPlace) =>
  expect.poll(async () => spoken((await enter(all.stage, where)).history).at(-1), { timeout: 15_000 });

describe.each([
  ['supergroups', () => place],
  ['basic groups', () => group],
] as const)('what is said in %s of Telegram', (_name, where) => {
  it('F08 comes once and in order after the gateway was away', async () => {
    const { stage, juliet } = all;
    await enter(stage, where());
    juliet.says('before', where());
    await saidIn(stage, stage.jid(where()), 'before');
    await away(() => {
      for (const text of numbers) juliet.says(text, where());
    });
    await last(where()).toBe('number 29');
    const { history } = await enter(stage, where());
    expect(spoken(history)).toEqual(numbers.slice(-spoken(history).length));
    expect(new Set(history).size).toBe(history.length);
  });

  it('S08 comes once and in order though it is told twice, backwards, or not at all', async () => {
    const { stage, server, juliet } = all;
    const { room } = await enter(stage, where());
    server.faults.delivery = twice;
    juliet.says('number 0', where());
    await saidIn(stage, room, 'number 0');
    const held = new HeldUpdates();
    server.faults.delivery = held.deliver;
    for (const text of numbers.slice(1, 10)) juliet.says(text, where());
    held.release('backwards');
    await saidIn(stage, room, 'number 9');
    server.faults.delivery = losing((index) => index % 2 === 0);
    for (const text of numbers.slice(10)) juliet.says(text, where());
    server.faults.delivery = undefined;
    juliet.says('number last', where());
    await saidIn(stage, room, 'number last');
    expect(spoken(stage.bodies(room))).toEqual([...numbers, 'number last']);
  });
});

describe('after too long an absence', () => {
  it.each([
    ['a supergroup', () => place],
    ['a basic group', () => group],
  ] as const)('F08 what was said in %s is read from there', async (_name, where) => {
    const { stage, server, juliet } = all;
    const { room } = await enter(stage, where());
    juliet.says('number before', where());
    await saidIn(stage, room, 'number before');
    server.channelTooLong = 5;
    server.tooLong = 5;
    await away(() => {
      for (const text of numbers) juliet.says(text, where());
    });
    await last(where()).toBe('number 29');
    const { history } = await enter(stage, where());
    expect(spoken(history)).toEqual(['number before', ...numbers].slice(-spoken(history).length));
  });
});

describe('a server that says what none should', () => {
  it('S08 of people and groups nobody has heard of changes nothing', async () => {
    const { stage, server, romeo, juliet } = all;
    const { room } = await enter(stage, place);
    const none = { id: 999_999 } as const;
    const nobody = new Api.PeerUser({ userId: channelPeer({ ...place, ...none }).channelId });
    const somewhere = channelPeer({ ...place, ...none });
    for (const peer of [channelPeer(place), somewhere]) {
      server.push(
        romeo.person,
        new Api.UpdatePinnedChannelMessages({
          channelId: peer.channelId,
          messages: [0, -1],
          pts: 0,
          ptsCount: 0,
        }),
      );
      server.push(
        romeo.person,
        new Api.UpdateMessageReactions({
          ...{ peer, msgId: 2 ** 31 - 1 },
          reactions: new Api.MessageReactions({ results: [] }),
        }),
      );
      server.push(
        romeo.person,
        new Api.UpdateChannelUserTyping({
          ...{ channelId: peer.channelId, fromId: nobody },
          action: new Api.SendMessageTypingAction(),
        }),
      );
      server.push(romeo.person, new Api.UpdateChannel({ channelId: peer.channelId }));
    }
    juliet.says('unmoved', place);
    await saidIn(stage, room, 'unmoved');
  });
});
