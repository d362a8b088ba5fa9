import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';

/** A word further away than this share of its length was not meant, */
const MAX_RELATIVE_DISTANCE = 0.5;
/** but two letters swapped are forgiven in the shortest. */
const MIN_DISTANCE = 2;

/** The known word nearest to what was written, or undefined if none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const plain = (text: string) => text.toLowerCase().replace(/[_-]/g, '');
  const best = closest(plain(word), known.map(plain));
  const found = known.find((candidate) => plain(candidate) === best);
  const limit = Math.max(
    MIN_DISTANCE,
    Math.floor(Math.max(word.length, best.length) * MAX_RELATIVE_DISTANCE),
  );
  return distance(plain(word), best) <= limit ? found : undefined;
}

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** The keys a schema knows at a path; of a union, those of all its branches. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  return [...new Set(nodesAt(schema, path).flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** What a schema says of the key at a path; undefined if nothing. */
export function descriptionAt(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
  return nodesAt(schema, path).find(({ description }) => description !== undefined)?.description;
}

function nodesAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly JsonSchema[] {
  let level = branches(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema,
  );
  for (const part of path) level = level.flatMap((node) => step(node, part)).flatMap(branches);
  return level;
}

function branches(node: JsonSchema): readonly JsonSchema[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  return [node, ...inner.flatMap(branches)];
}

function step(node: JsonSchema, part: PropertyKey): readonly JsonSchema[] {
  const next =
    typeof part === 'number' ? node.items : (node.properties?.[String(part)] ?? node.additionalProperties);
  return typeof next === 'object' ? [next] : [];
}
