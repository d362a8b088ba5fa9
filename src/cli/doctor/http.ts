import { createServer } from 'node:net';
import type { Config } from '../../config/schema.js';
import { WebhookRegistry } from '../../http/webhook-registry.js';
import { networks } from '../../registry.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Longest wait for an answer from outside (ms). */
const ANSWER_TIMEOUT_MS = 10_000;

/** The gateway's own HTTP server: whether something needs it, and whether it can be had. */
export async function checkHttp(config: Config, running: boolean): Promise<readonly Finding[]> {
  const { http } = config;
  const called = config.components.filter(
    ({ network, options }) => networks[network]?.needsHttp?.(options) === true,
  );
  const needs = called.map(({ domain }) => domain).join(', ');
  if (!http.enabled) {
    if (called.length === 0) return [ok('no HTTP server of its own, and nothing needs one')];
    return [
      fail(
        `${needs}: providers must be able to call the gateway, and http.enabled is false`,
        'Set http.enabled and http.publicUrl; docs/operating.md, "HTTP".',
      ),
    ];
  }
  const findings = running ? [] : [await checkPort(http.host, http.port)];
  if (http.publicUrl === undefined) {
    const remedy = 'Set http.publicUrl to what the proxy before it is called: https://gateway.example.org';
    findings.push(
      called.length > 0
        ? fail(`${needs}: providers cannot call the gateway without http.publicUrl`, remedy)
        : warn('http.publicUrl is not set: files cannot be served by links of the gateway', remedy),
    );
    return findings;
  }
  if (http.publicUrl.startsWith('http:'))
    findings.push(
      warn(
        `${http.publicUrl} is not encrypted`,
        'Put a proxy with a certificate before it (nginx, Caddy) and give its https address.',
      ),
    );
  if (running) findings.push(await checkPublicUrl(http.publicUrl));
  return findings;
}

/** What the networks have to say of their own options. */
export function networkAdvice({ components, http }: Config): readonly Finding[] {
  const registry = new WebhookRegistry(http.enabled ? http.publicUrl : undefined);
  return components.flatMap(({ domain, network, options }) =>
    (networks[network]?.advice?.(options, registry.forDomain(domain)) ?? []).map(({ text, remedy }) => {
      const said = `${domain}: ${text}`;
      return remedy === undefined ? ok(said) : warn(said, remedy);
    }),
  );
}

function checkPort(host: string, port: number): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) =>
      resolve(
        fail(
          `HTTP cannot listen on ${host} port ${port}: ${error.message}`,
          'Choose another http.port or http.host, or stop the program that has it.',
        ),
      ),
    );
    server.listen(port, host, () =>
      server.close(() => resolve(ok(`HTTP can listen on ${host} port ${port}`))),
    );
  });
}

/** From this machine, which may be let in where others are not, and the other way round: never more than a warning. */
async function checkPublicUrl(publicUrl: string): Promise<Finding> {
  const remedy = 'Does the proxy hand this address on to http.port, and does DNS know it?';
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await fetch(`${publicUrl}/health`, { signal });
    const answer: unknown = await response.json();
    if (typeof answer === 'object' && answer !== null && 'components' in answer)
      return ok(`${publicUrl} leads to this gateway`);
    return warn(`${publicUrl}/health answers, but not as the gateway does`, remedy);
  } catch (error) {
    return warn(
      `${publicUrl} does not lead to the gateway: ${error instanceof Error ? error.message : String(error)}`,
      remedy,
    );
  }
}
