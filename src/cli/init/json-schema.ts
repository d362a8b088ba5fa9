import { z } from 'zod';

/** The part of JSON Schema that configuration schemas use. */
export interface SchemaNode {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  /** Least value of a number. */
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  /** Keys without which the object is not valid. */
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  /** What every value of a map with free keys is like. */
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** A zod schema as JSON Schema, as people write its input. */
export function toSchemaNode(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as SchemaNode;
}

/** Keys of a node; of a union those of all branches, where a key that tells them apart has all their values. */
export function propertiesOf(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  const merged: Record<string, SchemaNode> = {};
  for (const branch of [...(node.oneOf ?? []), ...(node.anyOf ?? [])]) {
    for (const [key, child] of Object.entries(propertiesOf(branch))) {
      const other = merged[key];
      merged[key] = other === undefined ? child : mergeChoice(other, child);
    }
  }
  return { ...merged, ...node.properties };
}

/** The branches of a union that a constant key tells apart, each with its constant; empty for anything else. */
export function branchesOf(
  node: SchemaNode,
): readonly { readonly name: string; readonly node: SchemaNode }[] {
  return [...(node.oneOf ?? []), ...(node.anyOf ?? [])].flatMap((branch) => {
    const constant = Object.values(branch.properties ?? {}).find((child) => typeof child.const === 'string');
    return constant === undefined ? [] : [{ name: String(constant.const), node: branch }];
  });
}

function mergeChoice(a: SchemaNode, b: SchemaNode): SchemaNode {
  const choices = [...(a.enum ?? [a.const]), ...(b.enum ?? [b.const])].filter((value) => value !== undefined);
  const description = [a.description, b.description].filter(Boolean).join(' ');
  return { ...a, description, ...(choices.length > 0 ? { enum: choices, const: undefined } : {}) };
}
