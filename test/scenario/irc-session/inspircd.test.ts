import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { IrcGateway } from '../../../gateways/irc/gateway.js';
import type { ContactId, MemberId, RoomId } from '../../../src/gateway/ids.js';
import { IrcClient } from '../../client/irc-client.js';
import { type AthemeServices, startAtheme } from '../../servers/atheme.js';
import { type InspircdServer, startInspircd } from '../../servers/inspircd.js';
import { accountView, createGateway, type Party, party } from './recorder.js';

const room = (name: string): RoomId => `${name}%127.0.0.1` as RoomId;
const member = (name: string): MemberId => name as MemberId;

describe('a session on InspIRCd with services', () => {
  let server: InspircdServer;
  let services: AthemeServices;
  let gateway: IrcGateway;
  const clients: IrcClient[] = [];

  beforeAll(async () => {
    server = await startInspircd({ operator: { name: 'oper', password: 'secret' } });
    services = await startAtheme(server);
    await services.registerAccount('alice', 'right-password');
  });
  afterAll(async () => {
    await services?.stop();
    await server?.stop();
  });
  afterEach(async () => {
    await gateway?.close();
    for (const client of clients.splice(0)) client.drop();
  });

  function open(more: object = {}): void {
    gateway = createGateway({
      servers: { '127.0.0.1': { port: server.tlsPort, caFile: server.caPath } },
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

  async function joined(nick: string, name: string, user: Party = party(gateway)): Promise<Party> {
    user.session.rooms?.join(room(name), { nick });
    await user.host.next('room-entered');
    return user;
  }

  /** An operator of the server, who may set any mode: founders get none here. */
  async function operator(channel: string): Promise<IrcClient> {
    const oper = await friend('Oper', channel);
    oper.send('OPER oper secret');
    await oper.waitForLine(/ 381 /);
    return oper;
  }

  async function grant(oper: IrcClient, channel: string, user: Party, nick: string): Promise<void> {
    oper.send(`SAMODE ${channel} +o ${nick}`);
    await user.host.next('member-changed', ({ member: who }) => who === nick.toLowerCase());
  }

  const registered = (password: string) => ({
    registered: true,
    settings: { nick: 'alice', servers: { '127.0.0.1': { account: 'alice', connect: true } } },
    secrets: { 'sasl:127.0.0.1': password },
  });

  it('signs in by SASL over verified TLS', async () => {
    open();
    const user = party(gateway, registered('right-password'));
    user.session.connect();
    await user.host.state('connected');
    const bob = await friend('Bob');
    bob.send('WHOIS alice');
    await bob.waitForLine(/ 330 Bob alice alice /);
  });

  it('S18 C06 a wrong password → bad-credentials; registration says so before anything is kept', async () => {
    open();
    const user = party(gateway, registered('wrong-password'));
    user.session.connect();
    await user.host.state('bad-credentials');
    const values = { nick: 'alice', server: '127.0.0.1', account: 'alice', password: 'wrong-password' };
    expect(
      await gateway.register(values, undefined, { suggestedName: 'x', userAddress: 'x@example.org' }),
    ).toMatchObject({
      kind: 'form',
      problem: { key: 'irc-sasl-refused' },
    });
    const done = await gateway.register({ ...values, password: 'right-password' }, undefined, {
      suggestedName: 'alice',
      userAddress: 'alice@example.org',
    });
    expect(done).toMatchObject({ kind: 'done', result: { secrets: { 'sasl:127.0.0.1': 'right-password' } } });
  });

  it('C07 an unreachable server while registering → network-unreachable', async () => {
    gateway = createGateway({ servers: { '127.0.0.1': { port: 1, tls: false } } });
    const values = { nick: 'alice', server: '127.0.0.1', password: 'x' };
    await expect(
      gateway.register(values, undefined, { suggestedName: 'x', userAddress: 'x@example.org' }),
    ).rejects.toMatchObject({
      code: 'network-unreachable',
    });
  });

  it('I02 a line with tags of its own for each connection is one event', async () => {
    open();
    const bob = await friend('Bob', '#tags');
    const ann = await joined('Ann', '#tags');
    const ben = await joined('Ben', '#tags');
    bob.say('#tags', 'hi');
    expect(await ann.host.next('room-message')).toBe(await ben.host.next('room-message'));
    bob.send('AWAY :lunch');
    const away = await ann.host.next('person-away');
    expect(away).toMatchObject({ member: 'bob', away: true, text: 'lunch' });
    expect(await ben.host.next('person-away')).toBe(away);
    const sent = ann.session.send({ kind: 'room', id: room('#tags') }, { text: 'from Ann' });
    await sent.accepted;
    expect(await ben.host.next('room-message')).toBe(sent.event);
    expect(ann.host.ofType('room-message')).toHaveLength(1);
    bob.drop();
    const left = await ann.host.next('person-left');
    expect(await ben.host.next('person-left')).toBe(left);
  });

  it('E06 CASEMAPPING decides who is who: [ equals { here', async () => {
    open();
    const bob = await friend('Bob[away]', '#chan[1]');
    const ann = await joined('Ann', '#chan[1]');
    const { members } = ann.host.ofType('room-entered')[0] ?? { members: [] };
    expect(members.map(({ id, contact }) => [id, contact])).toContainEqual([
      'bob{away}',
      'bob[away]%127.0.0.1',
    ]);
    await ann.session.send({ kind: 'contact', id: 'bob{away}%127.0.0.1' as ContactId }, { text: 'psst' })
      .accepted;
    await bob.waitForLine(/ PRIVMSG \S+ :psst$/);
    ann.session.rooms?.join(room('#chan{1}'), { nick: 'Ann' });
    expect((await ann.host.next('room-refused')).error.text.key).toBe('irc-same-channel');
  });

  it('I29 q and a are owners, o an admin, h a moderator, v a participant', async () => {
    open();
    const ann = await joined('Ann', '#ranks');
    await friend('Bob', '#ranks');
    const seen: unknown[] = [];
    for (const mode of ['v', 'h', 'o', 'a', 'q']) {
      await friend(`n${mode}`, '#ranks');
    }
    const oper = await operator('#ranks');
    await grant(oper, '#ranks', ann, 'Ann');
    for (const mode of ['v', 'h', 'o', 'a', 'q']) {
      oper.send(`SAMODE #ranks +${mode} n${mode}`);
      const { affiliation, role } = await ann.host.next(
        'member-changed',
        ({ member: who }) => who === `n${mode}`,
      );
      seen.push([mode, affiliation, role]);
    }
    expect(seen).toEqual([
      ['v', 'member', 'participant'],
      ['h', 'member', 'moderator'],
      ['o', 'admin', 'moderator'],
      ['a', 'owner', 'moderator'],
      ['q', 'owner', 'moderator'],
    ]);
    // Whoever comes later learns the same from the names.
    const cid = await joined('Cid', '#ranks');
    const { members } = cid.host.ofType('room-entered')[0] ?? { members: [] };
    expect(members.find(({ id }) => id === 'nq')).toMatchObject({ affiliation: 'owner' });
    await ann.session.rooms?.setRole(room('#ranks'), member('bob'), 'moderator');
    expect(await ann.host.next('member-changed', ({ member: who }) => who === 'bob')).toMatchObject({
      role: 'moderator',
    });
    await expect(
      cid.session.rooms?.setAffiliation(room('#ranks'), { member: member('bob') }, 'admin'),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('a message to those with a status only is heard; a hidden host does not disturb', async () => {
    open();
    const ann = await joined('Ann', '#status');
    const bob = await friend('Bob', '#status');
    await grant(await operator('#status'), '#status', ann, 'Ann');
    bob.send('PRIVMSG @#status :for operators');
    bob.say('#status', 'for all');
    expect(await ann.host.next('room-message')).toMatchObject({
      text: 'for operators',
      room: room('#status'),
    });
    expect(await ann.host.next('room-message')).toMatchObject({ text: 'for all' });
    const long = 'long '.repeat(150).trim();
    await ann.session.send({ kind: 'room', id: room('#status') }, { text: long }).accepted;
    const parts = [await bob.waitForLine(/PRIVMSG #status/), await bob.waitForLine(/PRIVMSG #status/)];
    expect(parts.map((line) => line.replace(/^.*?PRIVMSG #status :/, '')).join(' ')).toBe(long);
  });

  it('I36 SAJOIN → an invitation, and no room that nobody asked for', async () => {
    open();
    const ann = await joined('Ann', '#own');
    const oper = await operator('#theirs');
    oper.send('SAJOIN Ann #theirs');
    expect(await ann.host.next('invitation')).toMatchObject({ room: room('#theirs') });
    await oper.waitForLine(/^:Ann!\S+ PART /);
  });

  it('I25 bans by host, but never the host that all users of the gateway share', async () => {
    open();
    const ann = await joined('Ann', '#bans');
    const ben = await joined('Ben', '#bans');
    await grant(await operator('#bans'), '#bans', ann, 'Ann');
    await ann.session.rooms?.setAffiliation(room('#bans'), { member: member('ben') }, 'outcast', 'enough');
    expect(await ben.host.next('room-left')).toMatchObject({ cause: 'banned', by: 'Ann', reason: 'enough' });
    expect(await ann.session.rooms?.listAffiliation(room('#bans'), 'outcast')).toEqual([{ text: 'ben!*@*' }]);
    ben.session.rooms?.join(room('#bans'), { nick: 'Ben' });
    expect((await ben.host.next('room-refused')).error.code).toBe('banned');
  });

  it('a registered nick that is taken → another one, as the user has settled his', async () => {
    open();
    const ghost = await friend('settled');
    const user = party(gateway, { registered: true, settings: { nick: 'settled' } });
    user.session.rooms?.join(room('#settled'), { nick: 'settled' });
    expect(await user.host.next('room-entered')).toMatchObject({ self: 'settled_' });
    ghost.drop();
  });

  it('commands: whois and servers', async () => {
    open();
    const user = party(gateway);
    await joined('Ann', '#cmd', user);
    await friend('Bob');
    const command = (name: string) => gateway.commands.find((one) => one.name === name);
    const context = { account: accountView(), session: user.session, place: '127.0.0.1' as never };
    const form = await command('whois')?.start(context);
    if (form?.kind !== 'form') throw new Error('no form');
    expect(await form.submit({ nick: 'Bob' })).toMatchObject({
      kind: 'done',
      note: { args: { nick: 'bob' } },
    });
    await expect(form.submit({ nick: 'Nobody' })).rejects.toMatchObject({ code: 'not-found' });
    expect(await command('servers')?.start(context)).toMatchObject({
      lines: [{ args: { server: '127.0.0.1', state: 'connected' } }],
    });
    await command('disconnect-server')?.start(context);
    expect(await user.host.next('room-left')).toMatchObject({ cause: 'left' });
  });
});
