import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { DomainStage, kim, recordsOf, sam } from '../../support/email/domain-stage.js';
import { SmtpTalk } from '../../support/email/smtp-talk.js';

const SAM = 'sam@mail.example.test';
const MESSAGE_ID = '019aa6c0-0000-7000-8000-000000000001@mail.example.test';
const CLIENT = '192.0.2.25';

const mailOf = (subject: string, from = 'bob@reject.example') =>
  [
    `From: ${from}`,
    `To: ${SAM}`,
    `Subject: ${subject}`,
    `Message-ID: <${subject}@example.org>`,
    '',
    'hello',
  ].join('\r\n');

describe('the gateway’s mail domain behind Postfix', () => {
  let stage: DomainStage;
  let postfix: Postfix;
  /** A connection to Postfix as from elsewhere. */
  const client = async (address: string, port = postfix.port) => {
    const talk = await SmtpTalk.open(port);
    await talk.say('EHLO client.example.org');
    await talk.say(`XCLIENT ADDR=${address} NAME=mx.example.org HELO=mx.example.org`);
    await talk.say('EHLO mx.example.org');
    return talk;
  };
  /** What the gateway sends, as it hands it to its relay. */
  const relay = async () => {
    const talk = await SmtpTalk.open(postfix.relayPort);
    await talk.say('EHLO gateway.example.test');
    return talk;
  };

  beforeAll(async () => {
    stage = await DomainStage.start(
      {},
      recordsOf({
        'TXT reject.example': [`v=spf1 ip4:${CLIENT} -all`],
        'TXT _dmarc.reject.example': ['v=DMARC1; p=reject'],
      }),
    );
    postfix = await startPostfix({ gateway: { domain: 'mail.example.test', port: stage.port } });
  });
  afterAll(async () => {
    await postfix?.stop();
    await stage?.stop();
  });

  it('F28 asks for each recipient before anything is accepted, so that nothing has to be sent back', async () => {
    const talk = await client(CLIENT);
    await talk.say('MAIL FROM:<bob@reject.example>');
    expect(await talk.say(`RCPT TO:<${SAM}>`)).toMatch(/^250/);
    expect(await talk.say('RCPT TO:<nobody@mail.example.test>')).toMatch(/^550/);
    expect(await talk.say('RCPT TO:<sam@example.org>')).toMatch(/^554 5\.7\.1/);
    talk.close();
  });

  it('knows whose mail it is: a host that may pass, and one that may not', async () => {
    const talk = await client(CLIENT);
    expect(await talk.deliver('bob@reject.example', [SAM], mailOf('true'))).toMatch(/^250/);
    expect((await stage.mail(/Subject: true/)).origin).toMatchObject({
      account: sam,
      authenticity: 'pass',
      returnPath: 'bob@reject.example',
    });
    talk.close();
    const forger = await client('198.51.100.66');
    expect(await forger.deliver('bob@reject.example', [SAM], mailOf('forged'))).toMatch(/^250/);
    await postfix.waitForLog(/550 5\.7\.26 the sender cannot be verified/);
    expect(stage.received.filter(({ mail }) => mail.includes('Subject: forged'))).toEqual([]);
    forger.close();
  });

  it('has the forger told himself where Postfix queues nothing', async () => {
    const talk = await client(CLIENT, postfix.directPort);
    expect(await talk.deliver('bob@reject.example', [SAM], mailOf('direct'))).toMatch(/^250/);
    expect((await stage.mail(/Subject: direct/)).origin.authenticity).toBe('pass');
    await talk.say('MAIL FROM:<bob@reject.example>');
    expect(await talk.say('RCPT TO:<nobody@mail.example.test>')).toMatch(/^550 5\.1\.1 no such address here/);
    talk.close();
    const forger = await client('198.51.100.66', postfix.directPort);
    expect(await forger.mail('bob@reject.example', [SAM], mailOf('forged'))).toMatch(/^550 5\.7\.26/);
    forger.close();
  });

  it('forgets after one mail on whose behalf it was', async () => {
    // Over one connection: for a client, and from Postfix itself.
    const before = stage.received.length;
    const talk = await client(CLIENT);
    for (let count = 0; count < 5; count += 1)
      expect(await talk.deliver('bob@reject.example', [SAM], mailOf(`mixed${count}`))).toMatch(/^250/);
    talk.close();
    const own = await relay();
    for (let count = 0; count < 5; count += 1)
      expect(await own.deliver('', [SAM], mailOf(`own${count}`, 'bob@unknown.example'))).toMatch(/^250/);
    own.close();
    for (let count = 0; count < 5; count += 1) {
      expect((await stage.mail(new RegExp(`Subject: mixed${count}\\r`))).origin.authenticity).toBe('pass');
      expect((await stage.mail(new RegExp(`Subject: own${count}\\r`))).origin.authenticity).toBe('none');
    }
    expect(stage.received.length).toBe(before + 10);
  });

  it('F05 gets the report on a mail that could not be delivered, and on one that was', async () => {
    const path = await stage.domain.returnPath(kim, MESSAGE_ID);
    const talk = await relay();
    const mail = mailOf('out', 'kim@mail.example.test');
    expect(await talk.deliver(path, ['nobody@mail.example.test'], mail)).toMatch(/^250/);
    const report = await stage.mail(/^Action: failed/m);
    expect(report.origin).toMatchObject({ account: kim, reportOn: MESSAGE_ID, returnPath: '' });
    expect(report.mail).toMatch(/^Final-Recipient: rfc822; nobody@mail\.example\.test/m);
    await talk.say(`MAIL FROM:<${path}> ENVID=${MESSAGE_ID}`);
    await talk.say(`RCPT TO:<${SAM}> NOTIFY=SUCCESS,FAILURE`);
    await talk.say('DATA');
    expect(await talk.say(`${mail}\r\n.`)).toMatch(/^250/);
    const success = await stage.mail(/^Action: (?:relayed|delivered)/m);
    expect(success.origin).toMatchObject({ account: kim, reportOn: MESSAGE_ID });
    expect(success.mail).toMatch(new RegExp(`^Original-Envelope-Id: ${MESSAGE_ID}`, 'm'));
    talk.close();
  });

  it('F08 gets later, and once, what it could not take at first', async () => {
    let tries = 0;
    stage.receive = async () => {
      tries += 1;
      if (tries < 3) throw new Error('the store is away');
    };
    const talk = await client(CLIENT);
    expect(await talk.deliver('bob@reject.example', [SAM], mailOf('patience'))).toMatch(/^250/);
    talk.close();
    await stage.mail(/Subject: patience/);
    stage.receive = async () => undefined;
    await postfix.waitForLog(/status=deferred .*451 4\.3\.0[\s\S]*status=sent \(250/);
    expect(tries).toBe(3);
    expect(stage.received.filter(({ mail }) => mail.includes('Subject: patience'))).toHaveLength(1);
  });
});
