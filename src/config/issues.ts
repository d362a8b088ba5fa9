import type { z } from 'zod';
import type { ConfigDocument } from './document.js';
import { type ConfigProblem, pathText } from './problem.js';
import { descriptionAt, knownKeys, nearest } from './suggest.js';

type Issue = z.core.$ZodIssue;

/** Turns what a schema found into problems with path, line and suggestion; `base` is where the schema applies. */
export function toProblems(
  issues: readonly Issue[],
  schema: z.ZodType,
  document: ConfigDocument,
  base: readonly PropertyKey[] = [],
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => toProblem(issue, schema, document, base));
}

function toProblem(
  issue: Issue,
  schema: z.ZodType,
  document: ConfigDocument,
  base: readonly PropertyKey[],
): readonly ConfigProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      return problem(
        [...path, key],
        'unknown key',
        document,
        meant ? `did you mean ${meant}?` : `known: ${known.join(', ')}`,
      );
    });
  }
  if (issue.code === 'invalid_union') {
    // A discriminator that matches no branch, or a value that fits none of several simple types.
    const messages = issue.errors.flat().map((inner) => inner.message);
    return [
      problem(path, messages.length === 0 ? issue.message : [...new Set(messages)].join(', or '), document),
    ];
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const written = valueAt(document.value, path);
    const meant = typeof written === 'string' ? nearest(written, values) : undefined;
    return [problem(path, `must be ${values.join(', ')}`, document, meant && `did you mean ${meant}?`)];
  }
  if (issue.code === 'invalid_type' && valueAt(document.value, path) === undefined) {
    const said = descriptionAt(schema, issue.path);
    const needed = `a ${issue.expected} is needed`;
    return [problem(path, 'missing', document, said === undefined ? needed : `${needed}: ${said}`)];
  }
  return [problem(path, issue.message, document)];
}

/** A problem with its line looked up. */
export function problem(
  path: readonly PropertyKey[],
  message: string,
  document: ConfigDocument,
  suggestion?: string,
): ConfigProblem {
  const line = document.lineOf(path);
  return {
    path: pathText(path),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(line === undefined ? {} : { line }),
  };
}

/** What is written at a path; undefined if nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}
