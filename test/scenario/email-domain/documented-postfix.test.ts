import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postfix, startPostfix } from '../../servers/postfix.js';
import { createWorkspace, run } from '../../servers/process.js';
import { DomainStage, recordsOf, sam } from '../../support/email/domain-stage.js';
import { SmtpTalk } from '../../support/email/smtp-talk.js';

const text = readFileSync(new URL('../../../docs/email.md', import.meta.url), 'utf8');
const blocks = (file: 'main' | 'master'): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`postfix-${file}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );
const [direct = '', queueing = ''] = blocks('main');
const [directServices = '', queueingServices = ''] = blocks('master');

const DOMAIN = 'mail.example.test';
const SAM = `sam@${DOMAIN}`;
const CLIENT = '192.0.2.25';

/** Settings of a main.cf, for the domain and port of a test. */
function settings(main: string, port: number): Readonly<Record<string, string>> {
  const own = main.replaceAll('mail.example.org', DOMAIN).replaceAll(':2525', `:${port}`);
  return Object.fromEntries(
    own
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => /^(\w+) = (.*)$/.exec(line)?.slice(1) ?? [line, '']),
  );
}

describe('Postfix as docs/email.md sets it up', () => {
  let stage: DomainStage;
  let postfix: Postfix;
  const client = async (address: string) => {
    const talk = await SmtpTalk.open(postfix.port);
    await talk.say('EHLO client.example.org');
    await talk.say(`XCLIENT ADDR=${address} NAME=mx.example.org HELO=mx.example.org`);
    await talk.say('EHLO mx.example.org');
    return talk;
  };

  beforeAll(async () => {
    const records = {
      'TXT reject.example': [`v=spf1 ip4:${CLIENT} -all`],
      'TXT _dmarc.reject.example': ['v=DMARC1; p=reject'],
    };
    stage = await DomainStage.start({}, recordsOf(records));
    const { port } = stage;
    postfix = await startPostfix({ gateway: { domain: DOMAIN, port }, config: settings(queueing, port) });
  });
  afterAll(async () => {
    await postfix?.stop();
    await stage?.stop();
  });

  it('F28 where it queues: refuses who is not there, hands on for whom a mail is, and relays for nobody', async () => {
    const talk = await client(CLIENT);
    expect(await talk.deliver('bob@reject.example', [SAM], `From: bob@reject.example\r\n\r\nhello`)).toMatch(
      /^250/,
    );
    const { origin } = await stage.mail(/^hello/m);
    expect(origin).toMatchObject({ account: sam, authenticity: 'pass' });
    await talk.say('MAIL FROM:<bob@reject.example>');
    expect(await talk.say(`RCPT TO:<nobody@${DOMAIN}>`)).toMatch(/^550/);
    expect(await talk.say('RCPT TO:<somebody@example.org>')).toMatch(/^554 5\.7\.1/);
    talk.close();
  });

  it.each([
    ['where it queues nothing', direct, directServices],
    ['where it queues', queueing, queueingServices],
  ])('knows every setting %s', async (_, main, services) => {
    const workspace = createWorkspace('postfix-documented');
    workspace.write('main.cf', `compatibility_level = 3.6\n${main}`);
    workspace.write('master.cf', services);
    const set = await run('postconf', ['-c', workspace.path, '-n']);
    for (const name of Object.keys(settings(main, 0)))
      expect(set.stdout).toMatch(new RegExp(`^${name} = `, 'm'));
    // Its warnings are of names that nothing knows.
    expect(set.stderr).toBe('');
    const table = await run('postconf', ['-c', workspace.path, '-M']);
    expect(table.stderr).toBe('');
    expect(table.stdout.match(/^\S+ +(?:inet|unix) /gm)).toHaveLength(services.match(/^\S/gm)?.length ?? 0);
  });
});
