import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { domainName } from '../../config/values.js';
import { networks } from '../../registry.js';
import { createKeyFile } from '../../store/key.js';
import { askOptions, readSettings } from '../init/network-options.js';
import { createInterview, type Question } from '../init/questions.js';
import { ejabberdLines, prosodyLines } from '../init/server-lines.js';
import { renderTemplate } from '../init/template.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

/** Strength of a generated secret (bytes). */
const SECRET_BYTES = 24;

/** Flags of `isthmus init`; what is missing is asked for. */
export interface InitOptions {
  readonly config: string;
  readonly server?: string;
  readonly networks?: string;
  readonly domain?: string;
  readonly host?: string;
  readonly port?: string;
  readonly secret?: string;
  readonly data?: string;
  /** `NETWORK.KEY=VALUE`: what a network needs to be told. */
  readonly set?: readonly string[];
  readonly yes?: boolean;
}

/** Writes a commented configuration and a key, and prints what the server needs. Overwrites nothing. */
export async function init(options: InitOptions, terminal: Terminal): Promise<number> {
  const file = resolve(options.config);
  const folder = dirname(file);
  const answers = await interview(options, terminal);
  const keyFile = join(folder, 'isthmus.key');
  const config = settled(answers, file, keyFile);

  await mkdir(folder, { recursive: true });
  await writeNew(file, config.text);
  const key = config.parsed.data.key;
  if (key.kind === 'file') await makeKey(key.path, terminal);
  const lines = {
    server: config.parsed.xmpp.domain,
    port: config.parsed.xmpp.port,
    components: config.parsed.components.map(({ domain, network, secret }) => ({
      domain,
      name: network.toUpperCase(),
      secret,
    })),
  };
  terminal.print(`Written: ${file} (readable by you alone: it holds the secret)`);
  terminal.print(`\n=== For Prosody (prosody.cfg.lua) ${'='.repeat(40)}\n\n${prosodyLines(lines)}`);
  terminal.print(`=== For ejabberd (ejabberd.yml) ${'='.repeat(42)}\n\n${ejabberdLines(lines)}`);
  terminal.print(`Next: add the lines of your server, then
  isthmus check --config ${file}
  isthmus run --config ${file}`);
  return 0;
}

interface Answers {
  readonly server: string;
  readonly networks: readonly string[];
  readonly domains: readonly string[];
  /** Options of each network, in the order of `networks`. */
  readonly options: readonly Readonly<Record<string, unknown>>[];
  readonly host: string;
  readonly port: string;
  readonly secret: string;
  readonly data: string;
}

async function interview(options: InitOptions, terminal: Terminal): Promise<Answers> {
  const interview = createInterview(terminal, options.yes === true);
  try {
    const server = await interview.answer(SERVER, options.server);
    const chosen = list(await interview.answer(NETWORKS, options.networks));
    const byDefault = chosen.map((id) => `${id}.${server}`).join(',');
    const domains = list(
      await interview.answer(
        {
          flag: '--domain',
          text: 'Domain of the gateway (one per network, by comma)',
          fallback: byDefault,
          check: (answer) =>
            list(answer).length === chosen.length
              ? list(answer).map(domainProblem).find(Boolean)
              : `${chosen.length} needed, one per network`,
        },
        options.domain,
      ),
    );
    const given = readSettings(options.set ?? [], chosen);
    const told: Readonly<Record<string, unknown>>[] = [];
    for (const id of chosen) {
      const schema = networks[id]?.optionsSchema;
      if (schema) told.push(await askOptions(interview, id, schema, given.get(id) ?? new Map()));
    }
    const host = await interview.answer(HOST, options.host);
    const port = await interview.answer(PORT, options.port);
    const generated = randomBytes(SECRET_BYTES).toString('base64url');
    // A generated secret is never shown as a question's default: it would stay in the scrollback twice.
    const secret = options.secret ?? generated;
    const data = await interview.answer(DATA, options.data);
    return { server, networks: chosen, domains, options: told, host, port, secret, data };
  } finally {
    interview.close();
  }
}

/** The text of the file, and proof that it loads. */
function settled(
  answers: Answers,
  file: string,
  keyFile: string,
): { readonly text: string; readonly parsed: Config } {
  const text = renderTemplate(
    {
      xmpp: {
        domain: answers.server,
        host: answers.host,
        port: Number(answers.port),
        secret: answers.secret,
      },
      components: answers.networks.map((network, index) => ({
        domain: answers.domains[index],
        network,
        options: answers.options[index],
      })),
      data: { folder: answers.data, keyFile: keyBeside(answers.data, file, keyFile) },
    },
    networks,
  );
  // Without the environment: the file must stand on its own.
  return { text, parsed: parseConfig(text, file, { environment: {}, networks }) };
}

/** Relative where it lies beside the file, so that the folder can be moved as a whole. */
function keyBeside(data: string, file: string, keyFile: string): string {
  const below = relative(resolve(dirname(file), data), keyFile);
  if (!below.startsWith('..') && !isAbsolute(below)) {
    throw new UserError(
      `--data ${data}: holds the configuration's folder, and the key must lie outside the data. Take a folder below it.`,
    );
  }
  return `./${relative(dirname(file), keyFile)}`;
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new UserError(`${file} exists already; move it away or choose another with --config.`);
    }
    throw error;
  }
}

async function makeKey(path: string, terminal: Terminal): Promise<void> {
  try {
    await createKeyFile(path);
    terminal.print(
      `Written: ${path} (keep a copy apart from your backups: without it stored passwords are lost)`,
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    terminal.print(`Kept: ${path}`);
  }
}

function list(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

function domainProblem(text: string): string | undefined {
  return domainName.safeParse(text).success ? undefined : 'not a domain such as example.org';
}

const SERVER: Question = {
  flag: '--server',
  text: 'Domain of your XMPP server, as in user@domain',
  check: domainProblem,
};
const NETWORKS: Question = {
  flag: '--networks',
  text: `Networks to offer, by comma (${Object.keys(networks).join(', ')})`,
  fallback: Object.keys(networks)[0] ?? '',
  check: (answer) => {
    const unknown = list(answer).find((id) => !Object.hasOwn(networks, id));
    if (unknown !== undefined) return `unknown network ${unknown}`;
    return list(answer).length === 0 ? 'at least one is needed' : undefined;
  },
};
const HOST: Question = {
  flag: '--host',
  text: 'Where the server accepts components (host)',
  fallback: '127.0.0.1',
  check: (answer) => (/^[^\s/@]+$/.test(answer) ? undefined : 'not a host name or an IP address'),
};
const PORT: Question = {
  flag: '--port',
  text: 'and its port',
  fallback: '5347',
  check: (answer) =>
    /^\d{1,5}$/.test(answer) && Number(answer) > 0 && Number(answer) < 65_536 ? undefined : 'not a port',
};
const DATA: Question = {
  flag: '--data',
  text: 'Folder for data',
  fallback: './data',
  check: (answer) => (answer.trim() === '' ? 'a folder is needed' : undefined),
};
