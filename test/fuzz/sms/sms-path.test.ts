import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from '../runs.js';
import { hostileText } from '../stanza/arbitraries.js';
import { complaints, unanswered } from '../stanza/outputs.js';
import { JULIET, KANNEL_SECRET, NUMBER, ROMEO, SmsPathStage, sharedTranslator, TWILIO_SID } from './stage.js';

/** Milliseconds for a whole target, shrinking included. */
const TIME_LIMIT_MS = 300_000;
/** A run takes many turns of the event loop: fewer of them. */
const SHARE = 0.5;

const translator = sharedTranslator();

/** What claims to be a number. */
const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('+12125550123', '2125550123', '72273', 'MyBank', NUMBER, '911') },
  { weight: 2, arbitrary: fc.stringMatching(/^\+?[0-9 ().-]{0,25}$/) },
  { weight: 1, arbitrary: hostileText },
);
const word = fc.oneof(hostileText, fc.constantFrom('STOP', 'start', 'help', 'hello 🙂', 'x'.repeat(2000)));
const hex = fc.stringMatching(/^[0-9a-f]{32}$/);

/** Anything as a query: cut escapes, bytes that are no UTF-8, names twice. */
const rawSearch = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc.stringMatching(/^(%[0-9A-Fa-f]{0,2}|[a-z]+=|&|\+|;){0,30}$/),
);

async function expectHarmless(stage: SmsPathStage): Promise<void> {
  await stage.settled();
  expect(complaints(stage.received, stage.sink.sent)).toEqual([]);
  expect(unanswered(stage.received, stage.sink.sent)).toEqual([]);
  expect(stage.faults).toEqual([]);
}

async function onStage(work: (stage: SmsPathStage) => Promise<void>): Promise<void> {
  const stage = await SmsPathStage.start(translator);
  try {
    await work(stage);
    await expectHarmless(stage);
  } finally {
    await stage.stop();
  }
}

it('a plain text of either provider comes to its user, and what he writes is taken', () =>
  onStage(async (stage) => {
    const from = '+12125550123';
    const id = '00000000-0000-4000-8000-000000000000';
    const fields = { secret: KANNEL_SECRET, id, from, to: NUMBER, text: 'by Kannel', charset: 'UTF-8' };
    const search = `?${new URLSearchParams(fields)}`;
    const request = { method: 'GET', headers: {}, query: fields, body: Buffer.alloc(0), search } as const;
    expect(await stage.call('k/message', request)).toBe(200);
    const signed = { MessageSid: `SM${'1'.repeat(32)}`, AccountSid: TWILIO_SID, From: from, To: NUMBER };
    expect(await stage.callSigned('t/message', { ...signed, Body: 'by Twilio' })).toBe(200);
    stage.write(ROMEO, from, 'by Romeo');
    stage.write(JULIET, from, 'by Juliet');
    await stage.settled();
    const sent = stage.sink.sent.join('\n');
    for (const words of ['by Kannel', 'by Twilio']) expect(sent).toContain(words);
    // He is told that it waits, she that she has to register.
    expect(sent).toMatch(/has to wait|cannot be reached/);
    expect(sent).toContain('registration-required');
  }));

/** What Kannel, or somebody who knows its secret, calls with. */
const kannelCall = fc.oneof(
  fc
    .record({
      id: fc.oneof(fc.uuid(), hostileText),
      from: number,
      to: fc.oneof(fc.constant(NUMBER), number),
      text: word,
      charset: fc.oneof(fc.constantFrom('UTF-8', 'UTF-16BE', 'ISO-8859-1', '8-BIT', ''), hostileText),
      time: fc.oneof(fc.constantFrom('0', '-1', '1e300', '99999999999999999999'), hostileText),
    })
    .map((fields) => `?${new URLSearchParams({ secret: KANNEL_SECRET, ...fields })}`),
  rawSearch.map((search) => `?secret=${KANNEL_SECRET}&${search}`),
  rawSearch.map((search) => `?${search}`),
);

it(
  'S08 S10 whatever Kannel’s address is called with, stanzas are sound and the process stands',
  async () => {
    const call = fc.tuple(fc.constantFrom('k/message', 'k/report'), kannelCall);
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), (calls) =>
        onStage(async (stage) => {
          for (const [path, search] of calls) {
            const query = Object.fromEntries(new URLSearchParams(search));
            const request = { method: 'GET', headers: {}, query, body: Buffer.alloc(0) } as const;
            expect([200, 403]).toContain(await stage.call(path, { ...request, search }));
          }
        }),
      ),
      runs('webhooks of Kannel', SHARE),
    );
  },
  TIME_LIMIT_MS,
);

/** What Twilio, or somebody who knows the token, calls with. */
const signedFields = fc
  .tuple(
    fc.record({
      MessageSid: fc.oneof(
        hex.map((digits) => `SM${digits}`),
        hostileText,
      ),
      AccountSid: fc.constantFrom(TWILIO_SID, TWILIO_SID, 'AC1', ''),
      From: number,
      To: fc.oneof(fc.constant(NUMBER), number),
      Body: word,
      NumMedia: fc.constantFrom('0', '1', '2', '-1', '1e9', 'NaN', '99999999999'),
      MediaUrl0: fc.oneof(
        hostileText,
        fc.constantFrom('file:///etc/passwd', 'http://[::1]/', 'http://127.0.0.1:1/x'),
      ),
      MediaContentType0: hostileText,
      MessageStatus: fc.oneof(fc.constantFrom('delivered', 'failed', 'undelivered', 'sent'), hostileText),
      ErrorCode: fc.oneof(fc.constantFrom('30006', '1', '-30006'), hostileText),
    }),
    fc.dictionary(fc.string({ maxLength: 10 }), hostileText, { maxKeys: 3 }),
  )
  .map(([fields, more]) => ({ ...more, ...fields }));

it(
  'S08 S10 S17 whatever Twilio’s addresses are called with, only what is signed is taken, and stanzas are sound',
  async () => {
    const path = fc.constantFrom('t/message', 't/status');
    const call = fc.oneof(
      fc.record({ path, fields: signedFields }),
      fc.record({ path, bytes: fc.uint8Array({ maxLength: 80 }), signature: fc.option(hostileText) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 10 }), (calls) =>
        onStage(async (stage) => {
          for (const one of calls) {
            if ('fields' in one) {
              expect([200, 403]).toContain(await stage.callSigned(one.path, one.fields));
              continue;
            }
            const headers = one.signature === null ? {} : { 'x-twilio-signature': one.signature };
            const request = { method: 'POST', headers, query: {}, body: Buffer.from(one.bytes) } as const;
            expect(await stage.call(one.path, request)).toBe(403);
          }
        }),
      ),
      runs('webhooks of Twilio', SHARE),
    );
  },
  TIME_LIMIT_MS,
);

it(
  'A05 E09 F26 whatever users write to whatever address, and answer in dialogues, all is answered soundly',
  async () => {
    const user = fc.constantFrom(ROMEO, JULIET);
    const dialogue = fc.constantFrom(
      'register',
      '1',
      '2',
      'US',
      'number',
      'cost',
      'why',
      'queue',
      'cancel',
      '-',
    );
    const step = fc.oneof(
      fc.record({ kind: fc.constant('text' as const), user, local: number, body: word }),
      fc.record({ kind: fc.constant('talk' as const), user, body: fc.oneof(dialogue, number, word) }),
      fc.record({ kind: fc.constant('prompt' as const), input: number }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) =>
        onStage(async (stage) => {
          for (const one of steps) {
            if (one.kind === 'prompt') stage.prompt(one.input);
            else stage.write(one.user, one.kind === 'text' ? one.local : undefined, one.body);
            await stage.settled();
          }
        }),
      ),
      runs('texts of users', SHARE),
    );
  },
  TIME_LIMIT_MS,
);
