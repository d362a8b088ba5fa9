import { z } from 'zod';

/** The part of JSON Schema that configuration schemas use. */
export interface SchemaNode {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** A zod schema as JSON Schema, as people write its input. */
export function toSchemaNode(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as SchemaNode;
}

/** Keys of a node; of a union those of all branches. */
export function propertiesOf(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  const branches = [...(node.oneOf ?? []), ...(node.anyOf ?? [])];
  return Object.assign({}, ...branches.map(propertiesOf), node.properties) as Record<string, SchemaNode>;
}
