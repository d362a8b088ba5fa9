import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLimits } from '../../../gateways/email/mail/options.js';
import type { MailOrigin } from '../../../gateways/email/mail/origin.js';
import { parseMail } from '../../../gateways/email/mail/parse-mail.js';
import { corpusBytes, corpusNames } from '../../support/email/corpus.js';
import { rawMail } from '../../support/email/raw-mail.js';
import { runs } from '../runs.js';
import { hostileText } from '../stanza/arbitraries.js';
import { complaints, unanswered } from '../stanza/outputs.js';
import { anyMail } from './arbitraries.js';
import { MailPathStage, OWN, sharedTranslator } from './stage.js';

/** Milliseconds for a whole target, shrinking included. */
const TIME_LIMIT_MS = 300_000;
const ALICE = 'alice@example.org';

const translator = sharedTranslator();

async function onStage(rooms: boolean, work: (stage: MailPathStage) => Promise<void>): Promise<void> {
  const stage = await MailPathStage.start(translator, rooms);
  try {
    await work(stage);
    await stage.settled();
    expect(complaints(stage.received, stage.sink.sent)).toEqual([]);
    expect(unanswered(stage.received, stage.sink.sent)).toEqual([]);
    expect(stage.faults).toEqual([]);
  } finally {
    await stage.stop();
  }
}

const origin: fc.Arbitrary<Partial<MailOrigin>> = fc.record(
  {
    authenticity: fc.constantFrom('pass', 'fail', 'none'),
    spam: fc.boolean(),
    late: fc.boolean(),
    way: fc.constantFrom('mailbox', 'domain'),
    returnPath: fc.constantFrom('', ALICE),
    recipient: fc.constantFrom(OWN, 'dev@lists.example.org'),
    receivedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    folder: fc.record({
      path: fc.constantFrom('INBOX', 'Sent', '\u202eX'),
      use: fc.constantFrom('inbox', 'sent', 'junk', 'other'),
    }),
  },
  { requiredKeys: [] },
);

it('a plain mail comes to its user, and his answer goes out', () =>
  onStage(true, async (stage) => {
    const lines = [
      `From: Alice <${ALICE}>`,
      `To: ${OWN}`,
      'Subject: Lunch',
      'Message-ID: <1@far>',
      '',
      'At noon?',
    ];
    expect(await stage.receive(Buffer.from(lines.join('\r\n')), {})).toBe('delivered');
    await stage.settled();
    expect(stage.sink.sent.join('\n')).toMatch(/<subject>Lunch.*At noon\?|At noon\?.*Lunch/s);
    stage.write(ALICE, 'Yes.');
    await expect.poll(() => stage.sent.length).toBe(1);
    expect(stage.sent[0]?.envelope).toMatchObject({ from: OWN, to: [ALICE] });
  }));

it.each(corpusNames)('the ugly mail %s becomes sound stanzas', (name) =>
  onStage(true, async (stage) => {
    expect(['delivered', 'left-out']).toContain(await stage.receive(corpusBytes(name), {}));
  }),
);

it(
  'S08 S09 whatever mails come, they are taken, their stanzas are sound and the process stands',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyMail, origin), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (mails, rooms) =>
          onStage(rooms, async (stage) => {
            for (const [bytes, from] of mails) {
              expect(['delivered', 'left-out']).toContain(await stage.receive(bytes, from));
            }
          }),
      ),
      runs('mails to stanzas'),
    );
  },
  TIME_LIMIT_MS,
);

/** What a user might hope to put into a header. */
const injection = fc
  .tuple(hostileText, fc.constantFrom('\r\n', '\n', '\r', '\u2028', '\u0085', '\0', '=0D=0A'), hostileText)
  .map(([before, lineEnd, after]) => `${before}${lineEnd}X-Injected: 1${lineEnd}${lineEnd}${after}`);

it(
  'F26 whatever a user writes, a mail with his words goes to whom he wrote, and no header is his',
  async () => {
    const words = fc.oneof(hostileText, injection);
    await fc.assert(
      fc.asyncProperty(words, fc.option(words, { nil: undefined }), (body, subject) =>
        onStage(true, async (stage) => {
          stage.write(ALICE, body, subject);
          await stage.settled();
          for (const { envelope, bytes } of stage.sent) {
            expect(envelope).toMatchObject({ from: OWN, to: [ALICE] });
            const mail = await parseMail(rawMail(bytes), parseLimits.parse({}));
            expect(mail.headers.all('x-injected')).toEqual([]);
            expect(mail.from?.address).toBe(OWN);
            expect(mail.to.map(({ address }) => address)).toEqual([ALICE]);
            expect([mail.cc, mail.replyTo, mail.cut]).toEqual([[], [], []]);
            expect(mail.headers.all('subject').length).toBeLessThanOrEqual(1);
            // RFC 5322 §2.1.1, §2.3.
            expect(bytes.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]|\0|[^\r\n]{999}/);
          }
        }),
      ),
      runs('words to mails', 0.5),
    );
  },
  TIME_LIMIT_MS,
);
