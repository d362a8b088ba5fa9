import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImapPeer, type PeerScript } from '../../servers/imap-peer.js';
import { MailboxStage, type MailboxStageOptions, sampleMail } from '../../support/email/mailbox-stage.js';

const CHUNK = 4_096;
const LONG = `${sampleMail('long')}${`${'x'.repeat(76)}\r\n`.repeat(300)}`;

describe('a mail server that misbehaves', () => {
  let peer: ImapPeer;
  let stage: MailboxStage;
  beforeEach(async () => {
    peer = await ImapPeer.listen();
  });
  afterEach(async () => {
    await stage?.close();
    peer.close();
  });

  const watch = (options: Partial<MailboxStageOptions> = {}): MailboxStage => {
    stage = new MailboxStage({
      server: peer.address,
      ...options,
      options: { chunkBytes: CHUNK, commandSeconds: 1, ...options.options },
    });
    return stage;
  };
  const failed = (key: string) =>
    stage.states.wait((state) => 'text' in state && state.text.key === key, `the state ${key}`);
  /** Misbehaves once, and is a good server from then on. */
  const once = (name: RegExp, answer: (usual: string) => ReturnType<PeerScript>): void => {
    let done = false;
    peer.script = ({ line }, usual) => {
      if (done || !name.test(line)) return undefined;
      done = true;
      return answer(usual);
    };
  };
  const secondChunk = /BODY\.PEEK\[\]<4096/;

  it('that breaks off within a mail brings it whole, once, over the next connection', async () => {
    await watch().connect();
    once(secondChunk, () => 'drop');
    peer.deliver(LONG);
    expect((await stage.mail('long')).text).toBe(LONG);
    expect(stage.subjects).toEqual(['long']);
    expect(stage.spool.used).toBe(0);
  });

  it('that breaks off within a literal brings the mail whole', async () => {
    await watch().connect();
    const { connections } = peer;
    once(secondChunk, (usual) => {
      connections.all.at(-1)?.send(usual.slice(0, usual.length / 2));
      return 'drop';
    });
    peer.deliver(LONG);
    expect((await stage.mail('long')).text).toBe(LONG);
  });

  it('that falls silent is left, and found again', async () => {
    await watch().connect();
    once(secondChunk, () => 'silence');
    peer.deliver(LONG);
    await failed('email-mailbox-lost');
    expect((await stage.mail('long')).text).toBe(LONG);
  });

  it('that falls silent while nothing is asked is noticed at the next look', async () => {
    await watch().connect();
    await peer.commands.wait(({ name }) => name === 'IDLE', 'IDLE');
    peer.script = ({ name }) => (name === 'NOOP' ? 'silence' : undefined);
    await failed('email-mailbox-lost');
    peer.script = () => undefined;
    await stage.connected();
  });

  it('that takes a mail away half read brings no half of it', async () => {
    await watch().connect();
    once(secondChunk, (usual) => usual.replace(/^\* .*\r\n[\s\S]*\)\r\n/, ''));
    peer.deliver(LONG);
    peer.deliver(sampleMail('next'));
    await stage.mail('next');
    for (const { text, subject } of stage.mails.all) if (subject === 'long') expect(text).toBe(LONG);
  });

  it('that answers with the whole mail whatever is asked for brings it once', async () => {
    await watch().connect();
    peer.script = ({ line }, usual) =>
      line.includes('BODY.PEEK[]<0') && usual.includes('BODY[]')
        ? usual.replace(
            /BODY\[\]<0> \{\d+\}\r\n[\s\S]*(?=\)\r\n\S+ OK)/,
            `BODY[]<0> {${LONG.length}}\r\n${LONG}`,
          )
        : undefined;
    peer.deliver(LONG);
    expect((await stage.mail('long')).text).toBe(LONG);
  });

  it('that sends more at once than there can be is left, and the mail comes in part', async () => {
    await watch({ options: { literalBytes: 65_536 } }).connect();
    peer.script = ({ line }, usual) =>
      line.includes('BODY.PEEK[]<0') ? usual.replace(/\{\d+\}/, '{1000000000}') : undefined;
    peer.deliver(LONG);
    const mail = await stage.mail('long');
    expect(mail.text).toContain('Hello, long.');
    expect(mail.origin.leftBytes).toBeGreaterThan(0);
  });

  it('that lies about sizes fills no memory', async () => {
    await watch({ limits: { maxBytes: 10_000 } }).connect();
    peer.script = (_, usual) => usual.replace(/RFC822\.SIZE \d+/, 'RFC822.SIZE 10');
    peer.deliver(LONG);
    const mail = await stage.mail('long');
    expect(mail.text).toContain('Message-ID: <long@example.test>');
    expect(stage.spool.used).toBe(0);
  });

  it('that talks without end is left', async () => {
    await watch({ options: { responseBytes: 65_536, literalBytes: 65_536 } }).connect();
    const flood = `${'* OK still here, and there is more to say\r\n'.repeat(30_000)}`;
    once(/NOOP/, () => flood);
    await failed('email-mailbox-garbage');
    await stage.connected();
  });

  it('that sends lines without end is left', async () => {
    await watch({ options: { responseBytes: 65_536, literalBytes: 65_536 } }).connect();
    once(/NOOP/, () => `* OK ${'x'.repeat(200_000)}`);
    await failed('email-mailbox-garbage');
    await stage.connected();
  });

  it.each([
    ['lines that are no IMAP', '\0\x01\xff{nonsense\r\n* 4294967296 EXISTS\r\n* -1 FETCH ()\r\n* \r\n\r\n'],
    [
      'FETCH without what was asked',
      '* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH NIL\r\n* 7 FETCH (UID 99 BODY[] NIL)\r\n',
    ],
    [
      'news of mails that are not there',
      '* 99999 EXISTS\r\n* 5 EXPUNGE\r\n* 0 EXPUNGE\r\n* VANISHED 1:4294967295\r\n',
    ],
    [
      'numbers that are none',
      '* OK [UIDVALIDITY x] \r\n* OK [UIDNEXT 99999999999999999999]\r\n* STATUS Sent (UIDNEXT NIL)\r\n',
    ],
  ])('that sends %s in between is borne', async (_, junk) => {
    await watch().connect();
    peer.script = ({ name }, usual) =>
      ['NOOP', 'UID FETCH', 'STATUS'].includes(name) ? Buffer.from(junk + usual, 'latin1') : undefined;
    peer.deliver(sampleMail('through-it-all'));
    await stage.mail('through-it-all');
    expect(stage.subjects).toEqual(['through-it-all']);
  });

  it('that refuses everything is said to do so, and tried again later', async () => {
    watch();
    peer.script = ({ name, tag }) =>
      ['CAPABILITY', 'LOGIN', 'NAMESPACE'].includes(name) ? undefined : `${tag} NO not today\r\n`;
    stage.mailbox.start();
    await failed('email-mailbox-no-access');
    peer.script = () => undefined;
    await stage.connected();
    peer.deliver(sampleMail('at-last'));
    await stage.mail('at-last');
  });

  const refusing =
    (words: string): PeerScript =>
    ({ name, tag }) =>
      name === 'LOGIN' ? `${tag} NO ${words}\r\n` : undefined;
  it.each<[string, string, PeerScript | string]>([
    ['BYE as its greeting', 'email-mailbox-busy', '* BYE too many connections\r\n'],
    ['a greeting of another protocol', 'email-server-unreachable', 'SSH-2.0-x\r\n'],
    ['no word at all', 'email-server-unreachable', ''],
    ['no time for a login', 'email-mailbox-busy', refusing('[UNAVAILABLE] later')],
    ['a bound for connections', 'email-mailbox-busy', refusing('[ALERT] Too many simultaneous connections.')],
    [
      'its end within a login',
      'email-server-unreachable',
      ({ name }) => (name === 'LOGIN' ? 'drop' : undefined),
    ],
  ])('that has %s is tried again', async (_, key, misbehaviour) => {
    watch({ options: { connectSeconds: 1 } });
    if (typeof misbehaviour === 'string') peer.greeting = misbehaviour;
    else peer.script = misbehaviour;
    stage.mailbox.start();
    await failed(key);
    peer.greeting = '* OK ready\r\n';
    peer.script = () => undefined;
    await stage.connected();
  });

  it('S20 without STARTTLS where it is asked for gets no password', async () => {
    watch({ server: { ...peer.address, security: 'starttls' } });
    stage.mailbox.start();
    await failed('email-mailbox-insecure');
    expect(peer.commands.all.filter(({ line }) => line.includes('secret'))).toEqual([]);
  });

  it('S18 quotes what it says to a wrong password, made harmless', async () => {
    watch();
    peer.script = ({ name, tag }) =>
      name === 'LOGIN' ? `${tag} NO [AUTHENTICATIONFAILED] Use an \x07app password\r\n` : undefined;
    stage.mailbox.start();
    const state = await stage.states.wait(({ state: name }) => name === 'bad-credentials', 'the refusal');
    expect(state).toMatchObject({ text: { args: { answer: expect.stringContaining('app password') } } });
    expect(JSON.stringify(state)).not.toContain('\\u0007');
  });

  it('F08 renumbers all mails: none comes again, none is lost', async () => {
    await watch().connect();
    for (const subject of ['a', 'b']) {
      peer.deliver(sampleMail(subject));
      await stage.mail(subject);
    }
    peer.mails.reverse();
    peer.deliver(sampleMail('c'), { uid: 4_000_000_000 });
    peer.renumber();
    await stage.mail('c');
    peer.deliver(sampleMail('d'));
    await stage.mail('d');
    expect(stage.subjects).toEqual(['a', 'b', 'c', 'd']);
  });

  it('that speaks of new mail all the time is not asked all the time', async () => {
    await watch().connect();
    await peer.commands.wait(({ name }) => name === 'IDLE', 'IDLE');
    const [connection] = peer.connections.all;
    const before = peer.commands.all.length;
    for (let round = 0; round < 500; round += 1) {
      connection?.send(`* ${round % 2} EXISTS\r\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    peer.deliver(sampleMail('real'));
    await stage.mail('real');
    expect(peer.commands.all.length - before).toBeLessThan(60);
  });

  it("Gmail's labels come along, and its drafts do not", async () => {
    peer.capabilities += ' X-GM-EXT-1';
    await watch().connect();
    peer.deliver(sampleMail('draft'), { labels: ['"\\\\Draft"'] });
    peer.deliver(sampleMail('labelled'), { labels: ['"\\\\Important"', 'friends'] });
    const { origin } = await stage.mail('labelled');
    expect(origin.labels).toEqual(['\\Important', 'friends']);
    expect(stage.subjects).toEqual(['labelled']);
  });

  it('F26 gets no commands out of a Message-ID', async () => {
    await watch().connect();
    peer.deliver(sampleMail('victim'));
    await stage.mail('victim');
    await stage.mailbox.markSeen([
      'x"\r\nA1 UID STORE 1:* +FLAGS (\\Deleted)\r\n',
      'a b',
      'victim@example.test',
    ]);
    await peer.commands.wait(({ name }) => name === 'UID STORE', 'the mark');
    expect(peer.commands.all.filter(({ line }) => /Deleted|A1 /.test(line))).toEqual([]);
    expect(peer.commands.all.filter(({ name }) => name === 'UID STORE')).toHaveLength(1);
  });
});
