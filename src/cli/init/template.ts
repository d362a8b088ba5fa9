import { stringify } from 'yaml';
import type { z } from 'zod';
import { configSchema } from '../../config/schema.js';
import type { NetworkModule } from '../../registry.js';
import { branchesOf, propertiesOf, type SchemaNode, toSchemaNode } from './json-schema.js';

/** Width at which a comment is broken (characters). */
const COMMENT_WIDTH = 100;
/** Stands for a name of the operator's choice. */
const EXAMPLE_NAME = 'irc.example.net';

/** What a new configuration sets; everything else is shown with its default, commented out. */
export interface TemplateValues {
  readonly xmpp: Readonly<Record<string, unknown>>;
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly data: Readonly<Record<string, unknown>>;
  readonly [section: string]: unknown;
}

/**
 * A configuration file in which every key is explained by its schema. A line `#key: value` is a key at its
 * default; a line `# words` explains the next key.
 */
export function renderTemplate(
  values: TemplateValues,
  networks: Readonly<Record<string, NetworkModule>>,
): string {
  const schema = toSchemaNode(configSchema);
  const lines = [
    '# Configuration of Isthmus. Check it with: isthmus check',
    '# Lines such as "#port: 5347" show defaults; remove the # to change one.',
    '# After a change: systemctl reload isthmus (SIGHUP); the log says what needs a restart.',
    '',
  ];
  for (const [key, node] of Object.entries(propertiesOf(schema))) {
    lines.push(
      ...(key === 'components'
        ? renderComponents(node, values.components, networks)
        : renderKey(key, node, values[key], '')),
      '',
    );
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function renderComponents(
  node: SchemaNode,
  components: TemplateValues['components'],
  networks: Readonly<Record<string, NetworkModule>>,
): readonly string[] {
  const lines = [...comment(node.description, ''), 'components:'];
  for (const component of components) {
    const { options: optionsNode, ...rest } = propertiesOf(node.items ?? {});
    const network = networks[String(component.network)];
    const inner = Object.entries(rest).flatMap(([key, child]) =>
      renderKey(key, child, component[key], '    '),
    );
    const options =
      network === undefined
        ? []
        : renderOptions(network.optionsSchema, component.options, optionsNode?.description);
    lines.push(...asListItem([...inner, ...options]));
  }
  return lines;
}

function renderOptions(
  schema: z.ZodType,
  values: unknown,
  description: string | undefined,
): readonly string[] {
  return renderKey(
    'options',
    { ...toSchemaNode(schema), ...(description === undefined ? {} : { description }) },
    values ?? {},
    '    ',
  );
}

/** The first line that is no comment carries the dash; comments before it go above. */
function asListItem(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  return lines.map((line, index) => {
    if (index < first) return line.replace(/^ {4}/, '  ');
    return index === first ? line.replace(/^ {4}/, '  - ') : line;
  });
}

function renderKey(key: string, node: SchemaNode, value: unknown, indent: string): readonly string[] {
  const above = comment(node.description, indent);
  const properties = propertiesOf(node);
  const commented = (lines: readonly string[]) => [...above, ...lines.map((line) => `${indent}#${line}`)];
  if (value === undefined && isOptionalBlock(node)) return commented(exampleBlock(key, node));
  if (Object.keys(properties).length > 0 && (value === undefined || isRecord(value))) {
    const inner = Object.entries(properties).flatMap(([name, child]) =>
      renderKey(name, child, isRecord(value) ? value[name] : undefined, `${indent}  `),
    );
    return [...above, `${indent}${key}:`, ...inner];
  }
  if (value !== undefined) return [...above, ...entry(key, value).map((line) => `${indent}${line}`)];
  return commented(entry(key, example(node)));
}

/** What is not there unless it is written: a map with names of the operator's choice, a list, an optional section. */
function isOptionalBlock(node: SchemaNode): boolean {
  const { additionalProperties, items } = node;
  if (typeof additionalProperties === 'object') return hasKeys(additionalProperties);
  if (items !== undefined) return hasKeys(items);
  return node.default === undefined && hasKeys(node);
}

function hasKeys(node: SchemaNode): boolean {
  return Object.keys(propertiesOf(node)).length > 0;
}

/** The block as it could be, with every key that it may have; it is commented out as a whole. */
function exampleBlock(key: string, node: SchemaNode): readonly string[] {
  const { additionalProperties, items } = node;
  if (items !== undefined) return [`${key}:`, ...asListItem(exampleKeys(items, '    '))];
  if (typeof additionalProperties !== 'object') return [`${key}:`, ...exampleKeys(node, '  ')];
  const branches = branchesOf(additionalProperties);
  const entries = branches.length > 0 ? branches : [{ name: EXAMPLE_NAME, node: additionalProperties }];
  return [`${key}:`, ...entries.flatMap((one) => [`  ${one.name}:`, ...exampleKeys(one.node, '    ')])];
}

/** Keys that are needed and those with a default are as they would be written; others are commented out once more. */
function exampleKeys(node: SchemaNode, indent: string): readonly string[] {
  return Object.entries(propertiesOf(node)).flatMap(([name, bare]) => {
    const given = isRecord(node.default) ? node.default[name] : undefined;
    const child = given === undefined ? bare : { ...bare, default: given };
    const isSet = child.default !== undefined || node.required?.includes(name) === true;
    const block = isOptionalBlock(child)
      ? child.default === undefined
        ? exampleBlock(name, child)
        : entry(name, child.default)
      : hasKeys(child)
        ? [`${name}:`, ...exampleKeys(child, '  ')]
        : entry(name, example(child));
    const mark = isSet ? '' : '#';
    return [...comment(child.description, indent), ...block.map((line) => `${indent}${mark}${line}`)];
  });
}

/** The default, or what an unset key could look like. */
function example(node: SchemaNode): unknown {
  if (node.default !== undefined) return node.default;
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  if (node.type === 'array') return [];
  return node.type === 'integer' || node.type === 'number' ? (node.minimum ?? 0) : '…';
}

function entry(key: string, value: unknown): readonly string[] {
  const format = { lineWidth: 0, flowCollectionPadding: false } as const;
  if (Array.isArray(value)) {
    return [`${key}: ${stringify(value, { ...format, collectionStyle: 'flow' }).trimEnd()}`];
  }
  return stringify({ [key]: value }, format)
    .trimEnd()
    .split('\n');
}

function comment(text: string | undefined, indent: string): readonly string[] {
  if (text === undefined || text === '') return [];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < COMMENT_WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}# ${word}`);
  }
  return lines;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
