import type {
  MemberChanged,
  MemberJoined,
  MemberLeft,
  PersonAway,
  PersonLeft,
  PersonRenamed,
  RoomMessage,
  SubjectChanged,
  TraitsChanged,
} from '../../../src/gateway/event.js';

/** What several accounts may observe at once. */
export type SharedEvent =
  | RoomMessage
  | MemberJoined
  | MemberLeft
  | PersonLeft
  | PersonRenamed
  | PersonAway
  | MemberChanged
  | SubjectChanged
  | TraitsChanged;

/** What one line means: nothing, one event, or several (a MODE line). */
export type Observed = SharedEvent | readonly SharedEvent[] | undefined;
