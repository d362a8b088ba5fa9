import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { choosePort } from './ports.js';

/** Strength of the generated secrets (bytes); the account's password is typed by hand. */
const SECRET_BYTES = 24;
const PASSWORD_BYTES = 6;

/** The ports the servers get where they are free; those of mail and of Telegram are used with these alone. */
const PREFERRED = {
  ...{ xmppClients: 5222, xmppComponents: 5347, irc: 6667 },
  ...{
    imap: 1143,
    smtp: 2525,
    submission: 5587,
    relay: 2526,
    lmtp: 2424,
    mailLogins: 2427,
    gatewayMail: 2527,
  },
  ...{ files: 5280, telegramFirst: 4430, telegramSecond: 4431 },
};

const portsSchema = z.object({
  xmppClients: z.number(),
  xmppComponents: z.number(),
  irc: z.number(),
  imap: z.number().default(PREFERRED.imap),
  /** Where mail from others comes in. */
  smtp: z.number().default(PREFERRED.smtp),
  /** Where users with a mailbox hand mail in. */
  submission: z.number().default(PREFERRED.submission),
  /** Where the gateway does, for its own domain. */
  relay: z.number().default(PREFERRED.relay),
  lmtp: z.number().default(PREFERRED.lmtp),
  /** Where Postfix asks Dovecot about logins. */
  mailLogins: z.number().default(PREFERRED.mailLogins),
  /** Where the gateway takes mail for its own domain. */
  gatewayMail: z.number().default(PREFERRED.gatewayMail),
  /** Where Prosody keeps files that are shared. */
  files: z.number().default(PREFERRED.files),
  /** The two data centres of the Telegram of this machine. */
  telegramFirst: z.number().default(PREFERRED.telegramFirst),
  telegramSecond: z.number().default(PREFERRED.telegramSecond),
});

const stateSchema = z.object({
  componentSecret: z.string(),
  password: z.string(),
  ports: portsSchema,
});

/** What a second run finds again. */
export type QuickstartState = z.infer<typeof stateSchema>;

/** Reads the state of an earlier run or makes one; ports in use are replaced by free ones. */
export async function prepareState(
  folder: string,
): Promise<{ readonly state: QuickstartState; readonly reused: boolean }> {
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = join(folder, 'quickstart.json');
  const earlier = existsSync(file)
    ? stateSchema.safeParse(parse(readFileSync(file, 'utf8'))).data
    : undefined;
  const wanted = earlier?.ports ?? PREFERRED;
  const taken = new Set<number>();
  const choose = async (preferred: number) => {
    const port = await choosePort(preferred, taken);
    taken.add(port);
    return port;
  };
  const state: QuickstartState = {
    componentSecret: earlier?.componentSecret ?? randomBytes(SECRET_BYTES).toString('base64url'),
    password: earlier?.password ?? randomBytes(PASSWORD_BYTES).toString('hex'),
    ports: {
      xmppClients: await choose(wanted.xmppClients),
      xmppComponents: await choose(wanted.xmppComponents),
      irc: await choose(wanted.irc),
      imap: await choose(wanted.imap),
      smtp: await choose(wanted.smtp),
      submission: await choose(wanted.submission),
      relay: await choose(wanted.relay),
      lmtp: await choose(wanted.lmtp),
      mailLogins: await choose(wanted.mailLogins),
      gatewayMail: await choose(wanted.gatewayMail),
      files: await choose(wanted.files),
      telegramFirst: await choose(wanted.telegramFirst),
      telegramSecond: await choose(wanted.telegramSecond),
    },
  };
  writeFileSync(file, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  return { state, reused: earlier !== undefined };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
