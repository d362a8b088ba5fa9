import type { XmlElement } from '../../element.js';
import { NS } from '../../namespace.js';

/** XEP-0085 §3. */
export type ChatState = 'active' | 'composing' | 'gone' | 'inactive' | 'paused';

const STATES: ReadonlySet<string> = new Set<ChatState>(['active', 'composing', 'gone', 'inactive', 'paused']);

/** The chat state that an element tells; undefined for any other element. */
export function readChatState({ name, ns }: XmlElement): ChatState | undefined {
  return ns === NS.CHAT_STATES && STATES.has(name) ? (name as ChatState) : undefined;
}

/** As XML text. */
export function renderChatState(state: ChatState): string {
  return `<${state} xmlns='${NS.CHAT_STATES}'/>`;
}
