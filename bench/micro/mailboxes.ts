/*
 * What an idle mailbox costs in memory: 1,000 of them, over TLS, each in IDLE in its inbox and looking at its folder of
 * sent mails every two minutes, with a server in a process of its own.
 *
 *   npx tsc -p bench/micro/tsconfig.json && node --expose-gc dist/micro/bench/micro/mailboxes.js [mailboxes]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseLimits } from '../../gateways/email/mail/options.js';
import type { MailServer } from '../../gateways/email/mail/server-options.js';
import { Spool } from '../../gateways/email/mail/spool.js';
import { mailboxGates } from '../../gateways/email/mailbox/gate.js';
import { ImapMailbox } from '../../gateways/email/mailbox/imap-mailbox.js';
import { mailboxOptions } from '../../gateways/email/mailbox/options.js';
import type { AccountId } from '../../src/gateway/ids.js';
import { createCertificate } from '../../test/servers/certificate.js';
import { ImapPeer } from '../../test/servers/imap-peer.js';
import { createWorkspace } from '../../test/servers/process.js';
import { MemoryState } from '../../test/support/gateway-environment.js';

const MAILBOXES = 1_000;
const KIB = 1_024;
const MICROS = 1_000_000;
const REST_MS = 5_000;
/** Whole rounds of looks, whose CPU is counted. */
const IDLE_MS = 240_000;

async function serve(): Promise<void> {
  const workspace = createWorkspace('imap');
  const { certPath, keyPath } = await createCertificate(workspace);
  const peer = await ImapPeer.listen({ cert: readFileSync(certPath), key: readFileSync(keyPath) });
  peer.capabilities += ' CONDSTORE ENABLE';
  const address: MailServer = { ...peer.address, security: 'tls', caFile: certPath };
  process.send?.(address);
  process.on('disconnect', () => process.exit());
}

async function watch(server: MailServer, count: number): Promise<void> {
  const options = mailboxOptions.parse({});
  const limits = parseLimits.parse({});
  const gates = mailboxGates(options);
  const spool = new Spool(join(tmpdir(), `isthmus-bench-${process.pid}`), {
    maxBytes: limits.maxBytes,
    totalBytes: limits.spoolBytes,
    memoryBytes: limits.memoryBytes,
  });
  const state = new MemoryState();
  const quiet = (): void => undefined;
  let connected = 0;
  const make = (index: number): ImapMailbox => {
    const address = `user${index}@example.test`;
    return new ImapMailbox({
      account: index as AccountId,
      settings: { address, imap: server, smtp: server, user: address, auth: 'password', filesSent: false },
      server,
      listed: true,
      folders: [],
      credentials: {
        login: async () => ({ user: address, password: 'secret' }),
        revoke: async () => undefined,
      },
      listener: {
        mail: async () => 'delivered',
        relieved: async () => undefined,
        state: (now) => {
          if (now.state === 'connected') connected += 1;
        },
        notice: quiet,
        seen: quiet,
      },
      spool,
      state,
      options,
      limits,
      targets: { mayResolve: () => true, mayConnect: () => true },
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      gates,
      software: { name: 'Isthmus', version: 'bench' },
    });
  };
  const connect = async (mailboxes: readonly ImapMailbox[]): Promise<void> => {
    const wanted = connected + mailboxes.length;
    for (const mailbox of mailboxes) mailbox.start();
    while (connected < wanted) await pause(50);
  };
  // What the first ones load and compile is not theirs.
  const first = Array.from({ length: 20 }, (_, index) => make(count + index));
  await connect(first);
  const before = await atRest();
  const started = Date.now();
  const mailboxes = Array.from({ length: count }, (_, index) => make(index));
  await connect(mailboxes);
  console.log(`${count} mailboxes connected in ${((Date.now() - started) / 1_000).toFixed(1)} s`);
  const after = await atRest();
  for (const what of ['rss', 'heapUsed', 'external'] as const)
    console.log(`${what}: ${((after[what] - before[what]) / KIB / count).toFixed(1)} KiB per mailbox`);
  const cpu = process.cpuUsage();
  await pause(IDLE_MS);
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `CPU: ${(((user + system) / MICROS / IDLE_MS) * 1_000 * 100).toFixed(2)} % of a core while idle`,
  );
  const later = await atRest();
  console.log(
    `rss after ${IDLE_MS / 1_000} s: ${((later.rss - before.rss) / KIB / count).toFixed(1)} KiB per mailbox`,
  );
  process.exit();
}

async function atRest(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await pause(REST_MS / 3);
  }
  return process.memoryUsage();
}

if (process.argv[2] === 'server') await serve();
else {
  const child = fork(fileURLToPath(import.meta.url), ['server']);
  const [server] = (await once(child, 'message')) as [MailServer];
  await watch(server, Number(process.argv[2] ?? MAILBOXES));
}
