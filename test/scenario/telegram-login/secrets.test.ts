import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, commandOf, complete, noteOf, sessionOf, submit } from '../../support/service-talk.js';
import { DOMAIN, ProcessStage } from '../../support/telegram/process-stage.js';

const PHONE = '491701234567';
const PASSWORD = 'korrekt-Pferd-Batterie';
const TOKEN = '4711:AAsecretOfTheRelay';
const SECRET = 'dd00112233445566778899aabbccddeeff';
const REGISTER = 'jabber:iq:register';

describe('what a login to Telegram leaves behind', () => {
  let stage: ProcessStage;
  const secrets: string[] = [PASSWORD, TOKEN, SECRET];
  beforeAll(async () => {
    stage = await ProcessStage.start();
    stage.telegram.person('Alice', { phone: PHONE, password: PASSWORD });
    stage.telegram.person('Relay', { bot: true, botToken: TOKEN });
  });
  afterAll(() => stage.stop());

  /** Everything in the data folder, as it lies there. */
  function stored(): string {
    const files = readdirSync(stage.gateway.dataDir, { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
      .join('\n');
  }

  it('S19 C21 no code, password, token, session or secret, in no file and no log', async () => {
    const alice = await stage.user('alice');
    const next = async (session: string, values: Readonly<Record<string, string>>) =>
      command(alice, DOMAIN, REGISTER, { session, action: 'next', form: submit(values) });
    const session = sessionOf(await command(alice, DOMAIN, REGISTER));
    await next(session, { way: 'phone', phone: `+${PHONE}` });
    const code = stage.telegram.codes.get(PHONE)?.code ?? '';
    secrets.push(`"${code}"`);
    await next(session, { code });
    expect(noteOf(await next(session, { password: PASSWORD }))).toContain('logged in to Telegram as Alice');
    await stage.gateway.waitForLog(/a session of Telegram has begun/);
    // The key itself is what somebody else could go on with.
    for (const { key } of stage.telegram.world.authorisations.values()) {
      const bytes = Buffer.from(key.bytes);
      secrets.push(
        bytes.toString('latin1'),
        bytes.toString('base64'),
        bytes.toString('base64url'),
        bytes.toString('hex'),
      );
    }
    const bob = await stage.user('bob');
    const other = sessionOf(await command(bob, DOMAIN, REGISTER));
    await command(bob, DOMAIN, REGISTER, {
      ...{ session: other, action: 'next', form: submit({ way: 'bot' }) },
    });
    const end = await command(bob, DOMAIN, REGISTER, {
      ...{ session: other, action: 'next', form: submit({ token: TOKEN }) },
    });
    expect(commandOf(end).attrs.status).toBe('completed');
    const proxies = `tg://proxy?server=proxy.example.org&port=443&secret=${SECRET}`;
    expect(await complete(bob, DOMAIN, 'isthmus:telegram:proxies', { proxies })).toContain('were changed');
    await stage.gateway.stop();
    const [files, logs] = [stored(), stage.gateway.logs()];
    // What is looked at is where the secrets would be.
    expect(files).toContain('alice@localhost');
    expect(logs).toContain('a session of Telegram has begun');
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(4);
      expect(files.includes(secret), secret).toBe(false);
      expect(logs.includes(secret), secret).toBe(false);
    }
  });
});
