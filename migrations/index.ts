import type { MigrationInterface } from 'typeorm';
import { Initial1763700000000 } from './1763700000000-initial.js';
import { Messaging1764900000000 } from './1764900000000-messaging.js';
import { PersonalRooms1766000000000 } from './1766000000000-personal-rooms.js';
import { RoomHistory1767000000000 } from './1767000000000-room-history.js';
import { Relays1767100000000 } from './1767100000000-relays.js';

/** A migration as TypeORM runs it; the name of the class ends with its time in milliseconds. */
export type MigrationClass = new () => MigrationInterface;

/** All migrations, oldest first. A published one is never changed. */
export const migrations: readonly MigrationClass[] = [
  Initial1763700000000,
  Messaging1764900000000,
  PersonalRooms1766000000000,
  RoomHistory1767000000000,
  Relays1767100000000,
];
