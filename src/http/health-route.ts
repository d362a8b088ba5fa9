import type { FastifyInstance } from 'fastify';

/** State of each component's connection by domain, such as `online` or `refused: conflict`. */
export type ComponentStates = () => Readonly<Record<string, string>>;

/** Figures of relays: how many there are, and how many of their legs are in which state. */
export type RelayFigures = () => Readonly<Record<string, number>> | undefined;

/**
 * Serves `/health`: 200 when every component is attached to its server, else 503. Only the first word of each
 * state is told; what follows is for the operator. Of relays only figures are told: a room that is away is not the
 * gateway's fault.
 */
export function addHealthRoute(app: FastifyInstance, states: ComponentStates, relays?: RelayFigures): void {
  app.get('/health', async (_request, reply) => {
    const components = Object.entries(states()).map(([domain, state]) => [domain, state.split(':')[0]]);
    const well = components.every(([, state]) => state === 'online');
    return reply
      .code(well ? 200 : 503)
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(
        JSON.stringify({
          status: well ? 'ok' : 'degraded',
          components: Object.fromEntries(components),
          relays: relays?.(),
        }),
      );
  });
}
