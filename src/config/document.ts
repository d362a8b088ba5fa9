import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { ConfigProblem } from './problem.js';

/** A parsed YAML file that can tell where something stands. */
export interface ConfigDocument {
  /** Plain data; keys without a value are left out. */
  readonly value: unknown;
  /** Problems of the YAML itself; with any, `value` is not to be relied on. */
  readonly problems: readonly ConfigProblem[];
  /** Line of the nearest thing written on the way to a path, from 1. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** Never throws. Aliases are not expanded more than the parser's own bound, so that no file can explode. */
export function parseConfigDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => lines.linePos(offset).line;
  const problems: ConfigProblem[] = document.errors.map((error) => ({
    path: '',
    message: error.message,
    line: at(error.pos[0]),
  }));
  let value: unknown;
  if (problems.length === 0) {
    try {
      value = withoutEmpty(document.toJS());
    } catch (error) {
      problems.push({ path: '', message: error instanceof Error ? error.message : String(error) });
    }
  }
  return {
    value,
    problems,
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const offset = offsetOf(document, path.slice(0, length));
        if (offset !== undefined) return at(offset);
      }
      return undefined;
    },
  };
}

/** Where the key (in a map) or the item (in a list) of that path begins. */
function offsetOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  const key = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
    return pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/** A key with nothing behind it counts as absent, so that a section whose keys are all commented out is fine. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)]);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}
