import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../servers/process.js';
import { createRoom } from '../../support/relay/hosted-room.js';
import { type RelayStage, relayStage } from '../../support/relay/relay-stage.js';

/** Debian's own Python: the one that its package of slixmpp is for. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../../clients/slixmpp_session.py', import.meta.url));

/** What the script reports, by step. */
interface Report {
  readonly discover: { identities: string[][]; features: string[]; items: string[] };
  readonly join: { status: number[]; role: string; affiliation: string; occupants: string[] };
  readonly talk: { reflected: string; answer: string };
  readonly archive: string[][];
  readonly self_ping: string;
  readonly admin_list: { owner: string[]; moderators: string[] };
}

describe('python3-slixmpp in a hosted room', () => {
  let stage: RelayStage;
  let hosted: string;
  let report: Report;

  beforeAll(async () => {
    stage = await relayStage();
    hosted = await createRoom(stage, stage.boss, 'slix');
    const carol = await stage.person('carol');
    await carol.join('#slix');
    await stage.link(hosted, stage.channel('#slix'));
    const answers = async () => {
      await carol.waitForLine(/ PRIVMSG #slix :.*hello from slixmpp/, 'words in the channel');
      carol.say('#slix', 'hello from IRC');
    };
    const { server } = stage;
    const options = {
      ...{ jid: 'boss@localhost/slix', password: 'boss', host: server.host, port: String(server.c2sPort) },
      ...{ gateway: stage.domain, room: hosted, nick: 'slimmy', peer: 'carol' },
      steps: 'log_in,discover,join,talk,archive,self_ping,admin_list',
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const [output] = await Promise.all([run(PYTHON, [SCRIPT, ...args]), answers()]);
    // The library prints there as well.
    report = JSON.parse(output.stdout.trim().split('\n').at(-1) ?? '') as Report;
  });

  it('H06 finds it in the list of rooms', () => expect(report.discover.items).toContain(hosted));

  it('H09 joins as its owner', () => {
    expect(report.join.status).toContain(110);
    expect(report.join).toMatchObject({ role: 'moderator', affiliation: 'owner' });
    expect(report.join.occupants).toEqual(expect.arrayContaining(['Relay', 'slimmy']));
  });

  it('I01 I07 talks both ways', () =>
    expect(report.talk).toEqual({ reflected: 'hello from slixmpp', answer: 'hello from IRC' }));

  it('I16 reads all of it in the archive', () => {
    expect(report.archive).toContainEqual(['slimmy', 'hello from slixmpp']);
    expect(report.archive).toContainEqual(['carol', 'hello from IRC']);
  });

  it('H23 finds itself by self-ping', () => expect(report.self_ping).toBe('answered'));

  it('I27 lists who runs the room', () => {
    expect(report.admin_list.owner).toEqual(['boss@localhost']);
    expect([...report.admin_list.moderators].sort()).toEqual(['Relay', 'slimmy']);
  });
});
