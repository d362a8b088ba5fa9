import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { NetworkModule } from '../registry.js';
import { type ConfigDocument, parseConfigDocument } from './document.js';
import { type Environment, environmentSecret } from './environment.js';
import { problem, toProblems, valueAt } from './issues.js';
import { ConfigError, type ConfigProblem } from './problem.js';
import {
  type ComponentConfig,
  type Config,
  configSchema,
  type FileConfig,
  type KeySource,
} from './schema.js';
import { nearest } from './suggest.js';

/** What a configuration is checked with. */
export interface LoadOptions {
  readonly environment: Environment;
  readonly networks: Readonly<Record<string, NetworkModule>>;
}

/** Reads and checks a file. Throws ConfigError with everything that is wrong with it. */
export async function loadConfig(path: string, options: LoadOptions): Promise<Config> {
  const file = resolve(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(path, [
      { path: '', message: `cannot be read: ${reason}`, suggestion: 'isthmus init writes one' },
    ]);
  }
  return parseConfig(text, file, options);
}

/** Checks the text of a configuration that stands in `file` (absolute). Throws ConfigError. */
export function parseConfig(text: string, file: string, { environment, networks }: LoadOptions): Config {
  const document = parseConfigDocument(text);
  if (document.problems.length > 0) throw new ConfigError(file, document.problems);
  // An empty file is one in which everything is missing.
  const parsed = configSchema.safeParse(document.value ?? {});
  const problems = [
    ...(parsed.success ? [] : toProblems(parsed.error.issues, configSchema, document)),
    ...missingSecrets(document, environment),
    ...repeatedDomains(document),
  ];
  const options = componentOptions(document, networks, problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(file, inOrderOfLines(problems));
  const config = resolveConfig(parsed.data, file, environment, options);
  const misplaced = keyInsideData(config, document);
  if (misplaced.length > 0) throw new ConfigError(file, misplaced);
  return config;
}

function listed(document: ConfigDocument): readonly unknown[] {
  const components = valueAt(document.value, ['components']);
  return Array.isArray(components) ? components : [];
}

function missingSecrets(document: ConfigDocument, environment: Environment): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const shared = environment.ISTHMUS_XMPP_SECRET ?? valueAt(document.value, ['xmpp', 'secret']);
  for (const [index, entry] of listed(document).entries()) {
    const domain = valueAt(entry, ['domain']);
    const own =
      valueAt(entry, ['secret']) ??
      (typeof domain === 'string' ? environmentSecret(domain, environment) : undefined);
    if (shared === undefined && own === undefined) {
      problems.push(
        problem(
          ['components', index, 'secret'],
          'missing',
          document,
          'or set xmpp.secret, or ISTHMUS_XMPP_SECRET in the environment',
        ),
      );
    }
  }
  if (
    valueAt(document.value, ['data', 'database', 'kind']) === 'postgres' &&
    (environment.ISTHMUS_DATABASE_URL ?? valueAt(document.value, ['data', 'database', 'url'])) === undefined
  ) {
    problems.push(problem(['data', 'database', 'url'], 'missing', document, 'or set ISTHMUS_DATABASE_URL'));
  }
  return problems;
}

function repeatedDomains(document: ConfigDocument): readonly ConfigProblem[] {
  const seen = new Set<string>();
  const server = valueAt(document.value, ['xmpp', 'domain']);
  return listed(document).flatMap((entry, index) => {
    const domain = valueAt(entry, ['domain']);
    if (typeof domain !== 'string') return [];
    const prepared = domain.toLowerCase();
    const path = ['components', index, 'domain'];
    if (prepared === String(server).toLowerCase()) {
      return [
        problem(path, "is the server's own domain", document, `a name below it, such as irc.${prepared}`),
      ];
    }
    if (seen.has(prepared))
      return [problem(path, 'is used by an earlier component', document, 'each needs its own')];
    seen.add(prepared);
    return [];
  });
}

/** Each component's options as its network's schema leaves them; what is wrong goes to `problems`. */
function componentOptions(
  document: ConfigDocument,
  networks: LoadOptions['networks'],
  problems: ConfigProblem[],
): readonly unknown[] {
  return listed(document).map((entry, index) => {
    const id = valueAt(entry, ['network']);
    if (typeof id !== 'string') return undefined;
    const network = Object.hasOwn(networks, id) ? networks[id] : undefined;
    if (network === undefined) {
      const known = Object.keys(networks);
      const meant = nearest(id, known);
      problems.push(
        problem(
          ['components', index, 'network'],
          `unknown network ${id}`,
          document,
          meant ? `did you mean ${meant}?` : `known: ${known.join(', ')}`,
        ),
      );
      return undefined;
    }
    const parsed = network.optionsSchema.safeParse(valueAt(entry, ['options']) ?? {});
    if (parsed.success) return parsed.data;
    problems.push(
      ...toProblems(parsed.error.issues, network.optionsSchema, document, ['components', index, 'options']),
    );
    return undefined;
  });
}

function resolveConfig(
  parsed: FileConfig,
  file: string,
  environment: Environment,
  options: readonly unknown[],
): Config {
  const folder = dirname(file);
  const dataFolder = resolve(folder, parsed.data.folder);
  const shared = environment.ISTHMUS_XMPP_SECRET ?? parsed.xmpp.secret;
  const components = parsed.components.map(
    (component, index): ComponentConfig => ({
      domain: component.domain,
      network: component.network,
      // The check before has made sure that there is one.
      secret: environmentSecret(component.domain, environment) ?? component.secret ?? shared ?? '',
      policy: component.policy,
      allow: component.allow,
      dataPolicy: component.dataPolicy,
      options: options[index],
    }),
  );
  const { database } = parsed.data;
  const key: KeySource =
    environment.ISTHMUS_KEY === undefined
      ? { kind: 'file', path: resolve(folder, parsed.data.keyFile) }
      : { kind: 'value', value: environment.ISTHMUS_KEY };
  return {
    ...parsed,
    file,
    components,
    users: { ...parsed.users, domains: parsed.users.domains ?? [parsed.xmpp.domain] },
    data: {
      folder: dataFolder,
      engine: parsed.data.engine,
      buffer: parsed.data.buffer,
      database:
        database.kind === 'sqlite'
          ? { kind: 'sqlite', path: resolve(dataFolder, database.path ?? 'isthmus.sqlite') }
          : { kind: 'postgres', url: environment.ISTHMUS_DATABASE_URL ?? database.url ?? '' },
      key,
    },
  };
}

/** A copy of the data folder must not carry the key along with what the key protects. */
function keyInsideData(config: Config, document: ConfigDocument): readonly ConfigProblem[] {
  const { key, folder } = config.data;
  if (key.kind === 'value') return [];
  const below = relative(folder, key.path);
  if (below.startsWith('..') || isAbsolute(below)) return [];
  return [
    problem(
      ['data', 'keyFile'],
      'lies inside data.folder',
      document,
      'keep the key apart from what it protects',
    ),
  ];
}

function inOrderOfLines(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return [...problems].sort(
    (a, b) => (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER),
  );
}
