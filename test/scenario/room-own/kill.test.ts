import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Inbox } from '../../client/inbox.js';
import { XmppClient } from '../../client/xmpp-client.js';
import { createWorkspace } from '../../servers/process.js';
import { startProsody } from '../../servers/prosody.js';
import type { XmppServer } from '../../servers/xmpp-server.js';
import { befriend, registration, submit } from '../../support/service-talk.js';
import { archivedBodies } from './talk.js';

const DOMAIN = 'stored.localhost';
const SECRET = 'stage-secret';
const ROOM = '#tea';
const script = new URL('./run-stored.mjs', import.meta.url);
const dist = new URL('../../../dist/', import.meta.url);

/** Messages brought before each kill, and how many of them must have been taken at it. */
const ROUNDS = [3, 20, 60];

/** The gateway with its own network, as a process that can be killed. */
class StoredProcess {
  readonly lines = new Inbox<string>((line) => line);
  #child: ChildProcess | undefined;

  constructor(
    private readonly configuration: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async start(): Promise<void> {
    const args = [script.pathname, dist.href, this.configuration, `${this.folder}/isthmus.yaml`];
    const child = spawn(process.execPath, args, { env: this.env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    await this.lines.wait((line) => line === 'online', 'the gateway online');
  }

  bring(user: string, id: string): void {
    this.#child?.stdin?.write(`bring ${user} ${ROOM} ${id}\n`);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await ended;
  }

  /** Ids of messages that the gateway has taken upon itself. */
  get taken(): readonly string[] {
    return this.words('taken').map((words) => words.split(' ')[1] ?? '');
  }

  words(what: string): readonly string[] {
    return this.lines.all
      .filter((line) => line.startsWith(`${what} `))
      .map((line) => line.slice(what.length + 1));
  }
}

describe('a gateway that is killed while a room speaks', () => {
  let server: XmppServer;
  let gateway: StoredProcess;

  beforeAll(async () => {
    server = await startProsody({
      components: [{ domain: DOMAIN, secret: SECRET }],
      users: [{ name: 'alice', password: 'alice' }],
    });
    const { path } = createWorkspace('stored');
    const configuration = stringify({
      xmpp: { domain: server.domain, host: server.host, port: server.componentPort },
      components: [{ domain: DOMAIN, network: 'stored', secret: SECRET }],
    });
    const key = randomBytes(32).toString('base64');
    gateway = new StoredProcess(configuration, path, { ...process.env, ISTHMUS_KEY: key });
    await gateway.start();
  });
  afterAll(async () => {
    await gateway.end('SIGKILL');
    await server.stop();
  });

  it('F08 S23 has every message of the room once, in its archive and for its client, and sends each once', async () => {
    const alice = await XmppClient.connect({ server, name: 'alice', password: 'alice', resource: 'phone' });
    await alice.iq('get', DOMAIN, registration(''));
    await alice.iq('set', DOMAIN, registration(submit({}, 'jabber:iq:register')));
    await befriend(alice, DOMAIN);
    const room = `${ROOM}@${DOMAIN}`;
    await alice.joinRoom(room, 'alice');
    let brought = 0;
    let said = 0;
    for (const round of ROUNDS) {
      const first = brought;
      for (; brought < first + 2 * round; brought += 1) gateway.bring('alice', `m${brought}`);
      for (let n = 0; n < 3; n += 1) await alice.message(room, `mine ${said++}`, 'groupchat');
      await expect.poll(() => gateway.taken.length, { timeout: 15_000, interval: 1 }).toBeGreaterThan(first);
      await gateway.end('SIGKILL');
      await gateway.start();
      const missing = Array.from({ length: brought }, (_, n) => `m${n}`).filter(
        (id) => !gateway.taken.includes(id),
      );
      for (const id of missing) gateway.bring('alice', id);
      await expect.poll(() => new Set(gateway.taken).size, { timeout: 15_000 }).toBe(brought);
      await alice.joinRoom(room, 'alice', { history: "<history maxstanzas='0'/>" });
    }
    const bodies = await archivedBodies(alice, room);
    const theirs = bodies.filter((body) => body.startsWith('text '));
    expect(new Set(theirs).size).toBe(theirs.length);
    expect(theirs.length).toBe(brought);
    const mine = bodies.filter((body) => body.startsWith('mine '));
    expect(new Set(mine).size).toBe(mine.length);
    // What was committed has its place, and went out at most once.
    const sent = gateway.words('sent').map((words) => words.slice(ROOM.length + 1));
    expect(new Set(sent).size).toBe(sent.length);
    expect(mine).toEqual(expect.arrayContaining(sent));
    const { history } = await alice.joinRoom(room, 'alice', { history: "<history maxstanzas='1000'/>" });
    expect(history.map((stanza) => stanza.getChildText('body'))).toEqual(bodies.slice(-history.length));
    expect(gateway.words('fault')).toEqual([]);
    await alice.disconnect();
  });
});
