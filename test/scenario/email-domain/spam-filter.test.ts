import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rspamd, startRspamd } from '../../servers/rspamd.js';
import { DomainStage } from '../../support/email/domain-stage.js';

const SAM = 'sam@mail.example.test';

describe('mail that Rspamd has judged', () => {
  let rspamd: Rspamd;
  const stages: DomainStage[] = [];
  const start = async (failure: 'accept' | 'later') => {
    const spam = { url: rspamd.url, failure };
    const stage = await DomainStage.start({ authentication: { check: false }, spam });
    stages.push(stage);
    return stage;
  };
  /** What a mail was answered that asks for an action, or whether it was taken for spam. */
  const judged = async (stage: DomainStage, action: string, body = 'hello') => {
    const talk = await stage.talk({ address: '192.0.2.25', helo: 'mx.example.org' });
    const before = stage.received.length;
    const mail = `From: bob@example.org\r\nX-Scenario: ${action}\r\nSubject: x\r\n\r\n${body}`;
    const answer = await talk.mail('bob@example.org', [SAM], mail);
    talk.close();
    const received = stage.received[before];
    return received ? received.origin.spam : answer;
  };

  beforeAll(async () => {
    rspamd = await startRspamd();
  });
  afterAll(async () => {
    await Promise.all(stages.map((stage) => stage.stop()));
    await rspamd?.stop();
  });

  it('is refused, put off, marked or let through, with what the filter has to say', async () => {
    const stage = await start('accept');
    expect(await judged(stage, 'reject')).toBe(
      '550 5.7.1 192.0.2.25 mx.example.org bob@example.org sam@mail.example.test',
    );
    expect(await judged(stage, 'soft reject')).toMatch(/^451 4\.7\.1/);
    expect(await judged(stage, 'greylist')).toMatch(/^451 4\.7\.1/);
    expect(await judged(stage, 'add header')).toBe(true);
    expect(await judged(stage, 'rewrite subject')).toBe(true);
    expect(await judged(stage, 'no action')).toBe(false);
    // Larger than what stays in memory.
    expect(await judged(stage, 'add header', `${'x'.repeat(70)}\r\n`.repeat(800))).toBe(true);
    expect(await judged(stage, 'x\r\nX-Spam-Flag: YES')).toBe(true);
    expect(await judged(stage, 'x\r\nX-Spam-Status: No, score=1')).toBe(false);
  });

  it('is let through, or comes again later, while the filter is away', async () => {
    const lax = await start('accept');
    const strict = await start('later');
    await rspamd.stop();
    expect(await judged(lax, 'reject')).toBe(false);
    expect(await judged(strict, 'reject')).toMatch(/^451/);
    await rspamd.start();
    expect(await judged(strict, 'no action')).toBe(false);
  });
});
