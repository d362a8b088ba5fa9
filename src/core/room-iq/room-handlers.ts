import type { DomainContext } from '../domain.js';
import type { IqHandler } from '../iq-router.js';
import type { Rooms } from '../room/rooms.js';
import { adminHandler } from './admin-handler.js';
import { archiveHandlers } from './archive-handlers.js';
import { moderationHandler, type PersonalRoomParts } from './moderation-handler.js';
import { occupantHandlers } from './occupant-handlers.js';
import { ownerHandler } from './owner-handler.js';
import { roomCardHandler } from './room-card-handler.js';
import { roomInfoHandler } from './room-info.js';
import { roomItemsHandler } from './room-items.js';

/** The handlers of IQs to rooms and their occupants. */
export function roomHandlers(context: DomainContext, rooms: Rooms, parts: PersonalRoomParts): IqHandler[] {
  return [
    roomInfoHandler(context, rooms.faces),
    roomItemsHandler(),
    ...occupantHandlers(),
    adminHandler(context),
    ownerHandler(context, rooms.faces),
    ...archiveHandlers(context, rooms, parts.archives),
    ...(rooms.personal.apply
      ? [moderationHandler(parts), roomCardHandler(context, rooms.faces, parts.pictures)]
      : []),
  ];
}
