/** A sentence for a person: a key of the Fluent bundles (`locales/<language>.ftl`) and its arguments. */
export interface Text {
  readonly key: string;
  readonly args?: Readonly<Record<string, string | number>>;
}
