import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/xmpp/element.js';
import { BadStage } from './stage.js';

/** Lines of a flood, and what the gateway's memory may grow by meanwhile, in bytes. */
const FLOOD = 100_000;
const MEMBERS = 200;
const GROWTH = 250 * 1024 * 1024;

let stage: BadStage;
beforeAll(async () => {
  stage = await BadStage.start({
    irc: { timeouts: { registrationMs: 1500, joinMs: 1500, channelModesMs: 500, lostGraceMs: 30_000 } },
    config: () => ({ limits: { membersPerRoom: MEMBERS } }),
  });
});
afterAll(() => stage.stop());

const isJoinError = (stanza: XmlElement): boolean =>
  stanza.name === 'presence' && stanza.attrs.type === 'error';
const conditionOf = (stanza: XmlElement): string | undefined => stanza.child('error')?.elements()[0]?.name;

describe('an IRC server that lets nobody in', () => {
  it('H15 never finishes registration → remote-server-timeout, once', async () => {
    const user = stage.newUser();
    stage.askToJoin(user);
    const irc = await stage.connection(user);
    await irc.lines.wait((line) => line.startsWith('NICK '), 'NICK');
    irc.send(
      ':s NOTICE * :*** Looking up your hostname...',
      ':s 020 * :Please wait while we process your connection.',
    );
    const error = await stage.next(user, 'the refusal', isJoinError);
    expect(conditionOf(error)).toBe('remote-server-timeout');
    await stage.converse();
    expect(
      stage.stanzas.all.filter((stanza) => stanza.attrs.to === user && isJoinError(stanza)),
    ).toHaveLength(1);
  });

  it('says nothing at all, or closes at once → remote-server-timeout', async () => {
    for (const act of ['silence', 'close']) {
      const user = stage.newUser();
      stage.askToJoin(user);
      const irc = await stage.connection(user);
      if (act === 'close') irc.socket.destroy();
      expect(conditionOf(await stage.next(user, 'the refusal', isJoinError))).toBe('remote-server-timeout');
    }
    await stage.converse();
  });

  it('H15 never answers JOIN → remote-server-timeout', async () => {
    const user = stage.newUser();
    stage.askToJoin(user);
    const irc = await stage.connection(user);
    await irc.register();
    await irc.lines.wait((line) => line.startsWith('JOIN '), 'JOIN');
    expect(conditionOf(await stage.next(user, 'the refusal', isJoinError))).toBe('remote-server-timeout');
    await stage.converse();
  });

  it('speaks another protocol: an error, and the process stands', async () => {
    const user = stage.newUser();
    stage.askToJoin(user);
    const irc = await stage.connection(user);
    await irc.lines.wait((line) => line.startsWith('NICK '), 'NICK');
    irc.sendBytes(Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nbad'));
    irc.sendBytes(Buffer.alloc(100_000, 0x16));
    expect(conditionOf(await stage.next(user, 'the refusal', isJoinError))).toBe('remote-server-timeout');
    await stage.converse();
  });
});

describe('an IRC server that lies', () => {
  it('names people of channels never joined, topics, modes and kicks there: nothing of it is believed', async () => {
    const { user, irc } = await stage.join();
    const { nick } = irc;
    irc.send(
      `:s 353 ${nick} = #never :@mallory +trent`,
      `:s 366 ${nick} #never :end`,
      `:s 332 ${nick} #never :a topic`,
      `:s 324 ${nick} #never +s`,
      ':mallory!u@h PRIVMSG #never :psst',
      `:mallory!u@h KICK #never ${nick} :out`,
      ':mallory!u@h MODE #never +o trent',
      ':ghost!u@h PART #tea :was never here',
      ':ghost!u@h QUIT :nor there',
      ':ghost!u@h NICK ghoul',
      ':alice!u@h PRIVMSG #tea :still here',
    );
    await stage.next(user, 'the true line', (stanza) => stanza.childText('body') === 'still here');
    const from = stage.stanzas.all
      .filter(({ attrs }) => attrs.to === user)
      .map(({ attrs }) => attrs.from ?? '');
    expect(from.filter((jid) => jid.startsWith(stage.room('#never')))).toEqual([]);
    expect(from.filter((jid) => /mallory|trent|gho/.test(jid))).toEqual([]);
    await stage.converse();
  });

  it('S07 S08 S09 nicks and words that are no XML, no JID or somebody else’s: sound stanzas, distinct resources', async () => {
    const { user, irc } = await stage.join();
    const nicks = [
      '\u202eecila',
      'a\u200bb',
      'A\u0130',
      'x'.repeat(3000),
      '\u00a0',
      '\ufffe',
      'alice\u0301',
      '\u2163',
      'IV',
    ];
    for (const nick of nicks) irc.send(`:${nick}!u@h JOIN #tea`, `:${nick}!u@h PRIVMSG #tea :I am ${nick}`);
    irc.sendBytes(
      Buffer.from([...Buffer.from(':b'), 0xff, 0xed, 0xa0, 0x80, ...Buffer.from('!u@h JOIN #tea\r\n')]),
    );
    irc.send(
      ':alice!u@h PRIVMSG #tea :\u0001\u0002\u0003\u0008\u000b\u001b[31m]]>',
      ":alice!u@h PRIVMSG #tea :</body></message><message from='evil@example.org'>&amp;<![CDATA[",
      ':alice!u@h TOPIC #tea :<x/>\u0007]]>',
      ':alice!u@h PRIVMSG #tea :the end',
    );
    const end = await stage.next(user, 'the last line', (stanza) => stanza.childText('body') === 'the end');
    expect(end.attrs.from).toBe(`${stage.room('#tea')}/alice`);
    const joined = stage.stanzas.all.filter(
      (stanza) => stanza.attrs.to === user && stanza.name === 'presence' && stanza.attrs.type === undefined,
    );
    const resources = joined.map(({ attrs }) => attrs.from);
    expect(new Set(resources).size).toBe(resources.length);
    // alice, the user and every one of the others but the one that is no character at all.
    expect(resources.length).toBeGreaterThanOrEqual(nicks.length);
    await stage.converse();
  });
});

describe('an IRC server that floods or breaks off', () => {
  it(`S17 ${FLOOD} lines at once: bounded memory, order kept, and another user is served meanwhile`, async () => {
    const { user, irc } = await stage.join();
    const before = rss(stage);
    for (let n = 0; n < FLOOD; n += 1000)
      irc.send(...Array.from({ length: 1000 }, (_, k) => `:alice!u@h PRIVMSG #tea :flood ${n + k}`));
    await stage.converse();
    await stage.next(
      user,
      'the last of the flood',
      (stanza) => stanza.childText('body') === `flood ${FLOOD - 1}`,
    );
    const numbers = stage.stanzas.all
      .filter(({ attrs }) => attrs.to === user)
      .flatMap((stanza) => /^flood (\d+)$/.exec(stanza.childText('body') ?? '')?.slice(1) ?? [])
      .map(Number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(FLOOD);
    expect(rss(stage) - before).toBeLessThan(GROWTH);
  });

  it('S17 people who join without end: so many are shown, the rest is not kept, the room goes on', async () => {
    const { user, irc } = await stage.join(stage.newUser(), '#crowd');
    for (let n = 0; n < 10 * MEMBERS; n += 1) irc.send(`:n${n}!u@h JOIN #crowd`);
    irc.send(':n0!u@h PRIVMSG #crowd :early', `:n${10 * MEMBERS - 1}!u@h PRIVMSG #crowd :late`);
    const late = await stage.next(user, 'the last line', (stanza) => stanza.childText('body') === 'late');
    expect(late.attrs.from).toBe(`${stage.room('#crowd')}/n${10 * MEMBERS - 1}`);
    const shown = stage.stanzas.all.filter(({ name, attrs }) => name === 'presence' && attrs.to === user);
    expect(shown.length).toBe(MEMBERS);
    await stage.converse();
  });

  it('a line without end: the connection is given up, the user told or reconnected, the process stands', async () => {
    const { user, irc } = await stage.join();
    irc.sendBytes(Buffer.alloc(1024 * 1024, 'x'));
    await irc.closed;
    const again = await stage.connection(user);
    await again.admit('#tea', '@alice');
    again.send(':alice!u@h PRIVMSG #tea :sane again');
    await stage.next(user, 'words after the madness', (stanza) => stanza.childText('body') === 'sane again');
    await stage.converse();
  });

  it('A04 Q08 closes in the middle of a line: the half is not shown, the room comes back without a word', async () => {
    const { user, irc } = await stage.join();
    irc.send(':alice!u@h PRIVMSG #tea :whole');
    irc.sendBytes(Buffer.from(':alice!u@h PRIVMSG #tea :half'));
    await stage.next(user, 'the whole line', (stanza) => stanza.childText('body') === 'whole');
    const seen = stage.stanzas.all.length;
    irc.socket.end();
    const again = await stage.connection(user);
    await again.admit('#tea', '@alice');
    again.send(':alice!u@h PRIVMSG #tea :back');
    await stage.next(user, 'words after the break', (stanza) => stanza.childText('body') === 'back');
    const since = stage.stanzas.all.slice(seen).filter(({ attrs }) => attrs.to === user);
    expect(since.map((stanza) => stanza.childText('body'))).toEqual(['back']);
    await stage.converse();
  });
});

/** Resident memory of the gateway in bytes. */
function rss({ gateway }: BadStage): number {
  const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}
