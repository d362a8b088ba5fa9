import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../servers/process.js';
import { type IrcStage, ircStage } from '../../support/irc-stage.js';

/** Debian's own Python: the one that its package of slixmpp is for. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../../clients/slixmpp_session.py', import.meta.url));

/** What the script reports, by step. */
interface Report {
  readonly discover: { identities: string[][]; features: string[]; items: string[] };
  readonly register_plain: {
    fields: string[];
    instructions: string;
    registered_before: boolean;
    form: string[];
  };
  readonly caps: { announced: string; computed: string };
  readonly register_form: { registered: boolean; name: string; nick: string };
  readonly join: {
    status: number[];
    role: string;
    affiliation: string;
    subject: string;
    occupants: string[];
    history: number;
  };
  readonly talk: { reflected: string; answer: string };
  readonly private: { from: string; answer: string };
  readonly archive: string[][];
  readonly self_ping: string;
  readonly admin_list: { owner: string[]; admin: string[]; outcast: string[]; moderators: string[] };
  readonly command: { nodes: string[]; status: string; notes: string[] };
  readonly remove: { presences: string[]; registered: boolean };
}

describe('python3-slixmpp against ejabberd', () => {
  let stage: IrcStage;
  let report: Report;

  beforeAll(async () => {
    stage = await ircStage({ xmpp: 'ejabberd' });
    const carol = await stage.person('carol');
    carol.send('JOIN #slix');
    await carol.waitForLine(/ 366 carol #slix /, 'the channel');
    carol.send('TOPIC #slix :Slim');
    await carol.waitForLine(/ TOPIC #slix /, 'the topic');
    const answers = async () => {
      await carol.waitForLine(/ PRIVMSG #slix :hello from slixmpp/, 'words in the channel');
      carol.send('PRIVMSG #slix :hello from IRC');
      await carol.waitForLine(/ PRIVMSG carol :between us/, 'words in private');
      // Lists of a room are for those who run it.
      carol.send('MODE #slix +o slimmy');
      carol.send('PRIVMSG slimmy :only you');
    };
    const { server } = stage;
    const options = {
      jid: 'alice@localhost/slix',
      password: 'alice',
      host: server.host,
      port: String(server.c2sPort),
      gateway: stage.domain,
      room: stage.room('#slix'),
      nick: 'slimmy',
      peer: 'carol',
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const [output] = await Promise.all([run(PYTHON, [SCRIPT, ...args]), answers()]);
    report = JSON.parse(output.stdout) as Report;
  });

  it('B01 B03 discovers a gateway that hosts rooms', () => {
    expect(report.discover.identities).toEqual(
      expect.arrayContaining([
        ['gateway', 'irc'],
        ['conference', 'irc'],
      ]),
    );
    expect(report.discover.features).toEqual(
      expect.arrayContaining(['jabber:iq:register', 'http://jabber.org/protocol/muc']),
    );
  });

  it('C01 C02 C04 C09 registers with plain fields', () => {
    expect(report.register_plain.registered_before).toBe(false);
    expect(report.register_plain.fields).toContain('nick');
    expect(report.register_plain.instructions).not.toBe('');
    expect(report.register_plain.form).toContain('nick');
  });

  it('B12 B13 computes the announced capabilities hash', () =>
    expect(report.caps.computed).toBe(report.caps.announced));

  it('C04 C11 C12 changes the registration by the form', () =>
    expect(report.register_form).toEqual({ registered: true, name: 'Slim X', nick: 'slimmy' }));

  it('H09 H10 joins, with subject and occupants', () => {
    expect(report.join.status).toContain(110);
    expect(report.join).toMatchObject({
      role: 'participant',
      subject: 'Slim',
      occupants: ['carol', 'slimmy'],
    });
  });

  it('I01 I07 talks both ways', () =>
    expect(report.talk).toEqual({ reflected: 'hello from slixmpp', answer: 'hello from IRC' }));

  it('I05 I06 talks in private', () =>
    expect(report.private).toEqual({ from: `${stage.room('#slix')}/carol`, answer: 'only you' }));

  // Either may stand first: IRC tells a sender that his line was taken, but not between which lines of others.
  it('I16 reads the room in the archive', () =>
    expect([...report.archive].sort()).toEqual([
      ['carol', 'hello from IRC'],
      ['slimmy', 'hello from slixmpp'],
    ]));

  it('H23 finds itself by self-ping', () => expect(report.self_ping).toBe('answered'));

  it('I27 lists who runs the room', () => {
    const { owner, admin, outcast, moderators } = report.admin_list;
    expect([...admin].sort()).toEqual([stage.contact('carol'), stage.contact('slimmy')]);
    expect({ owner, outcast }).toEqual({ owner: [], outcast: [] });
    expect([...moderators].sort()).toEqual(['carol', 'slimmy']);
  });

  it('K01 runs a command', () => {
    expect(report.command.nodes).toContain('isthmus:status');
    expect(report.command.status).toBe('completed');
    expect(report.command.notes.join('\n')).toContain(stage.irc.host);
  });

  it('C14 removes the registration, in the specified order', () =>
    expect(report.remove).toEqual({
      presences: ['unsubscribe', 'unsubscribed', 'unavailable'],
      registered: false,
    }));
});
