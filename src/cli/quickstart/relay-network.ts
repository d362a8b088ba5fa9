import { LOOPBACK } from './ports.js';
import {
  LOBBY,
  LOBBY_CHANNEL,
  LOBBY_CHANNEL_ADDRESS,
  RELAY_DOMAIN,
  RELAY_NICK,
  ROOMS_DOMAIN,
  tellRelayStory,
} from './relay-story.js';
import { GATEWAY_DOMAIN, IRC_HOST } from './servers.js';
import type { ShownComponent, ShownNetwork, ShownTools } from './shown-network.js';

/** People of XMPP who are on IRC with connections of their own; ngIRCd of the quick start has no limit. */
const MOST_PUPPETS = 10;

/** A room of Prosody's own and a channel of IRC that are one conversation. */
export class RelayNetwork implements ShownNetwork {
  readonly component: ShownComponent = {
    ...{ domain: RELAY_DOMAIN, name: 'Relays', network: 'relay', rooms: ROOMS_DOMAIN },
    options: { nick: RELAY_NICK, puppets: { most: MOST_PUPPETS } },
  };

  constructor(private readonly tools: ShownTools) {}

  /** Prosody and ngIRCd are there already. */
  async start(): Promise<void> {}

  tell(): Promise<void> {
    return tellRelayStory(this.tools.transcript, this.tools.state);
  }

  howTo(): string {
    return `The relay: ${LOBBY} and ${LOBBY_CHANNEL} on IRC are one conversation

  /join ${LOBBY}             in profanity, or any XMPP client
  server ${LOOPBACK}, port ${this.tools.state.ports.irc}, no TLS, channel ${LOBBY_CHANNEL}      in any IRC client
Everyone has his own name on the other side. To the relay itself, as its operator:
  /msg ${RELAY_DOMAIN} relays          how it fares
  /msg ${RELAY_DOMAIN} link            joins another room with it, or two others with each other; it asks which
  /msg ${RELAY_DOMAIN} unlink          ends that
It takes addresses, such as ${LOBBY} and ${LOBBY_CHANNEL_ADDRESS},
and words, such as “${LOBBY_CHANNEL}@${IRC_HOST} on ${GATEWAY_DOMAIN}”.
`;
  }
}
