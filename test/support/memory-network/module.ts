import { z } from 'zod';
import type { NetworkModule } from '../../../src/registry.js';
import { MemoryGateway } from './gateway.js';
import { MemoryWorld } from './world.js';

/** The network as the registry would know it, around a world that the test holds. */
export function memoryNetwork(world = new MemoryWorld()): NetworkModule<object> {
  return {
    id: 'memory',
    optionsSchema: z.strictObject({}),
    create: () => new MemoryGateway(world),
  };
}
