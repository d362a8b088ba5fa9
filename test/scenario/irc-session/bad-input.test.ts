import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IrcGateway } from '../../../gateways/irc/gateway.js';
import type { ContactId, PlaceId, RoomId } from '../../../src/gateway/ids.js';
import { createGateway, type Party, party } from './recorder.js';
import { type ScriptedPeer, ScriptedServer } from './scripted-server.js';

const room = (name: string): RoomId => `${name}%127.0.0.1` as RoomId;
const contact = (name: string): ContactId => `${name}%127.0.0.1` as ContactId;

describe('a session and a server that does not behave', () => {
  let server: ScriptedServer;
  let gateway: IrcGateway;

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(async () => {
    server.stop();
    await gateway?.close();
  });

  function open(more: Record<string, unknown> = {}): Party {
    gateway = createGateway({
      servers: { '127.0.0.1': { port: server.port, tls: false } },
      flood: 'disabled',
      ...more,
    } as never);
    return party(gateway);
  }

  async function inRoom(user: Party, names = 'Alice bob', nick = 'Alice'): Promise<ScriptedPeer> {
    user.session.rooms?.join(room('#a'), { nick });
    const peer = await server.peer();
    await peer.welcome();
    await peer.admit(nick, '#a', names);
    await user.host.next('room-entered');
    return peer;
  }

  /** Everything sent before has been read when this comes back. */
  async function barrier(peer: ScriptedPeer, token: string): Promise<void> {
    peer.send(`PING :${token}`);
    await peer.expect(new RegExp(`^PONG :${token}$`));
  }

  it('never finishes registration → network-unreachable in time', async () => {
    const user = open({ timeouts: { registrationMs: 200 } });
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    const peer = await server.peer();
    peer.send(':s NOTICE * :*** Looking up your hostname');
    expect((await user.host.next('room-refused')).error.code).toBe('network-unreachable');
    await peer.ended();
  });

  it('greets without an end → ready by the answer to a PING', async () => {
    const user = open();
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    const peer = await server.peer();
    await peer.expect(/^USER /);
    peer.send(':s 001 Alice :hi');
    await peer.expect(/^PING :isthmus-ready$/);
    peer.send(':s PONG s :isthmus-ready');
    await peer.expect(/^JOIN #a$/);
  });

  it('a line without end ends the connection, bounded', async () => {
    const user = open();
    const peer = await inRoom(user);
    peer.sendBytes(Buffer.alloc(20_000, 0x41));
    await user.host.next('room-suspended');
    await peer.ended();
  });

  it('sends garbage bytes → read past, and text in another encoding is read', async () => {
    const user = open({ servers: { '127.0.0.1': { port: server.port, tls: false, encoding: 'koi8-r' } } });
    const peer = await inRoom(user);
    peer.sendBytes(Buffer.from([0, 255, 254, 13, 10, 10, 10, 1, 2, 3, 10, 0xc0, 0x80, 10]));
    peer.sendBytes(Buffer.from(':bob!u@h PRIVMSG #a :\xd0\xd2\xc9\xd7\xc5\xd4\r\n', 'latin1'));
    expect(await user.host.next('room-message')).toMatchObject({ text: 'привет' });
    const split = Buffer.from(':bob!u@h PRIVMSG #a :привет €\r\n');
    for (const byte of split) peer.sendBytes(Uint8Array.of(byte));
    expect(await user.host.next('room-message')).toMatchObject({ text: 'привет €' });
  });

  it('only garbage → the connection ends with a plain reason', async () => {
    const user = open({ limits: { malformedLines: 10 } });
    const peer = await inRoom(user);
    for (let i = 0; i < 20; i++) peer.send(':');
    await user.host.next('room-suspended');
    expect(user.session.states()[0]?.state).toMatchObject({ text: { key: 'irc-garbage' } });
    await peer.ended();
  });

  it('lies: names, joins, kicks and topics of channels never joined are not believed', async () => {
    const user = open();
    const peer = await inRoom(user);
    peer.send(
      ':s 353 Alice = #b :x y z',
      ':s 366 Alice #b :e',
      ':x!u@h JOIN #b',
      ':x!u@h KICK #b Alice :out',
      ':s 332 Alice #a :a topic nobody asked for',
      ':s 353 Alice = #a :many more names',
      ':s 324 Alice #a +m',
      ':x PRIVMSG',
      ':x!u@h PRIVMSG #a',
      ':x!u@h KICK #a',
      ':x!u@h NICK',
      ':x!u@h MODE #a',
      ':x!u@h MODE #a +ooooo',
      'JOIN',
      ':Alice!u@h PART #zzz',
      ':s 999',
      '@time=nonsense :s',
      '@',
    );
    await barrier(peer, 'lies');
    const kinds = user.host.events.map(({ type }) => type);
    expect(kinds).toEqual(['room-entered']);
  });

  it('I36 puts us into a channel → asked by an invitation, and not without end', async () => {
    const user = open();
    const peer = await inRoom(user);
    for (let i = 0; i < 100; i++) peer.send(`:Alice!u@h JOIN #forced${i}`);
    await barrier(peer, 'forced');
    expect(user.host.ofType('invitation')).toHaveLength(20);
  });

  it('S16 a list of names is bounded', async () => {
    const user = open({ limits: { membersPerChannel: 50 } });
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    const peer = await server.peer();
    await peer.welcome();
    await peer.expect(/^JOIN/);
    peer.send(':Alice!u@h JOIN #a');
    for (let i = 0; i < 100; i++) peer.send(`:s 353 Alice = #a :n${i} m${i} o${i}`);
    peer.send(':s 366 Alice #a :e', ':s 324 Alice #a +n');
    const { members } = await user.host.next('room-entered');
    expect(members.length).toBeLessThanOrEqual(51);
    expect(members.some(({ id }) => id === 'alice')).toBe(true);
  });

  it('H09 what happens during the entry is told after it, in order', async () => {
    const user = open();
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    const peer = await server.peer();
    await peer.welcome();
    await peer.expect(/^JOIN/);
    peer.send(
      ':Alice!u@h JOIN #a',
      ':s 353 Alice = #a :Alice @bob carl dora',
      ':s 366 Alice #a :e',
      ':bob!u@h PRIVMSG #a :early',
      ':carl!u@h QUIT :gone',
      ':dora!u@h NICK :Dorothy',
      ':eve!u@h JOIN #a',
      ':s 324 Alice #a +ntmk',
    );
    const entered = await user.host.next('room-entered');
    expect(entered.members.map(({ nick }) => nick)).toEqual(['Alice', 'bob', 'Dorothy']);
    expect(entered.traits).toMatchObject({ moderated: true, passwordProtected: true, openSubject: false });
    await barrier(peer, 'entry');
    const after = user.host.events.slice(user.host.events.indexOf(entered) + 1);
    expect(after.map(({ type }) => type)).toEqual(['room-message', 'member-joined']);
  });

  it('a server that does not tell the modes does not hold up the entry', async () => {
    const user = open();
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    const peer = await server.peer();
    await peer.welcome();
    await peer.expect(/^JOIN/);
    peer.send(':Alice!u@h JOIN #a', ':s 353 Alice = #a :Alice', ':s 366 Alice #a :e');
    await peer.expect(/^MODE #a$/);
    peer.send(':s 482 Alice #a :You are not on that channel');
    await user.host.next('room-entered');
  });

  it('gives no answer to JOIN → network-unreachable in time', async () => {
    const user = open({ timeouts: { joinMs: 200 } });
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    const peer = await server.peer();
    await peer.welcome();
    await peer.expect(/^JOIN/);
    expect((await user.host.next('room-refused')).error).toMatchObject({ code: 'network-unreachable' });
  });

  it('accepts by PONG; what it does not cover when the connection breaks is unknown, never sent again', async () => {
    const user = open({ reconnect: { initialMs: 1, maxMs: 10 } });
    const peer = await inRoom(user);
    const first = user.session.send({ kind: 'room', id: room('#a') }, { text: 'one' });
    const ping = await peer.expect(/^PING :isthmus-\d+$/);
    const second = user.session.send({ kind: 'room', id: room('#a') }, { text: 'two' });
    await peer.expect(/^PRIVMSG #a :two$/);
    peer.send(`:s PONG s ${ping.slice(5)}`);
    await first.accepted;
    await peer.expect(/^PING :isthmus-\d+$/);
    peer.socket.destroy();
    await expect(second.accepted).rejects.toMatchObject({ outcome: 'unknown', retryable: false });
    const again = await server.peer();
    await again.welcome();
    await again.admit('Alice', '#a');
    await user.host.next('room-entered');
    await barrier(again, 'again');
    expect(again.lines.all.some((line) => line.startsWith('PRIVMSG'))).toBe(false);
  });

  it('refuses one of two messages → the last one fails, the other is accepted', async () => {
    const user = open();
    const peer = await inRoom(user);
    const messages = ['fine', 'refused'].map((text) =>
      user.session.send({ kind: 'room', id: room('#a') }, { text }),
    );
    const ping = await peer.expect(/^PING :isthmus-\d+$/);
    peer.send(':s 404 Alice #a :Cannot send to channel', `:s PONG s ${ping.slice(5)}`);
    await messages[0]?.accepted;
    await expect(messages[1]?.accepted).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('Q08 stays away too long → room-left network-lost, once', async () => {
    const user = open({ timeouts: { lostGraceMs: 300 }, reconnect: { initialMs: 50, maxMs: 100 } });
    const peer = await inRoom(user);
    server.stop();
    peer.socket.destroy();
    expect(await user.host.next('room-left')).toMatchObject({ cause: 'network-lost' });
    await user.host.state('idle');
    expect(user.host.ofType('room-left')).toHaveLength(1);
    expect(user.host.ofType('room-suspended')).toHaveLength(1);
  });

  it('is banned while away → told as a ban', async () => {
    const user = open({ reconnect: { initialMs: 1, maxMs: 10 } });
    (await inRoom(user)).socket.destroy();
    const again = await server.peer();
    await again.welcome();
    await again.expect(/^JOIN #a$/);
    again.send(':s 474 Alice #a :Cannot join channel (+b)');
    expect(await user.host.next('room-left')).toMatchObject({ cause: 'banned' });
  });

  it('keeps our nick for our own ghost → back under another nick, regained later', async () => {
    const user = open({ reconnect: { initialMs: 1, maxMs: 10 }, timeouts: { regainNickMs: 1 } });
    (await inRoom(user)).socket.destroy();
    const again = await server.peer();
    await again.expect(/^NICK Alice$/);
    await again.expect(/^CAP LS/);
    again.send(':s CAP * LS :', ':s 433 * Alice :Nickname is already in use');
    await again.expect(/^NICK Alice_$/);
    again.send(':s 001 Alice_ :hi', ':s 376 Alice_ :end');
    await again.admit('Alice_', '#a');
    expect(await user.host.next('room-entered')).toMatchObject({ resumed: true, self: 'alice_' });
    await again.expect(/^NICK Alice$/);
    again.send(':Alice_!u@h NICK :Alice');
    expect(await user.host.next('person-renamed')).toMatchObject({ from: 'alice_', to: 'alice' });
  });

  it('S18 refuses the password → bad-credentials, not tried again until the user acts', async () => {
    gateway = createGateway({
      servers: { '127.0.0.1': { port: server.port, tls: false } },
      reconnect: { initialMs: 1, maxMs: 5 },
    });
    const account = {
      registered: true,
      settings: { servers: { '127.0.0.1': { account: 'alice', connect: true } } },
      secrets: { 'sasl:127.0.0.1': 'wrong' },
    };
    const user = party(gateway, account);
    user.session.connect();
    const peer = await server.peer();
    await peer.expect(/^CAP LS/);
    peer.send(':s CAP * LS :sasl=PLAIN');
    await peer.expect(/^CAP REQ :sasl$/);
    peer.send(':s CAP * ACK :sasl');
    await peer.expect(/^AUTHENTICATE PLAIN$/);
    peer.send('AUTHENTICATE +');
    await peer.expect(/^AUTHENTICATE YWxpY2UAYWxpY2UAd3Jvbmc=$/);
    peer.send(':s 904 Alice :SASL authentication failed');
    await user.host.state('bad-credentials');
    await peer.ended();
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    expect((await user.host.next('room-refused')).error.code).toBe('bad-credentials');
    expect(server.connections).toBe(1);
    user.session.configure({
      ...account,
      id: 1 as never,
      suggestedName: 'alice',
      userAddress: 'alice@example.org',
      language: 'en',
    });
    await (await server.peer()).expect(/^CAP LS/);
  });

  it('S20 offers no SASL → the account is not used without it', async () => {
    gateway = createGateway({ servers: { '127.0.0.1': { port: server.port, tls: false } } });
    const user = party(gateway, {
      registered: true,
      settings: { servers: { '127.0.0.1': { account: 'alice', connect: true } } },
      secrets: { 'sasl:127.0.0.1': 'secret' },
    });
    user.session.connect();
    const peer = await server.peer();
    await peer.expect(/^CAP LS/);
    peer.send(':s 001 alice :hi', ':s 376 alice :end');
    expect(await user.host.state('bad-credentials')).toMatchObject({ text: { key: 'irc-sasl-missing' } });
    expect(peer.lines.all.some((line) => line.startsWith('AUTHENTICATE'))).toBe(false);
  });

  it('F26 CR, LF and NUL reach the wire from no field', async () => {
    gateway = createGateway({
      servers: { '127.0.0.1': { port: server.port, tls: false } },
      flood: 'disabled',
    });
    const evil = 'x\r\nQUIT :evil\0\nOPER a b';
    const user = party(gateway, {
      registered: true,
      settings: { realname: evil, username: evil, servers: { '127.0.0.1': { commands: [evil] } } },
      secrets: { 'server:127.0.0.1': evil, 'nickserv:127.0.0.1': evil },
      suggestedName: evil,
    });
    user.session.away?.setAway(evil);
    const { rooms } = user.session;
    rooms?.join(room('#a'), { nick: evil });
    const peer = await server.peer();
    const nick = await peer.welcome();
    peer.answerPings();
    await peer.admit(nick, '#a', nick);
    await user.host.next('room-entered');
    const id = room('#a');
    const attempts: Promise<unknown>[] = [
      Promise.resolve(rooms?.setSubject(id, evil)),
      Promise.resolve(rooms?.kick(id, evil as never, evil)),
      Promise.resolve(rooms?.kick(id, 'bob' as never, evil)),
      Promise.resolve(rooms?.changeNick(id, evil)),
      Promise.resolve(rooms?.setRole(id, evil as never, 'moderator')),
      Promise.resolve(rooms?.setAffiliation(id, { contact: contact(evil) }, 'admin')),
      Promise.resolve(rooms?.invite(id, contact(evil))),
      Promise.resolve(user.session.people?.describe(contact(evil))),
      user.session.send({ kind: 'room', id }, { text: evil }).accepted,
      user.session.send({ kind: 'room', id }, { text: evil, action: true }).accepted,
      user.session.send({ kind: 'contact', id: contact('bob') }, { text: evil }).accepted,
    ];
    await Promise.allSettled(attempts);
    rooms?.leave(id, evil);
    rooms?.join(room('#b'), { nick: 'x', password: evil });
    await user.session.disconnect(evil);
    await peer.ended();
    const commands = new Set(peer.lines.all.map((line) => line.split(' ')[0]));
    for (const forbidden of ['OPER', 'evil']) expect(commands).not.toContain(forbidden);
    expect(peer.lines.all.filter((line) => line.startsWith('QUIT'))).toEqual(['QUIT :x QUIT :evil OPER a b']);
    // A user's own words may be lines of a message; nothing else may begin with them.
    expect(peer.lines.all.join('\n')).not.toContain('\0');
  });

  it('F25 longer than the limit → error; up to it → lines no server cuts, order kept', async () => {
    const user = open({ limits: { linesPerMessage: 3 } });
    const peer = await inRoom(user);
    peer.answerPings();
    const target = { kind: 'room', id: room('#a') } as const;
    expect(() => user.session.send(target, { text: 'a\nb\nc\nd' })).toThrowError(
      expect.objectContaining({ code: 'too-long' }),
    );
    const text = 'щ'.repeat(400);
    await user.session.send(target, { text }).accepted;
    const lines = peer.lines.all.filter((line) => line.startsWith('PRIVMSG'));
    expect(lines.map((line) => line.replace('PRIVMSG #a :', '')).join('')).toBe(text);
    for (const line of lines) expect(Buffer.byteLength(`:Alice!u@h ${line}\r\n`)).toBeLessThanOrEqual(512);
  });

  it('S17 flood control: a burst goes at once, too much is refused', async () => {
    const user = open({ flood: { linesPerSecond: 0.001, burst: 4 }, limits: { queuedLines: 5 } });
    const peer = await inRoom(user);
    const target = { kind: 'room', id: room('#a') } as const;
    const sent: Promise<unknown>[] = [];
    expect(() => {
      for (let i = 0; i < 20; i++) sent.push(user.session.send(target, { text: `m${i}` }).accepted);
    }).toThrowError(expect.objectContaining({ code: 'limit', retryable: true }));
    await barrier(peer, 'flood');
    expect(peer.lines.all.filter((line) => line.startsWith('PRIVMSG')).length).toBeLessThan(5);
    for (const accepted of sent) accepted.catch(() => undefined);
  });

  it('CTCP is answered within bounds, and only what is known', async () => {
    const user = open();
    const peer = await inRoom(user);
    peer.send(':bob!u@h PRIVMSG Alice :\x01FINGER\x01', ':bob!u@h NOTICE Alice :\x01VERSION\x01');
    for (let i = 0; i < 20; i++) peer.send(':bob!u@h PRIVMSG Alice :\x01VERSION\x01');
    await barrier(peer, 'ctcp');
    const answers = peer.lines.all.filter((line) => line.startsWith('NOTICE'));
    expect(answers).toEqual(Array(3).fill('NOTICE bob :\x01VERSION Isthmus 0.0.0\x01'));
    expect(user.host.ofType('direct-message')).toHaveLength(0);
  });

  it('congestion of the other side stops reading until relief', async () => {
    const user = open();
    const peer = await inRoom(user);
    user.host.congested = true;
    peer.send(':bob!u@h PRIVMSG #a :before');
    await user.host.next('room-message');
    await expect.poll(() => user.host.awaitsRelief).toBe(true);
    peer.send(':bob!u@h PRIVMSG #a :after');
    await new Promise((resolve) => setImmediate(resolve));
    expect(user.host.ofType('room-message')).toHaveLength(1);
    user.host.relieve();
    expect(await user.host.next('room-message')).toMatchObject({ text: 'after' });
  });

  it('S21 a server chosen by a user is refused when it is private, odd or not allowed', async () => {
    gateway = createGateway({ allowUnlistedServers: true });
    const user = party(gateway, {
      registered: true,
      settings: { servers: { 'irc.example.org': { port: 22 } } },
    });
    const targets = [
      '127.0.0.1',
      '10.0.0.1',
      'localhost',
      '::1',
      '2130706433',
      '0x7f.1',
      'router.local',
      'irc.example.org',
    ];
    for (const host of targets) {
      user.session.rooms?.join(`#a%${host}` as RoomId, { nick: 'Alice' });
      const { error } = await user.host.next('room-refused');
      expect([host, error.code]).toEqual([host, 'forbidden']);
    }
    await expect(
      user.session.send({ kind: 'contact', id: 'bob%10.0.0.1' as ContactId }, { text: 'x' }).accepted,
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('a plain port that should speak TLS → refused, and nothing is sent in plain text', async () => {
    gateway = createGateway({ servers: { '127.0.0.1': { port: server.port } } });
    const user = party(gateway);
    user.session.rooms?.join(room('#a'), { nick: 'Alice' });
    const peer = await server.peer();
    peer.send(':s NOTICE * :hello');
    expect((await user.host.next('room-refused')).error.text.key).toBe('irc-tls-failed');
    expect(server.connections).toBe(1);
    expect(peer.lines.all.some((line) => /NICK|USER/.test(line))).toBe(false);
  });

  it('a message to a server is refused, a list of a server nobody reaches fails', async () => {
    const user = open();
    const place = '127.0.0.1' as PlaceId;
    expect(() => user.session.send({ kind: 'place', id: place }, { text: 'x' })).toThrowError(
      expect.objectContaining({ code: 'unsupported' }),
    );
    server.stop();
    await expect(user.session.rooms?.list(place)).rejects.toMatchObject({ code: 'network-unreachable' });
  });

  it('fuzz: whatever lines come, the session lives and speaks on', async () => {
    const user = open({ limits: { malformedLines: 1_000_000, linesPerMessage: 20 } });
    const peer = await inRoom(user, 'Alice @bob');
    const word = fc.constantFrom(
      ...[
        '#a',
        '#b',
        'Alice',
        'bob',
        'x',
        '+o',
        '-ovk',
        '+b',
        '*',
        ':',
        '=',
        '@',
        '\x01',
        'é',
        '+m',
        '12',
        '-1',
        '',
      ],
    );
    const command = fc.constantFrom(
      ...'PRIVMSG NOTICE JOIN PART KICK MODE TOPIC NICK AWAY INVITE CAP CHGHOST ACCOUNT BATCH FAIL PONG PING 001 005 324 332 333 353 366 367 368 396 401 403 404 432 433 437 442 471 482 311 318 322 323 900 904 XYZZY'.split(
        ' ',
      ),
    );
    const prefix = fc.constantFrom(
      '',
      ':s ',
      ':bob!u@h ',
      ':x!y@z ',
      ':!@ ',
      '@a=b;time=2020-01-01T00:00:00Z :bob!u@h ',
    );
    const line = fc
      .tuple(prefix, command, fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 6 }))
      .map(([from, verb, params]) => `${from}${verb} ${params.join(' ')}`.replace(/[\r\n]/g, ' '))
      // Lines that tell this very client to go are honest ones.
      .filter((text) => !/KICK #a Alice/i.test(text));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 20, maxLength: 60 }), async (lines) => {
        peer.send(...lines);
        round++;
        await barrier(peer, `fuzz${round}`);
      }),
      { numRuns: 100 },
    );
    expect(user.session.states()[0]?.state.state).toBe('connected');
  });
});
