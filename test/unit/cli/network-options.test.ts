import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { askOptions, readSettings } from '../../../src/cli/init/network-options.js';
import type { Question } from '../../../src/cli/init/questions.js';

const schema = z.strictObject({
  region: z
    .string()
    .regex(/^[A-Z]{2}$/, 'not two letters')
    .describe('Country'),
  limit: z.int().default(5).describe('Limit'),
  shops: z.record(z.string(), z.strictObject({ open: z.boolean(), days: z.array(z.string()) })).default({}),
  domain: z
    .strictObject({
      name: z.string().min(3, 'too short').describe('Its name'),
      relay: z
        .strictObject({ host: z.string().describe('Name'), port: z.int().describe('Port') })
        .describe('Relay'),
      kind: z.enum(['a', 'b']).default('a'),
    })
    .optional()
    .describe('A domain'),
});

async function ask(flags: readonly string[], answers: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const interview = {
    async answer(question: Question, given: string | undefined): Promise<string> {
      if (given === undefined) asked.push(question.text);
      const answer = given ?? answers[question.flag.replace(/^--set net\.|=…$/g, '')] ?? '';
      const problem = question.check(answer);
      if (problem !== undefined) throw new Error(`${question.flag} ${problem}`);
      return answer;
    },
    close: () => undefined,
  };
  const given = readSettings(flags, ['net']).get('net') ?? new Map();
  return { values: await askOptions(interview, 'net', schema, given), asked };
}

describe('options of a network that init is told', () => {
  it('are asked for where there is no default', async () => {
    const { values, asked } = await ask([], { region: 'DE' });
    expect(values).toEqual({ region: 'DE' });
    expect(asked).toEqual(['net: Country']);
  });

  it('may lie in sections, which are completed once they are begun', async () => {
    const { values, asked } = await ask(
      ['net.region=DE', 'net.limit=7', 'net.domain.name=mail.example.org', 'net.domain.kind=b'],
      { 'domain.relay.host': 'relay.example.org', 'domain.relay.port': '25' },
    );
    expect(values).toEqual({
      region: 'DE',
      limit: 7,
      domain: { name: 'mail.example.org', relay: { host: 'relay.example.org', port: 25 }, kind: 'b' },
    });
    expect(asked).toEqual(['net: Relay — Name', 'net: Relay — Port']);
    expect(schema.safeParse(values).success).toBe(true);
  });

  it('may have names of the operator’s choice', async () => {
    const { values } = await ask(['net.region=DE', 'net.shops.main.open=true', 'net.shops.main.days=mo, tu']);
    expect(values).toEqual({ region: 'DE', shops: { main: { open: true, days: ['mo', 'tu'] } } });
  });

  it.each([
    [['net.region=Germany'], 'net.region=… not two letters'],
    [['net.region=DE', 'net.bogus=1'], 'net.bogus=… there is no such option'],
    [['net.region=DE', 'net.domain.bogus=1'], 'net.domain.bogus=… there is no such option'],
    [['net.region=DE', 'net.domain.name=x'], 'net.domain.name=… too short'],
    [['net.region=DE', 'net.limit=many'], 'net.limit=… '],
    [['other.region=DE'], 'of a chosen network'],
    [['net=DE'], 'must be such as net.KEY=VALUE'],
  ])('are refused when they are wrong: %j', async (flags, message) => {
    await expect(ask(flags)).rejects.toThrow(message);
  });
});
