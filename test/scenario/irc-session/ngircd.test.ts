import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { IrcGateway } from '../../../gateways/irc/gateway.js';
import type { ContactId, MemberId, RoomId } from '../../../src/gateway/ids.js';
import { IrcClient } from '../../client/irc-client.js';
import type { IrcServer } from '../../servers/irc-server.js';
import { startNgircd } from '../../servers/ngircd.js';
import { createGateway, type Party, party } from './recorder.js';
import { SocksProxy } from './socks-proxy.js';

const room = (name: string): RoomId => `${name}%127.0.0.1` as RoomId;

describe('a session on ngIRCd', () => {
  let server: IrcServer;
  let gateway: IrcGateway;
  const clients: IrcClient[] = [];

  beforeAll(async () => {
    server = await startNgircd({ name: 'irc.example.test' });
  });
  afterAll(async () => {
    await server?.stop();
  });
  afterEach(async () => {
    await gateway?.close();
    for (const client of clients.splice(0)) client.drop();
  });

  function open(more: object = {}): void {
    gateway = createGateway({
      servers: { '127.0.0.1': { port: server.port, tls: false } },
      flood: 'disabled',
      ...more,
    });
  }

  async function friend(nick: string, channel?: string): Promise<IrcClient> {
    const client = await IrcClient.connect({ server, nick });
    clients.push(client);
    if (channel !== undefined) await client.join(channel);
    return client;
  }

  async function joined(nick: string, name: string): Promise<Party> {
    const user = party(gateway);
    user.session.rooms?.join(room(name), { nick });
    await user.host.next('room-entered');
    return user;
  }

  it('joins, talks in both directions and leaves', async () => {
    open();
    const bob = await friend('Bob', '#lobby');
    bob.send('TOPIC #lobby :Welcome');
    await bob.barrier();
    const alice = party(gateway);
    alice.session.rooms?.join(room('#lobby'), { nick: 'Alice' });
    const entered = await alice.host.next('room-entered');
    expect(entered).toMatchObject({ room: room('#lobby'), self: 'alice', created: false, resumed: false });
    expect(entered.subject).toMatchObject({ text: 'Welcome' });
    expect(entered.members.map(({ nick, affiliation, role }) => [nick, affiliation, role]).sort()).toEqual([
      ['Alice', 'none', 'default'],
      ['Bob', 'admin', 'moderator'],
    ]);
    expect(entered.members.find(({ nick }) => nick === 'Bob')?.contact).toBe('bob%127.0.0.1');

    bob.say('#lobby', 'hello there');
    expect(await alice.host.next('room-message')).toMatchObject({
      nick: 'Bob',
      text: 'hello there',
      style: 'text',
    });
    const sent = alice.session.send({ kind: 'room', id: room('#lobby') }, { text: 'hi Bob' });
    expect(sent.event).toMatchObject({ nick: 'Alice', member: 'alice', text: 'hi Bob' });
    await sent.accepted;
    await bob.waitForMessage('#lobby', 'hi Bob');
    await alice.session.send({ kind: 'room', id: room('#lobby') }, { text: 'waves', action: true }).accepted;
    await bob.waitForMessage('#lobby', '\x01ACTION waves\x01');

    alice.session.rooms?.leave(room('#lobby'), 'bye\r\nQUIT');
    expect(await alice.host.next('room-left')).toMatchObject({ cause: 'left' });
    await bob.waitForLine(/ PART #lobby :bye QUIT$/);
  });

  it('I02 S14 accounts of one channel observe one and the same event', async () => {
    open();
    const bob = await friend('Bob', '#many');
    const users = await Promise.all(['Ann', 'Ben', 'Cid'].map((nick) => joined(nick, '#many')));
    bob.say('#many', 'lol');
    bob.say('#many', 'lol');
    const seen = await Promise.all(
      users.map(async ({ host }) => [await host.next('room-message'), await host.next('room-message')]),
    );
    expect(seen[0]?.[0]).not.toBe(seen[0]?.[1]);
    for (const events of seen) {
      expect(events[0]).toBe(seen[0]?.[0]);
      expect(events[1]).toBe(seen[0]?.[1]);
    }
    const [ann, ben, cid] = users as [Party, Party, Party];
    const sent = ann.session.send(
      { kind: 'room', id: room('#many') },
      { text: `one\ntwo ${'x'.repeat(600)}` },
    );
    await sent.accepted;
    expect(await ben.host.next('room-message')).toBe(sent.event);
    expect(await cid.host.next('room-message')).toBe(sent.event);
    bob.say('#many', 'end');
    expect(await ben.host.next('room-message')).toMatchObject({ text: 'end' });
    expect(await ann.host.next('room-message')).toMatchObject({ text: 'end' });
    expect(ben.host.ofType('room-message')).toHaveLength(4);
  });

  it('H24 a nick change is one shared event for all rooms', async () => {
    open();
    const [ann, ben] = await Promise.all([joined('Ann', '#nicks'), joined('Ben', '#nicks')]);
    await ann.session.rooms?.changeNick(room('#nicks'), 'Annie');
    const renamed = await ann.host.next('person-renamed');
    expect(renamed).toMatchObject({ from: 'ann', to: 'annie', nick: 'Annie', place: '127.0.0.1' });
    expect(await ben.host.next('person-renamed')).toBe(renamed);
    await expect(ann.session.rooms?.changeNick(room('#nicks'), 'Ben')).rejects.toMatchObject({
      code: 'nick-in-use',
    });
  });

  it('H14 a nick that somebody has → nick-in-use, and the connection ends', async () => {
    open();
    await friend('Carol');
    const user = party(gateway);
    user.session.rooms?.join(room('#taken'), { nick: 'carol' });
    expect((await user.host.next('room-refused')).error.code).toBe('nick-in-use');
  });

  it('H15 refusals carry the reason', async () => {
    open();
    const bob = await friend('Bob');
    for (const [name, mode] of [
      ['#key', '+k secret'],
      ['#invite', '+i'],
      ['#full', '+l 1'],
      ['#ban', '+b alice!*@*'],
    ]) {
      await bob.join(name ?? '');
      bob.send(`MODE ${name} ${mode}`);
    }
    await bob.barrier();
    const alice = await joined('Alice', '#home');
    const codes: Record<string, string> = {};
    for (const name of ['#key', '#invite', '#full', '#ban']) {
      alice.session.rooms?.join(room(name), { nick: 'Alice' });
      codes[name] = (await alice.host.next('room-refused')).error.code;
    }
    expect(codes).toEqual({
      '#key': 'password-required',
      '#invite': 'invite-only',
      '#full': 'full',
      '#ban': 'banned',
    });
    alice.session.rooms?.join(room('#key'), { nick: 'Alice', password: 'secret' });
    expect(await alice.host.next('room-entered')).toMatchObject({ traits: { passwordProtected: true } });
  });

  it('I04 a moderated channel → forbidden for that message', async () => {
    open();
    const bob = await friend('Bob', '#mod');
    const alice = await joined('Alice', '#mod');
    bob.send('MODE #mod +m');
    expect(await alice.host.next('traits-changed')).toMatchObject({ traits: { moderated: true } });
    const sent = alice.session.send({ kind: 'room', id: room('#mod') }, { text: 'psst' });
    await expect(sent.accepted).rejects.toMatchObject({ code: 'forbidden', outcome: 'not-sent' });
    bob.send('MODE #mod +v Alice');
    expect(await alice.host.next('member-changed')).toMatchObject({ member: 'alice', role: 'participant' });
    await alice.session.send({ kind: 'room', id: room('#mod') }, { text: 'thanks' }).accepted;
  });

  it('F05 a private message to nobody → not-found; to somebody, both ways', async () => {
    open();
    const bob = await friend('Bob');
    const alice = party(gateway, { suggestedName: 'alice' });
    const nobody = alice.session.send(
      { kind: 'contact', id: 'nobody%127.0.0.1' as ContactId },
      { text: 'x' },
    );
    await expect(nobody.accepted).rejects.toMatchObject({ code: 'not-found' });
    await alice.session.send({ kind: 'contact', id: 'bob%127.0.0.1' as ContactId }, { text: 'hello' })
      .accepted;
    await bob.waitForMessage('Bob', 'hello');
    bob.say('alice', 'hey');
    expect(await alice.host.next('direct-message')).toMatchObject({
      from: 'bob%127.0.0.1',
      nick: 'Bob',
      text: 'hey',
    });
    expect(await alice.session.people?.describe('bob%127.0.0.1' as ContactId)).toMatchObject({
      name: 'A tester',
    });
  });

  it('I10 I24 I25 I27 I29 operators act with the network’s answer', async () => {
    open();
    const bob = await friend('Bob');
    const alice = await joined('Alice', '#ops');
    expect(alice.host.ofType('room-entered')[0]).toMatchObject({ created: true });
    await bob.join('#ops');
    const rooms = alice.session.rooms;
    const id = room('#ops');
    const member = 'bob' as MemberId;
    await rooms?.setSubject(id, 'a\r\nb');
    expect(await alice.host.next('subject-changed')).toMatchObject({ subject: { text: 'a b' } });
    await rooms?.setRole(id, member, 'participant');
    expect(await alice.host.next('member-changed')).toMatchObject({ member, role: 'participant' });
    await rooms?.setAffiliation(id, { member }, 'admin');
    expect(await alice.host.next('member-changed')).toMatchObject({
      member,
      affiliation: 'admin',
      role: 'moderator',
    });
    expect(await rooms?.listAffiliation(id, 'admin')).toHaveLength(2);
    await rooms?.kick(id, member, 'out');
    expect(await alice.host.next('member-left')).toMatchObject({
      member,
      cause: 'removed',
      by: 'Alice',
      reason: 'out',
    });
    await bob.join('#ops');
    await rooms?.setAffiliation(id, { member }, 'outcast', 'for good');
    expect(await alice.host.next('member-left')).toMatchObject({ member, cause: 'banned' });
    expect(await rooms?.listAffiliation(id, 'outcast')).toHaveLength(1);
    await rooms?.setAffiliation(id, { contact: 'bob%127.0.0.1' as ContactId }, 'none');
    expect(await rooms?.listAffiliation(id, 'outcast')).toHaveLength(0);
    await bob.join('#ops');
    bob.send('PART #ops');
    await alice.host.next('member-left', ({ cause }) => cause === 'left');
    await rooms?.setAffiliation(id, { member: 'alice' as MemberId }, 'none');
    await expect(rooms?.kick(id, 'alice' as MemberId)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('I30 settings of a room become modes; without the right the server’s refusal is told', async () => {
    open();
    const alice = await joined('Alice', '#settings');
    const bob = await friend('Bob', '#settings');
    const id = room('#settings');
    await alice.session.rooms?.configure?.(id, {
      moderated: true,
      hidden: true,
      passwordProtected: true,
      password: 'first',
    });
    await bob.waitForLine(/ MODE #settings \+msk first$/);
    await alice.session.rooms?.configure?.(id, { moderated: false, password: 'second' });
    const carol = party(gateway);
    carol.session.rooms?.join(id, { nick: 'Carol', password: 'second' });
    expect(await carol.host.next('room-entered')).toMatchObject({
      traits: { moderated: false, hidden: true, passwordProtected: true },
    });
    await expect(carol.session.rooms?.configure?.(id, { membersOnly: true })).rejects.toMatchObject({
      code: 'forbidden',
      text: { args: { numeric: '482' } },
    });
    await alice.session.rooms?.configure?.(id, { passwordProtected: false, hidden: false });
    await bob.waitForLine(/ MODE #settings -sk/);
  });

  it('I25 I27 a ban by mask is lifted by the words it is listed with', async () => {
    open();
    const alice = await joined('Alice', '#masks');
    const id = room('#masks');
    await alice.session.rooms?.setAffiliation(id, { text: '*!*@Bad.example' }, 'outcast');
    const listed = await alice.session.rooms?.listAffiliation(id, 'outcast');
    expect(listed?.map(({ text }) => text)).toEqual(['*!*@Bad.example']);
    await alice.session.rooms?.setAffiliation(id, { text: '*!*@bad.example' }, 'none');
    expect(await alice.session.rooms?.listAffiliation(id, 'outcast')).toEqual([]);
    await expect(alice.session.rooms?.setAffiliation(id, { text: 'a b' }, 'none')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('I26 whoever is kicked is told by whom and why', async () => {
    open();
    const bob = await friend('Bob', '#kicks');
    const alice = await joined('Alice', '#kicks');
    bob.send('KICK #kicks Alice :go');
    expect(await alice.host.next('room-left')).toMatchObject({ cause: 'removed', by: 'Bob', reason: 'go' });
  });

  it('lists channels, sets away, is invited', async () => {
    open();
    const bob = await friend('Bob', '#listed');
    bob.send('TOPIC #listed :a topic');
    const alice = await joined('Alice', '#lounge');
    await bob.barrier();
    const list = await alice.session.rooms?.list('127.0.0.1' as never);
    expect(list).toContainEqual({ room: room('#listed'), name: '#listed', occupants: 1, subject: 'a topic' });
    alice.session.away?.setAway('lunch');
    await alice.session.send({ kind: 'room', id: room('#lounge') }, { text: 'off to lunch' }).accepted;
    bob.send('INVITE Alice #listed');
    await bob.waitForLine(/ 301 \S+ Alice :lunch$/);
    expect(await alice.host.next('invitation')).toMatchObject({ room: room('#listed'), nick: 'Bob' });
  });

  it('A04 Q08 a lost server: suspended, rejoined with the key, nothing said twice', async () => {
    open({ reconnect: { initialMs: 1, maxMs: 50 } });
    const alice = await joined('Alice', '#back');
    const held = alice.session.rooms;
    await held?.setSubject(room('#back'), 'before');
    await server.kill();
    expect(await alice.host.next('room-suspended')).toMatchObject({ room: room('#back') });
    expect(() => alice.session.send({ kind: 'room', id: room('#back') }, { text: 'x' })).toThrowError(
      expect.objectContaining({ code: 'network-unreachable', outcome: 'not-sent' }),
    );
    await server.restart();
    const entered = await alice.host.next('room-entered', ({ resumed }) => resumed);
    expect(entered).toMatchObject({ room: room('#back'), self: 'alice', created: false });
    expect(alice.host.ofType('room-left')).toHaveLength(0);
    expect(alice.host.ofType('room-suspended')).toHaveLength(1);
  });

  it('S20 TLS is verified: a certificate nobody vouches for is refused, the right authority is taken', async () => {
    gateway = createGateway({ servers: { '127.0.0.1': { port: server.tlsPort } } });
    const alice = party(gateway);
    alice.session.rooms?.join(room('#tls'), { nick: 'Alice' });
    expect((await alice.host.next('room-refused')).error).toMatchObject({
      code: 'network-unreachable',
      text: { key: 'irc-tls-failed' },
    });
    await gateway.close();
    gateway = createGateway({ servers: { '127.0.0.1': { port: server.tlsPort, caFile: server.caPath } } });
    const bob = await friend('Bob', '#tls');
    const secure = await joined('Alice', '#tls');
    bob.say('#tls', 'привет');
    expect(await secure.host.next('room-message')).toMatchObject({ text: 'привет' });
  });

  it('goes through a SOCKS5 proxy, with TLS verified inside it', async () => {
    const proxy = await SocksProxy.start();
    try {
      gateway = createGateway({
        servers: { '127.0.0.1': { port: server.tlsPort, caFile: server.caPath } },
        proxy: { host: '127.0.0.1', port: proxy.port },
      });
      const bob = await friend('Bob', '#socks');
      const alice = await joined('Alice', '#socks');
      bob.say('#socks', 'through');
      expect(await alice.host.next('room-message')).toMatchObject({ text: 'through' });
      expect(proxy.connections).toBe(1);
      await gateway.close();
    } finally {
      proxy.stop();
    }
  });

  it('E06 one fixed server: channels and nicks stand alone', async () => {
    gateway = createGateway({
      fixedServer: '127.0.0.1',
      servers: { '127.0.0.1': { port: server.port, tls: false } },
    });
    await friend('Bob', '#fixed');
    const alice = party(gateway);
    alice.session.rooms?.join('#fixed' as RoomId, { nick: 'Alice' });
    const { members, room: id } = await alice.host.next('room-entered');
    expect(id).toBe('#fixed');
    expect(members.map(({ contact }) => contact).sort()).toEqual(['alice', 'bob']);
  });

  it('a message in another encoding, both ways', async () => {
    open({
      servers: {
        '127.0.0.1': { port: server.port, tls: false, encoding: 'koi8-r', outgoingEncoding: 'koi8-r' },
      },
    });
    const bob = await IrcClient.connect({ server, nick: 'Bob', encoding: 'latin1' });
    clients.push(bob);
    await bob.join('#koi');
    const alice = await joined('Alice', '#koi');
    bob.say('#koi', '\xd0\xd2\xc9\xd7\xc5\xd4');
    expect(await alice.host.next('room-message')).toMatchObject({ text: 'привет' });
    await alice.session.send({ kind: 'room', id: room('#koi') }, { text: 'привет' }).accepted;
    await bob.waitForMessage('#koi', '\xd0\xd2\xc9\xd7\xc5\xd4');
  });

  it('ends a connection whose last room was left, after a while', async () => {
    open({ timeouts: { lingerMs: 1, directLingerMs: 1 } });
    const bob = await friend('Bob', '#linger');
    const alice = await joined('Alice', '#linger');
    alice.session.rooms?.leave(room('#linger'));
    await alice.host.next('room-left');
    await bob.waitForLine(/^:Alice\S* PART #linger/);
    await alice.host.state('idle');
    expect(alice.session.states()).toEqual([]);
  });
});
