/** Environment variables; those the program reads are named below and in docs/operating.md. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `ISTHMUS_SECRET_IRC_EXAMPLE_ORG` for `irc.example.org`. */
function secretVariable(domain: string): string {
  return `ISTHMUS_SECRET_${domain.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** The secret of one component, if the environment has it. */
export function environmentSecret(domain: string, environment: Environment): string | undefined {
  return environment[secretVariable(domain)];
}
