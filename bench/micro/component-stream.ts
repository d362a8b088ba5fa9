/*
 * How fast a component stream takes and gives stanzas over a real socket. The peer is a thread of its own that
 * does next to nothing: it floods what was rendered beforehand, or counts bytes and answers pings.
 *
 *   npx tsc -p bench/micro/tsconfig.json && node dist/micro/bench/micro/component-stream.js
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ComponentStream } from '../../src/xmpp/stream/component-stream.js';

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='1'>";
const INCOMING =
  "<message from='user@example.org/phone' to='#channel%irc.example.net@irc.example.org' id='c0ffee-1234' type='groupchat'>" +
  '<body>hello there, this is a message</body></message>';
const OUTGOING =
  "<message from='#channel%irc.example.net@irc.example.org/nick' to='user@example.org/phone' id='c0ffee-1234' type='groupchat'>" +
  '<body>hello there, this is a message</body></message>';
const COUNT = 500_000;
const BATCH = 300;

/** The server's thread: `flood` sends COUNT stanzas after the handshake, `sink` reads and answers pings. */
function servePeer(mode: 'flood' | 'sink'): void {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (mode === 'flood') socket.once('data', () => flood(socket));
    else sink(socket);
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage(server.address()));
}

function handshake(socket: Socket): void {
  socket.write(HEADER);
  socket.once('data', () => socket.write('<handshake/>'));
}

async function flood(socket: Socket): Promise<void> {
  handshake(socket);
  const batch = Buffer.from(INCOMING.repeat(BATCH));
  await once(socket, 'data');
  for (let sent = 0; sent < COUNT; sent += BATCH) if (!socket.write(batch)) await once(socket, 'drain');
}

function sink(socket: Socket): void {
  socket.once('data', () => handshake(socket));
  const ping = /<iq type='get' id='([^']+)'/g;
  let carried = '';
  socket.on('data', (data) => {
    const at = data.indexOf("<iq type='get'");
    if (at < 0 && !carried.includes("<iq type='")) {
      carried = data.subarray(-100).toString('latin1');
      return;
    }
    const text = carried + data.toString('latin1');
    carried = '';
    for (const [, id] of text.matchAll(ping)) {
      socket.write(`<iq type='result' id='${id}' from='example.org' to='gw.example.org'/>`);
    }
  });
}

async function connect(mode: 'flood' | 'sink'): Promise<{ stream: ComponentStream; worker: Worker }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: mode });
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
  const stream = new ComponentStream({
    domain: 'gw.example.org',
    serverDomain: 'example.org',
    secret: 'x',
    host: '127.0.0.1',
    port,
  });
  return { stream, worker };
}

function report(what: string, count: number, startedAt: number, cpu: NodeJS.CpuUsage): void {
  const seconds = (performance.now() - startedAt) / 1_000;
  const used = process.cpuUsage(cpu);
  const micros = (used.user + used.system) / count;
  console.log(
    `${what}: ${Math.round(count / seconds)} stanzas/s, ${micros.toFixed(1)} µs CPU each (both threads)`,
  );
}

async function measureIn(): Promise<void> {
  const { stream, worker } = await connect('flood');
  let count = 0;
  const expected = Math.ceil(COUNT / BATCH) * BATCH;
  const done = new Promise<void>((resolve) => {
    stream.on('stanza', () => {
      count += 1;
      if (count === expected) resolve();
    });
  });
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  stream.start();
  await done;
  report('in ', expected, startedAt, cpu);
  await Promise.all([stream.stop(), worker.terminate()]);
}

async function measureOut(): Promise<void> {
  const { stream, worker } = await connect('sink');
  stream.start();
  await once(stream, 'online');
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  for (let sent = 0; sent < COUNT; sent += 1) {
    stream.send(OUTGOING);
    if (stream.congested) await stream.drained();
    else if (sent % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await stream.whenConfirmed();
  report('out', COUNT, startedAt, cpu);
  await Promise.all([stream.stop(), worker.terminate()]);
}

if (isMainThread) {
  await measureIn();
  await measureOut();
} else {
  servePeer(workerData === 'flood' ? 'flood' : 'sink');
}
