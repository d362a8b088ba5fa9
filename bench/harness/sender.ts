import type { Writable } from 'node:stream';
import { monotonicMicros, pause } from './clock.js';

const BATCH_BYTES = 64 * 1024;
const TICK_MS = 2;

/** When a run of messages began to be written, in monotonic microseconds. */
export interface Sent {
  readonly startedAt: number;
}

/**
 * Writes `count` messages as fast as the socket takes them, in large batches, waiting whenever the socket
 * is full. Resolves when all are written.
 */
export async function flood(socket: Writable, count: number, render: () => string): Promise<Sent> {
  const startedAt = monotonicMicros();
  let batch = '';
  for (let sequence = 0; sequence < count; sequence += 1) {
    batch += render();
    if (batch.length < BATCH_BYTES) continue;
    const full = batch;
    batch = '';
    if (!socket.write(full, 'latin1')) await drained(socket);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  if (batch !== '') socket.write(batch, 'latin1');
  return { startedAt };
}

/** Writes `count` messages at an even rate. Resolves when all are written. */
export function paced(
  socket: Writable,
  count: number,
  perSecond: number,
  render: () => string,
): Promise<Sent> {
  return evenly(count, perSecond, () => socket.write(render(), 'latin1'));
}

/** Takes `count` steps at an even rate. Resolves after the last. */
export async function evenly(count: number, perSecond: number, step: () => void): Promise<Sent> {
  const startedAt = monotonicMicros();
  let done = 0;
  while (done < count) {
    const due = Math.min(count, Math.floor(((monotonicMicros() - startedAt) * perSecond) / 1_000_000) + 1);
    for (; done < due; done += 1) step();
    await pause(TICK_MS);
  }
  return { startedAt };
}

function drained(socket: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off('drain', settle);
      socket.off('close', closed);
      if (error === undefined) resolve();
      else reject(error);
    };
    const closed = (): void => settle(new Error('the gateway closed the connection during a flood'));
    socket.once('drain', settle);
    socket.once('close', closed);
  });
}
