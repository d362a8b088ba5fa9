import type { z } from 'zod';
import { UserError } from '../user-error.js';
import { propertiesOf, type SchemaNode, toSchemaNode } from './json-schema.js';
import type { Interview } from './questions.js';

type Values = Readonly<Record<string, unknown>>;
type Issues = readonly z.core.$ZodIssue[];

/** `sms.region=DE`, `email.domain.name=mail.example.org`: the network, the path of the option, the value. */
const SETTING = /^([a-z]+)\.([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)=(.*)$/s;

/**
 * What `--set` says: by network, then by path.
 * @throws {UserError} for what is none, or of a network that was not chosen
 */
export function readSettings(
  flags: readonly string[],
  chosen: readonly string[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const settings = new Map(chosen.map((network) => [network, new Map<string, string>()]));
  for (const flag of flags) {
    const [, network = '', path = '', value = ''] = SETTING.exec(flag) ?? [];
    const own = settings.get(network);
    if (own === undefined)
      throw new UserError(`--set ${flag}: must be such as ${chosen[0]}.KEY=VALUE, of a chosen network.`);
    own.set(path, value);
  }
  return settings;
}

/**
 * The options of a network that were told, and those without which its schema is not content: asked for, each by its
 * description. An optional section that is begun is completed.
 */
export async function askOptions(
  interview: Interview,
  id: string,
  schema: z.ZodType,
  given: ReadonlyMap<string, string>,
): Promise<Values> {
  let values: Values = {};
  const askSection = async (node: SchemaNode, path: readonly string[]): Promise<void> => {
    const told = keysBelow(given, path);
    for (const key of new Set([...told, ...(node.required ?? [])])) {
      const here = [...path, key];
      const child = childOf(node, key);
      if (child && keysBelow(given, here).length + Object.keys(propertiesOf(child)).length > 0) {
        await askSection(child, here);
        continue;
      }
      const name = here.join('.');
      const answer = await interview.answer(
        {
          flag: `--set ${id}.${name}=…`,
          text: `${id}: ${labelOf(node, child, key)}`,
          check: (typed) => {
            const tried = schema.safeParse(withValue(values, here, typedValue(typed, child)));
            return problemAt(tried.error?.issues ?? [], here);
          },
        },
        given.get(name),
      );
      values = withValue(values, here, typedValue(answer, child));
    }
  };
  await askSection(toSchemaNode(schema), []);
  return values;
}

/** First keys of what was told below a path. */
function keysBelow(given: ReadonlyMap<string, string>, path: readonly string[]): readonly string[] {
  const start = path.map((key) => `${key}.`).join('');
  return [...given.keys()].flatMap((name) =>
    name.startsWith(start) ? [name.slice(start.length).split('.')[0] ?? ''] : [],
  );
}

function childOf(node: SchemaNode, key: string): SchemaNode | undefined {
  const named = propertiesOf(node)[key];
  if (named !== undefined) return named;
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

/** With that of the section where it is one: `Port` alone would not say of what. */
function labelOf(node: SchemaNode, child: SchemaNode | undefined, key: string): string {
  const own = child?.description ?? key;
  return node.description === undefined ? own : `${node.description} — ${own}`;
}

/** As the schema wants it; what cannot be so stays text, and is refused by the schema. */
function typedValue(typed: string, node: SchemaNode | undefined): unknown {
  switch (node?.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(typed.trim()) ? Number(typed) : typed;
    case 'boolean':
      return typed === 'true' ? true : typed === 'false' ? false : typed;
    case 'array':
      return typed.split(',').map((part) => part.trim());
    default:
      return typed;
  }
}

function withValue(values: Values, [key = '', ...rest]: readonly string[], value: unknown): Values {
  if (rest.length === 0) return { ...values, [key]: value };
  const below = values[key];
  const inner = typeof below === 'object' && below !== null ? (below as Values) : {};
  return { ...values, [key]: withValue(inner, rest, value) };
}

/** What is wrong with that very value; what is missing elsewhere is asked for later. */
function problemAt(issues: Issues, path: readonly string[]): string | undefined {
  const section = path.slice(0, -1).join('.');
  const unknown = issues.some(
    (issue) =>
      issue.code === 'unrecognized_keys' &&
      issue.path.join('.') === section &&
      issue.keys.includes(path.at(-1) ?? ''),
  );
  if (unknown) return 'there is no such option';
  const name = path.join('.');
  return issues.find((issue) => `${issue.path.join('.')}.`.startsWith(`${name}.`))?.message;
}
