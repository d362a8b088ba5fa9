import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, run } from '../../servers/process.js';
import { makeCast } from '../../servers/telegram/stand-alone/cast.js';
import { drawMedia } from '../../servers/telegram/stand-alone/media.js';
import { Troupe } from '../../servers/telegram/stand-alone/troupe.js';
import { DOMAIN, ProcessStage } from '../../support/telegram/process-stage.js';

/** Debian's own Python: the one that its package of slixmpp is for. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../../clients/slixmpp_telegram.py', import.meta.url));
/** Those who answer are quick, and stay. */
const TEMPO = { reading: 0, writing: 0, thinking: 1, staying: 600_000 };

/** What the script reports, by step. */
interface Report {
  readonly discover: readonly (readonly string[])[];
  readonly register: {
    readonly fields: readonly string[];
    readonly refusal: readonly string[];
    readonly asked: string;
    readonly said: string;
  };
  readonly roster: readonly string[];
  readonly presence: string;
  readonly picture: { readonly name: string; readonly type: string; readonly bytes: boolean };
  readonly talk: string;
  readonly typing: readonly string[];
  readonly correction: string;
  readonly reaction: { readonly to_mine: boolean; readonly emoji: string; readonly said: string };
  readonly photo: { readonly from: boolean; readonly url: string };
  readonly join: {
    readonly status: readonly number[];
    readonly nick: string;
    readonly occupants: readonly string[];
    readonly title: readonly string[];
  };
  readonly talk_in_room: { readonly reflected: string; readonly answer: string };
  readonly remove: boolean;
}

describe('python3-slixmpp with a Telegram account', () => {
  let stage: ProcessStage;
  let troupe: Troupe;
  let report: Report;

  beforeAll(async () => {
    stage = await ProcessStage.start({ privileged: true, server: { httpUpload: true } });
    const { server, telegram } = stage;
    const media = await drawMedia();
    const cast = await makeCast(telegram, media);
    troupe = new Troupe(telegram, cast, media, TEMPO, (error) => {
      throw error;
    });
    const codeFile = createWorkspace('slixmpp').file('code');
    telegram.doings.on('code', (_phone, code) => writeFileSync(codeFile, code));
    const options = {
      ...{ jid: 'alice@localhost/slix', password: 'alice', host: server.host, port: String(server.c2sPort) },
      ...{ gateway: DOMAIN, phone: `+${cast.robin.person.phone}`, 'code-file': codeFile },
      ...{ friend: 'Alice', room: stage.jid(cast.round), nick: 'slim' },
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const { stdout } = await run(PYTHON, [SCRIPT, ...args]);
    // The library itself prints the times of old messages when it enters a room.
    report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Report;
  }, 240_000);

  afterAll(async () => {
    troupe.stop();
    await stage.stop();
  });

  it('B01 discovers a gateway to Telegram', () => {
    expect(report.discover).toContainEqual(['gateway', 'telegram']);
  });

  it('C21 logs in by the form, and by chat from there', () => {
    const { fields, refusal, asked, said } = report.register;
    expect(fields).toEqual(expect.arrayContaining(['way', 'phone']));
    expect(refusal[0]).toBe('not-acceptable');
    expect(asked).toContain('5 digits');
    expect(said).toContain('Robin');
  });

  it('has everybody in the contact list by name, with picture and presence', () => {
    expect(report.roster).toEqual(expect.arrayContaining(['Alice', 'Bob', 'Tea Bot']));
    expect(report.picture).toEqual({ name: 'Alice', type: 'image/png', bytes: true });
    expect(report.presence).not.toBe('');
  });

  it('F01 talks both ways, and sees writing', () => {
    expect(report.talk).toBe('hello from slixmpp — привет');
    expect(report.typing[0]).toBe('composing');
  });

  it('F16 F17 changes a message, and reactions go both ways', () => {
    expect(report.correction).toBe('You have changed that to “hello”.');
    expect(report.reaction).toEqual({ to_mine: true, emoji: '👍', said: '👍 to you too.' });
  });

  it('gets a photo as a file', () => {
    expect(report.photo).toMatchObject({ from: true, url: expect.stringMatching(/\.jpg$/) });
  });

  it('H09 is in a group as in a room, and talks there', () => {
    expect(report.join.status).toContain(110);
    expect(report.join.occupants).toEqual(expect.arrayContaining(['Alice', 'Bob']));
    expect(report.join.title).toContain('Tea round');
    expect(report.talk_in_room).toEqual({ reflected: 'hello room', answer: 'hello room' });
  });

  it('C14 removes the registration', () => expect(report.remove).toBe(false));
});
