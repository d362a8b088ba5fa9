import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GammuCarrier } from '../../../gateways/sms/carrier/gammu/gammu-carrier.js';
import { gammuOptions } from '../../../gateways/sms/carrier/gammu/options.js';
import { filesIn, type GammuSmsd, startGammu, writeInto } from '../../servers/gammu.js';
import { DirectWebhooks } from '../../support/gateway-environment.js';
import { carrierEnvironment, type TestEnvironment } from '../../support/sms/carrier-environment.js';
import { RecordingListener } from '../../support/sms/recording-listener.js';

const US = '+15550000001';
const THEM = '+15550000002';

describe('gammu-smsd', () => {
  let gammu: GammuSmsd;
  let listener: RecordingListener;
  let environment: TestEnvironment;
  let carrier: GammuCarrier | undefined;

  const start = (more: object = {}) => {
    carrier = new GammuCarrier(
      gammuOptions.parse({
        number: US,
        inboxPath: gammu.inboxPath,
        outboxPath: gammu.outboxPath,
        sentPath: gammu.sentPath,
        errorPath: gammu.errorPath,
        settleMs: 100,
        pollMs: 200,
        ...more,
      }),
      environment,
    );
    carrier.start(listener);
    return carrier;
  };
  const text = (words: string, to = THEM) => ({
    key: randomBytes(8).toString('hex'),
    from: US,
    to,
    text: words,
  });
  const stated = (state: string) =>
    listener.until(({ states }) => (states.at(-1)?.state === state ? true : undefined));

  beforeEach(() => {
    listener = new RecordingListener();
    environment = carrierEnvironment(new DirectWebhooks(), 'gammu');
    carrier = undefined;
  });

  afterEach(async () => {
    await carrier?.stop();
    await gammu?.stop();
  });

  describe('with the dummy phone', () => {
    beforeEach(async () => {
      gammu = await startGammu();
    });

    it('sends every letter, and long texts in parts', async () => {
      const one = start();
      await one.send(text('Привет 😀 [мир]'));
      await gammu.transmitted(/"\+15550000002" with text "Привет 😀 \[мир\]"/);
      await one.send(text('0123456789'.repeat(40)));
      expect((await gammu.transmitted(/"0123456789/))[0]).toMatch(/^Found 3 sms/);
    });

    it('sends texts in the order they were given', async () => {
      const one = start();
      const words = Array.from({ length: 5 }, (_, index) => `text ${index}`);
      for (const word of words) await one.send(text(word, index(word) % 2 === 0 ? THEM : '+15550000003'));
      await gammu.transmitted(/text 4/);
      const order = [...gammu.logs().matchAll(/Found 1 sms to .* with text "(text \d)"/g)].map(
        ([, word]) => word,
      );
      expect(order).toEqual(words);
    });

    it('takes a text with its time and every letter, and deletes its file when it is kept', async () => {
      start();
      gammu.phoneReceives({
        from: THEM,
        text: 'Grüße 😀\n[SMSBackup001]\nText00 = 0041',
        sent: '20260601T101112',
      });
      const message = await listener.until(({ messages }) => messages[0]);
      expect(message).toMatchObject({
        from: THEM,
        to: US,
        text: 'Grüße 😀\n[SMSBackup001]\nText00 = 0041',
        time: Date.UTC(2026, 5, 1, 10, 11, 12),
      });
      await expect.poll(() => filesIn(gammu.inboxPath).size).toBe(0);
    });

    it('puts a long text together, also one cut inside of an emoji, and marks what never came', async () => {
      start();
      const [first, second] = ['\ud83d', '\ude00 end'];
      gammu.phoneReceives(
        { from: THEM, text: second, part: [7, 2, 2] },
        { from: THEM, text: `begin ${first}`, part: [7, 2, 1] },
      );
      expect((await listener.until(({ messages }) => messages[0])).text).toBe('begin 😀 end');
      gammu.phoneReceives({ from: THEM, text: 'the end', part: [9, 2, 2], sent: '20260601T120100' });
      expect((await listener.until(({ messages }) => messages[1])).text).toBe('[…]the end');
    });

    it('takes an alphanumeric sender as it is', async () => {
      start();
      gammu.phoneReceives({ from: 'TAXI', text: 'is here' });
      expect((await listener.until(({ messages }) => messages[0])).from).toBe('TAXI');
    });

    it('is no victim of what is no text: a delivery report is dropped, binary data put aside', async () => {
      start();
      gammu.phoneReceives(
        { from: THEM, text: 'Delivered', pdu: 'Status_Report' },
        { from: THEM, text: '\x01\x02', coding: '8bit', sent: '20260601T120001' },
        { from: THEM, text: 'after', sent: '20260601T120002' },
      );
      await listener.until(({ messages }) => messages[0]);
      await expect
        .poll(() => [...filesIn(gammu.inboxPath).keys()].map((name) => name.slice(0, 10)))
        .toEqual(['UNUSABLE-I']);
      expect(listener.messages.map((message) => message.text)).toEqual(['after']);
    });

    it('brings a text again that could not be kept, and one that gammu stores again under the same id', async () => {
      let tries = 0;
      listener.hold = async () => {
        tries += 1;
        if (tries === 1) throw new Error('the disk is full');
      };
      start();
      gammu.phoneReceives({ from: THEM, text: 'once' });
      await listener.until(({ messages }) => messages[0]);
      expect(tries).toBe(2);
      gammu.phoneReceives({ from: THEM, text: 'once' });
      await listener.until(({ messages }) => messages[1]);
      expect(new Set(listener.messages.map(({ id }) => id)).size).toBe(1);
    });
  });

  it('reads long texts of the other inbox formats, part by part', async () => {
    for (const inboxFormat of ['unicode', 'standard'] as const) {
      gammu = await startGammu({ inboxFormat });
      const one = start();
      const before = listener.messages.length;
      gammu.phoneReceives(
        { from: THEM, text: 'Первая и ', part: [3, 2, 1] },
        { from: THEM, text: 'вторая', part: [3, 2, 2] },
      );
      const message = await listener.until(({ messages }) => messages[before]);
      expect([inboxFormat, message.text]).toEqual([inboxFormat, 'Первая и вторая']);
      await one.stop();
      await gammu.stop();
    }
  });

  describe('that does not run', () => {
    beforeEach(async () => {
      gammu = await startGammu({ running: false });
    });

    it('F05 tells once what gammu-smsd gave up, also what it gave up while we were away', async () => {
      const one = start();
      const [first, second] = [await one.send(text('fails')), await one.send(text('fails later'))];
      const [firstName = '', secondName = ''] = [...filesIn(gammu.outboxPath).keys()].sort();
      await gammu.giveUp(firstName);
      expect(await listener.until(({ reports }) => reports[0])).toMatchObject({
        id: first.ids[0],
        outcome: 'failed',
        error: { text: { key: 'sms-carrier-modem-failed' } },
      });
      await one.stop();
      await gammu.giveUp(secondName);
      start();
      expect(await listener.until(({ reports }) => reports[1])).toMatchObject({ id: second.ids[0] });
      await expect.poll(() => filesIn(gammu.errorPath).size).toBe(0);
      expect(listener.reports).toHaveLength(2);
    });

    it('puts the same message into the outbox once, whatever is asked twice, before and after a restart', async () => {
      const message = text('once');
      const one = start();
      const twice = await Promise.all([one.send(message), one.send(message)]);
      await one.stop();
      const again = await start().send(message);
      expect(new Set([...twice, again].map(({ ids }) => ids[0])).size).toBe(1);
      expect(filesIn(gammu.outboxPath).size).toBe(1);
      const [name = ''] = filesIn(gammu.outboxPath).keys();
      expect(name.length).toBeLessThan(100);
      renameSync(`${gammu.outboxPath}/${name}`, `${gammu.sentPath}/${name}`);
      await carrier?.stop();
      await start().send(message);
      expect(filesIn(gammu.outboxPath).size).toBe(0);
    });

    it('says that the modem is away when texts stay in the outbox, and comes back with gammu-smsd', async () => {
      const one = start({ strandedMs: 300 });
      await one.send(text('waits'));
      await stated('unreachable');
      await expect(one.send(text('another'))).rejects.toMatchObject({
        code: 'network-unreachable',
        outcome: 'not-sent',
        retryable: true,
      });
      await gammu.start();
      await stated('connected');
      expect([...filesIn(gammu.sentPath).values()]).toHaveLength(1);
    });

    it('says that the folders are gone, and comes back with them', async () => {
      const one = start();
      await stated('connected');
      rmSync(gammu.outboxPath, { recursive: true });
      await expect(one.send(text('x'))).rejects.toMatchObject({ outcome: 'not-sent', retryable: true });
      await stated('unreachable');
      mkdirSync(gammu.outboxPath);
      await stated('connected');
    });

    it('leaves the files of others alone, and puts garbage aside without being stopped by it', async () => {
      writeInto(gammu.errorPath, 'OUTC20260101_000000_00_+1_other.txt', 'x');
      writeInto(gammu.inboxPath, 'IN20260101_000000_00_+1_00.txt', randomBytes(300_000));
      writeInto(gammu.inboxPath, 'IN20260101_000001_00_+1_00.smsbackup', '[SMSBackup000]\nPDU = Submit\n');
      writeInto(gammu.inboxPath, 'IN20260101_000002_00_+1_00.txt', 'still read');
      writeInto(gammu.inboxPath, 'README', 'x');
      start();
      expect((await listener.until(({ messages }) => messages[0])).text).toBe('still read');
      expect([...filesIn(gammu.errorPath).keys()]).toEqual(['OUTC20260101_000000_00_+1_other.txt']);
      expect(
        [...filesIn(gammu.inboxPath).keys()].filter((name) => name.startsWith('UNUSABLE-')),
      ).toHaveLength(2);
      expect(listener.reports).toEqual([]);
    });

    it('refuses what is no number or too long for gammu-smsd', async () => {
      const one = start();
      for (const to of ['abc', '', '+1_2', '../x', '1'.repeat(21)]) {
        await expect(one.send(text('x', to))).rejects.toMatchObject({ code: 'bad-address' });
      }
      await expect(one.send(text('x'.repeat(1531)))).rejects.toMatchObject({ code: 'too-long' });
      expect(filesIn(gammu.outboxPath).size).toBe(0);
    });
  });
});

const index = (word: string) => Number(word.slice(-1));
