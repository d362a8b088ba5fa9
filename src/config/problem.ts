/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** `components[0].options.servers`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong, a clause without a full stop. */
  readonly message: string;
  /** What was probably meant, or what to do. */
  readonly suggestion?: string;
  /** From 1; undefined where nothing is written that could be pointed at. */
  readonly line?: number;
}

/** All that is wrong with a configuration, found in one go. */
export class ConfigError extends Error {
  constructor(
    readonly file: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    super(describeProblems(file, problems));
    this.name = 'ConfigError';
  }
}

/** For people: one line per problem, in the order of the file. */
function describeProblems(file: string, problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map(({ path, message, suggestion, line }) => {
    const where = line === undefined ? file : `${file}:${line}`;
    return `  ${where}: ${path === '' ? '' : `${path}: `}${message}${suggestion === undefined ? '' : ` (${suggestion})`}`;
  });
  return [`${count} in the configuration:`, ...lines].join('\n');
}

/** `['components', 0, 'domain']` → `components[0].domain`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
