import { afterEach, describe, expect, it } from 'vitest';
import type { Crossing } from '../../../../src/core/relay/leg.js';
import type { NetworkPort } from '../../../../src/core/relay/network/port.js';
import { Puppets } from '../../../../src/core/relay/network/puppets.js';
import type { RoomId } from '../../../../src/gateway/ids.js';
import type { Jid } from '../../../../src/xmpp/jid.js';
import { type NetworkLegStage, networkLegStage } from '../../../support/relay/network-leg-stage.js';

describe('a leg in a channel', () => {
  let stage: NetworkLegStage;
  afterEach(() => stage.close());

  const said = (nick: string, text: string): Crossing => ({
    ...{ id: `id-${nick}-${text}`, from: 'club@rooms.example.org' },
    content: { kind: 'said', speaker: { key: `k-${nick}`, nick }, words: { text } },
  });
  const heard = () =>
    stage.happened.flatMap(({ content }) => (content.kind === 'said' ? [content.words.text] : []));

  it('hears what is said while it is being told who is there', async () => {
    stage = await networkLegStage();
    const bot = await stage.server.peerOf('Relay');
    await bot.register();
    await bot.lines.wait((line) => line === 'JOIN #c', 'JOIN');
    bot.send(
      ':Relay!u@h JOIN #c',
      ':ann!u@h PRIVMSG #c :first',
      ':s 353 Relay = #c :Relay ann',
      ':ann!u@h PRIVMSG #c :second',
      ':s 366 Relay #c :end',
      ':ann!u@h PRIVMSG #c :third',
      ':s 324 Relay #c +nt',
      ':ann!u@h PRIVMSG #c :fourth',
    );
    await expect.poll(heard).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('tells nobody of a network that falls in two and comes together again', async () => {
    stage = await networkLegStage();
    const bot = await stage.server.peerOf('Relay');
    const people = Array.from({ length: 300 }, (_, index) => `p${index}`);
    await bot.admit('#c', people.join(' '));
    await expect.poll(() => stage.leg.state.state).toBe('joined');
    for (const nick of people) bot.send(`:${nick}!u@h QUIT :a.example.org b.example.org`);
    for (const nick of people) bot.send(`:${nick}!u@h JOIN #c`);
    bot.send(':p7!u@h PRIVMSG #c :back again');
    await expect.poll(heard).toEqual(['back again']);
    // A time of its own, so that whatever was gathered has been told.
    bot.send(':p8!u@h PART #c :bye');
    await bot.taken('told');
    expect(stage.happened.filter(({ content }) => content.kind === 'presence')).toEqual([]);
    expect(stage.signals).toEqual([]);
  });

  it('speaks for somebody whom the server does not let in, and lets him in by another name where his is taken', async () => {
    stage = await networkLegStage();
    const bot = await stage.server.peerOf('Relay');
    await bot.admit('#c');
    await expect.poll(() => stage.leg.state.state).toBe('joined');

    const first = stage.leg.cross(said('ann', 'hello'));
    const ann = await stage.server.peerOf('ann');
    await ann.lines.wait((line) => line.startsWith('CAP LS'), 'CAP LS');
    ann.send(':s 433 * ann :Nickname is already in use');
    await ann.lines.wait((line) => line === 'NICK ann[xmpp]', 'the next name');
    ann.nick = 'ann[xmpp]';
    ann.send(`:s CAP ${ann.nick} LS :`);
    await ann.lines.wait((line) => line === 'CAP END', 'CAP END');
    ann.send(`:s 001 ${ann.nick} :hi`, `:s 422 ${ann.nick} :no motd`);
    await ann.lines.wait((line) => line === 'JOIN #c', 'JOIN');
    ann.send(':ann[xmpp]!u@h JOIN #c', ':s 366 ann[xmpp] #c :end', ':s 324 ann[xmpp] #c +nt');
    await ann.lines.wait((line) => line === 'PRIVMSG #c :hello', 'the words');
    await first;

    const second = stage.leg.cross(said('bob', 'hello too'));
    const bob = await stage.server.peerOf('bob');
    bob.send('ERROR :Too many connections from your host');
    bob.socket.end();
    await bot.lines.wait((line) => /^PRIVMSG #c :<.*bob.*> hello too$/.test(line), 'the words of the relay');
    await second;
    // The server has had enough of us: nobody else is tried for a while.
    await stage.leg.cross(said('cid', 'and me'));
    await bot.lines.wait((line) => /^PRIVMSG #c :<.*cid.*> and me$/.test(line), 'more words');
    expect(stage.server.connections).toBe(3);
  });

  it('leaves nobody behind who was on his way in when it, or he, was let go of', async () => {
    let opened = (): void => undefined;
    let asked = 0;
    const closed: string[] = [];
    const puppets = new Puppets(
      {
        ...{ most: 10, idleMs: 60_000, refusedMs: 60_000, joinMs: 20_000, waitMs: 20_000 },
        ...{ throttledMs: 60_000, restMs: 60_000 },
      },
      {
        port: {
          open: async (owner: Jid) => {
            asked += 1;
            await new Promise<void>((resolve) => {
              opened = resolve;
            });
            const rooms = { join: () => expect.unreachable('nobody wants him in'), leave: () => undefined };
            return { session: { rooms }, close: async () => void closed.push(owner.bare) };
          },
        } as unknown as NetworkPort,
        ...{ room: '#c%net' as RoomId, domain: 'relay.example.org', now: Date.now, labelOf: () => 'xmpp' },
        ...{ effectiveNick: (nick: string) => nick, removed: () => undefined, trouble: () => undefined },
        whispered: async () => undefined,
      },
    );
    const ann = { key: 'k-ann', nick: 'ann' };
    const from = 'club@rooms.example.org';
    const entering = puppets.enter(ann, from);
    await expect.poll(() => asked).toBe(1);
    puppets.leave(ann, from);
    opened();
    expect(await entering).toBeUndefined();
    expect(closed).toHaveLength(1);
    const bob = puppets.enter({ key: 'k-bob', nick: 'bob' }, from);
    await expect.poll(() => asked).toBe(2);
    const gone = puppets.close();
    opened();
    expect(await bob).toBeUndefined();
    await gone;
    expect(closed).toHaveLength(2);
    expect(await puppets.enter({ key: 'k-cid', nick: 'cid' }, from)).toBeUndefined();
    expect(asked).toBe(2);
  });

  it('leaves the channel that it is on its way into', async () => {
    stage = await networkLegStage();
    const bot = await stage.server.peerOf('Relay');
    await bot.register();
    await bot.lines.wait((line) => line === 'JOIN #c', 'JOIN');
    const stopped = stage.leg.stop();
    await bot.lines.wait((line) => line.startsWith('PART #c'), 'PART');
    await stopped;
  });

  it('gives somebody another name once, where the network takes his away, and lets him be then', async () => {
    stage = await networkLegStage();
    const bot = await stage.server.peerOf('Relay');
    await bot.admit('#c');
    await expect.poll(() => stage.leg.state.state).toBe('joined');
    const told = stage.leg.cross(said('ann', 'hello'));
    const ann = await stage.server.peerOf('ann');
    await ann.admit('#c');
    await told;
    ann.send(':ann!u@h NICK Guest1');
    await ann.lines.wait((line) => line === 'NICK ann[xmpp]', 'the other name');
    ann.send(':Guest1!u@h NICK ann[xmpp]', ':ann[xmpp]!u@h NICK Guest2');
    await ann.taken('named');
    expect(ann.lines.all.filter((line) => line.startsWith('NICK '))).toEqual(['NICK ann', 'NICK ann[xmpp]']);
  });

  it('calls somebody otherwise at once when he is, and shows that he is away where that is wanted', async () => {
    stage = await networkLegStage({ settings: { presence: 'speakers' } });
    const bot = await stage.server.peerOf('Relay');
    await bot.admit('#c');
    await expect.poll(() => stage.leg.state.state).toBe('joined');
    const from = 'club@rooms.example.org';
    const told = stage.leg.cross(said('ann', 'hello'));
    const ann = await stage.server.peerOf('ann');
    await ann.admit('#c');
    await told;
    const anna = { key: 'k-anna', nick: 'anna' };
    stage.leg.signal(from, { kind: 'renamed', speaker: anna, beforeKey: 'k-ann' });
    await ann.lines.wait((line) => line === 'NICK anna', 'the new name');
    ann.send(':ann!u@h NICK anna');
    stage.leg.signal(from, { kind: 'away', speaker: anna, away: true });
    await ann.lines.wait((line) => line === 'AWAY :away', 'that he is away');
    stage.leg.signal(from, { kind: 'away', speaker: anna, away: false });
    await ann.lines.wait((line) => line === 'AWAY', 'that he is back');
    await stage.leg.cross({ ...said('anna', 'still me') });
    await ann.lines.wait((line) => line === 'PRIVMSG #c :still me', 'his words');
    expect(stage.server.connections).toBe(2);
  });

  it('splits what is long, and shows the beginning of what is too long', async () => {
    stage = await networkLegStage({ puppets: { most: 0 } });
    const bot = await stage.server.peerOf('Relay');
    await bot.admit('#c');
    await expect.poll(() => stage.leg.state.state).toBe('joined');
    await stage.leg.cross(said('ann', 'word '.repeat(200)));
    await stage.leg.cross(said('bob', 'line\n'.repeat(1_000)));
    const lines = bot.lines.all.filter((line) => line.startsWith('PRIVMSG'));
    expect(lines.filter((line) => line.includes('ann')).length).toBeGreaterThan(1);
    expect(lines.filter((line) => line.includes('bob')).join('\n')).toMatch(/line line .*\[[^a-z]+\]$/);
    expect(bot.illegal).toEqual([]);
  });
});
