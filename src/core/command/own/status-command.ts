import type { PlaceId } from '../../../gateway/ids.js';
import type { ConnectionState } from '../../../gateway/session.js';
import type { Text } from '../../../gateway/text.js';
import { jidOf } from '../../service/address.js';
import type { ServiceContext } from '../../service/service-context.js';
import { languageName } from '../../translation/language-name.js';
import { plain } from '../plain-text.js';
import type { ServiceCommand } from '../service-command.js';

/** Tells the user's connections, his rooms where there are any, and his language. */
export function statusCommand(context: ServiceContext): ServiceCommand {
  const { translator, gateway } = context;
  const hasRooms = gateway.conferenceType !== undefined;
  return {
    node: 'isthmus:status',
    word: 'status',
    title: { key: hasRooms ? 'command-status-rooms' : 'command-status' },
    scope: 'service',
    allows: ({ account }) => account !== undefined,
    start: async ({ account, language }) => {
      const registered: Text = { key: account?.registered ? 'status-registered' : 'status-implicit' };
      const states = (account && context.sessions.get(account)?.states()) ?? [];
      const contacts = account && (await context.people.status(account));
      const rooms = account ? [...account.rooms.values()] : [];
      const connections = states.map(({ place, state }) => {
        const said = translator.say(sayState(state), language);
        return plain(`${placeName(context, place)}: ${said}`);
      });
      return {
        kind: 'done',
        result: {},
        note: registered,
        lines: [
          ...(connections.length > 0 ? connections : [{ key: 'status-disconnected' }]),
          ...(hasRooms ? [{ key: 'status-rooms', args: { count: rooms.length } }] : []),
          ...rooms.map((occupancy) => plain(occupancy.room.jid)),
          ...(contacts ? [contacts] : []),
          { key: 'status-language', args: { language: languageName(language) } },
        ],
      };
    },
  };
}

function placeName(context: ServiceContext, place: PlaceId | undefined): string {
  return place === undefined ? context.options.domain : jidOf(context, { kind: 'place', id: place });
}

function sayState(state: ConnectionState): Text {
  switch (state.state) {
    case 'idle':
      return { key: 'state-idle' };
    case 'connecting':
      return { key: 'state-connecting' };
    case 'connected':
      return { key: 'state-connected' };
    case 'transient-failure':
    case 'bad-credentials':
      return state.text;
  }
}
