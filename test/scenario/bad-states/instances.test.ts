import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { attachedConfig, type GatewayProcess, startGateway } from '../../client/gateway-process.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { startEjabberd } from '../../servers/ejabberd.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { runIsthmus } from '../cli/run-isthmus.js';
import { BadStage } from './stage.js';

const DOMAIN = 'irc.localhost';
const SECRET = 'hush';
/** Messages under way when a signal comes. */
const TRAFFIC = 300;
/** How long a state of a file is waited for, in milliseconds. */
const FILE_TIMEOUT_MS = 10_000;

let stage: BadStage;
afterEach(() => stage?.stop());

describe('two at once', () => {
  it('on one data folder: the second says so and ends, the first serves on', async () => {
    stage = await BadStage.start();
    const { code, stderr } = await runIsthmus(['run', '--config', stage.gateway.configPath], {
      ISTHMUS_KEY: Buffer.alloc(32, 1).toString('base64'),
    });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`in use by a running gateway \\(process ${stage.gateway.pid}\\)`));
    await stage.converse();
  });
});

describe.each([
  ['prosody', startProsody],
  ['ejabberd', startEjabberd],
] as const)('two with one component domain on %s', (kind, startServer) => {
  let server: XmppServer;
  const gateways: GatewayProcess[] = [];
  beforeAll(async () => {
    server = await startServer({
      components: [{ domain: DOMAIN, secret: SECRET }],
      users: [{ name: 'alice', password: 'alice' }],
    });
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await server.stop();
  });

  const start = async (until: 'online' | 'running'): Promise<GatewayProcess> => {
    const components = [{ domain: DOMAIN, secret: SECRET, network: 'irc' }];
    const gateway = await startGateway({ config: attachedConfig({ server, components }), until });
    gateways.push(gateway);
    return gateway;
  };

  it('A02 the second is no harm to the first: said plainly where the server tells, each request answered once', async () => {
    const first = await start('online');
    const second = await start('running');
    await second.waitForLog(kind === 'prosody' ? /another program holds this domain/ : /"msg":"online"/);
    const alice = await XmppClient.connect({ server, name: 'alice', password: 'alice' });
    for (let n = 0; n < 10; n += 1) {
      const answer = await alice.iq('get', DOMAIN, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
      expect(answer.attrs.type).toBe('result');
      expect(alice.count({ name: 'iq', id: String(answer.attrs.id) })).toBe(1);
    }
    expect(first.logs()).not.toMatch(/"level":(50|60|"error")/);
    expect([first.pid, second.pid]).not.toContain(undefined);
    await alice.disconnect();
  });
});

describe('an end in the middle of traffic', () => {
  it('D07 SIGTERM: rooms, networks and users are told, nothing private is lost, and the next run serves', async () => {
    stage = await BadStage.start();
    const { user, irc } = await stage.join();
    const { nick } = irc;
    irc.send(...Array.from({ length: TRAFFIC }, (_, n) => `:alice!u@h PRIVMSG #tea :room ${n}`));
    irc.send(...Array.from({ length: TRAFFIC }, (_, n) => `:alice!u@h PRIVMSG ${nick} :private ${n}`));
    for (let n = 0; n < TRAFFIC; n += 1) stage.groupchat(user, `out ${n}`);
    await stage.next(user, 'the first private word', (stanza) => stanza.childText('body') === 'private 0');
    stage.gateway.signal('SIGTERM');
    await stage.gateway.exited;
    expect(stage.gateway.entries().at(-1)).toMatchObject({ msg: 'stopped' });
    expect(irc.lines.all.filter((line) => line.startsWith('QUIT'))).toHaveLength(1);
    const farewell = stage.stanzas.all.filter(
      ({ name, attrs }) => name === 'presence' && attrs.type === 'unavailable' && attrs.to === user,
    );
    expect(farewell).toHaveLength(1);
    expect(String(farewell[0])).toContain("code='332'");
    await stage.gateway.start();
    await stage.converse();
    const said = stage.stanzas.all.flatMap(
      (stanza) => /^private (\d+)$/.exec(stanza.childText('body') ?? '')?.[1] ?? [],
    );
    // What was read from IRC before the end came through without a hole.
    expect([...new Set(said)]).toEqual(Array.from({ length: new Set(said).size }, (_, n) => String(n)));
    expect(said.length).toBeGreaterThan(0);
  });

  it('F08 S23 SIGKILL after a private message was accepted and before the server read it: it comes with the next run, once', async () => {
    stage = await BadStage.start();
    const { user, irc } = await stage.join();
    const { gateway, peer } = stage;
    peer.socket.pause();
    irc.send(`:alice!u@h PRIVMSG ${irc.nick} :survives`);
    await vi.waitFor(() => expect(waitingRows(gateway)).toBe(1), FILE_TIMEOUT_MS);
    await gateway.kill();
    peer.socket.destroy();
    await gateway.start();
    const survivor = await stage.next(
      user,
      'the message',
      (stanza) => stanza.childText('body') === 'survives',
    );
    expect(survivor.attrs.from).toBe(stage.contact('alice'));
    // It stays a while longer, since the user is not there and his server may return it; a stop ends that.
    await stage.converse();
    await gateway.restart();
    await stage.converse();
    expect(waitingRows(gateway)).toBe(0);
    expect(stage.stanzas.all.filter((stanza) => stanza.childText('body') === 'survives')).toHaveLength(1);
  });
});

function waitingRows(gateway: GatewayProcess): number {
  const database = new Database(join(gateway.dataDir, 'isthmus.sqlite'), { readonly: true });
  const row = database.prepare('SELECT count(*) AS count FROM inbox').get() as { count: number };
  database.close();
  return row.count;
}
