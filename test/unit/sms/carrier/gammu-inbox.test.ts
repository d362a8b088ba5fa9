import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { CarrierInbound } from '../../../../gateways/sms/carrier/carrier.js';
import { Inbox } from '../../../../gateways/sms/carrier/gammu/inbox.js';
import { gammuOptions } from '../../../../gateways/sms/carrier/gammu/options.js';
import { testEnvironment } from '../../../support/gateway-environment.js';

it('one text that cannot be kept holds up its author alone, and is brought again in its turn', async () => {
  const inboxPath = await mkdtemp(join(tmpdir(), 'inbox-'));
  onTestFinished(() => rm(inboxPath, { recursive: true }));
  const long = new Date(Date.now() - 3_600_000);
  const received = [
    ['+15550000001', 'poison'],
    ['+15550000002', 'from another'],
    ['+15550000001', 'behind it'],
    ['+15550000003', 'from a third'],
  ] as const;
  for (const [index, [from, text]] of received.entries()) {
    const path = join(inboxPath, `IN20260101_00000${index}_00_${from}_00.txt`);
    await writeFile(path, text);
    await utimes(path, long, long);
  }
  const folders = { outboxPath: '/nowhere/o', sentPath: '/nowhere/s', errorPath: '/nowhere/e' };
  const options = gammuOptions.parse({ ...folders, inboxPath, number: '+15550000009' });
  const inbox = new Inbox(options, testEnvironment().log);
  const kept: string[] = [];
  let poisoned = true;
  const take = async ({ text }: CarrierInbound): Promise<void> => {
    if (poisoned && text === 'poison') throw new Error('cannot be stored');
    kept.push(text);
  };
  await inbox.look(take, () => false);
  expect(kept).toEqual(['from another', 'from a third']);
  expect(await readdir(inboxPath)).toHaveLength(2);
  poisoned = false;
  await inbox.look(take, () => false);
  expect(kept.slice(2)).toEqual(['poison', 'behind it']);
  expect(await readdir(inboxPath)).toEqual([]);
});
