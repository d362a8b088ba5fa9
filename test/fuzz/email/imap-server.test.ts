import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImapPeer, type PeerAnswer } from '../../servers/imap-peer.js';
import { MailboxStage, sampleMail } from '../../support/email/mailbox-stage.js';
import { faultLog } from '../../support/fault-log.js';
import { runs } from '../runs.js';

type Fault = (usual: string) => PeerAnswer;

const NUMBERS = ['0', '-1', '4294967295', '99999999999999999999', 'NIL', '1:*', ''];
const WORDS = [
  ...['(((((((((', ')', '{0}\r\n', '{7}\r\nab', '{99999999}\r\n', '~{3}\r\nabc', '"', '\\', '\r\n', '\0'],
  ...[
    '* BYE enough\r\n',
    '* OK [ALERT] \x07\r\n',
    '* 5 EXPUNGE\r\n',
    '+ \r\n',
    '* LIST () NIL NIL\r\n',
    'A9 OK\r\n',
  ],
];

const at = fc.double({ min: 0, max: 1, noNaN: true });
/** Where a fault is made in an answer, as a share of its length. */
const place = (usual: string, share: number): number => Math.floor(usual.length * share);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    () => 'drop',
    () => 'silence',
    (usual) => usual + usual,
    (usual) => usual.replace(/ OK /, ' NO '),
    (usual) => usual.replace(/ OK /, ' BAD '),
    (usual) => usual.replace(/\r\n[^\r\n]*\r\n$/, '\r\n'),
  ),
  fc.tuple(at, fc.constantFrom(...WORDS)).map(
    ([share, word]): Fault =>
      (usual) =>
        usual.slice(0, place(usual, share)) + word + usual.slice(place(usual, share)),
  ),
  fc.tuple(at, fc.integer({ min: 1, max: 40 })).map(
    ([share, length]): Fault =>
      (usual) =>
        usual.slice(0, place(usual, share)) + usual.slice(place(usual, share) + length),
  ),
  fc.tuple(at, fc.constantFrom(...NUMBERS)).map(
    ([share, number]): Fault =>
      (usual) =>
        usual.slice(0, place(usual, share)) + usual.slice(place(usual, share)).replace(/\d+/, number),
  ),
  fc.uint8Array({ maxLength: 200 }).map(
    (bytes): Fault =>
      (usual) =>
        Buffer.concat([Buffer.from(bytes), Buffer.from(usual, 'latin1')]),
  ),
);

describe('a mailbox', () => {
  it('survives whatever its server says, and goes on with a server that is well again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ after: fc.nat(12), fault }), { minLength: 1, maxLength: 8 }),
        async (faults) => {
          const faultsOfOurs: string[] = [];
          const peer = await ImapPeer.listen();
          const stage = new MailboxStage({
            server: peer.address,
            log: faultLog(faultsOfOurs),
            options: {
              pollSeconds: 0.3,
              connectSeconds: 0.5,
              commandSeconds: 0.3,
              closeSeconds: 0.1,
              reconnect: { initialMs: 5, maxMs: 20 },
            },
          });
          try {
            await stage.connect();
            const queue = [...faults];
            let wait = queue[0]?.after ?? 0;
            let well = (): void => undefined;
            const over = new Promise<void>((resolve) => {
              well = resolve;
            });
            peer.script = (_, usual) => {
              const [next] = queue;
              if (next === undefined) well();
              if (next === undefined || wait > 0) {
                wait -= 1;
                return undefined;
              }
              queue.shift();
              wait = queue[0]?.after ?? 0;
              return next.fault(usual);
            };
            for (let index = 0; index < 3; index += 1) peer.deliver(sampleMail(`mail-${index}`));
            // A login that is refused waits for the user.
            const again = setInterval(() => stage.mailbox.start(), 20);
            await over;
            peer.deliver(sampleMail('in-the-end'));
            await stage.mail('in-the-end');
            clearInterval(again);
            expect(stage.subjects.filter((subject) => subject === 'in-the-end')).toHaveLength(1);
            expect(faultsOfOurs).toEqual([]);
          } finally {
            await stage.close();
            peer.close();
          }
          expect(stage.spool.used).toBe(0);
        },
      ),
      runs('imap server', 0.2),
    );
  });
});
