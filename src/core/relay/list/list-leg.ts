import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../../gateway/error.js';
import type { DirectMessage, InboundEvent } from '../../../gateway/event.js';
import type { Log } from '../../../gateway/gateway.js';
import type { ContactId } from '../../../gateway/ids.js';
import type { ConnectionState } from '../../../gateway/session.js';
import type { NetworkState } from '../../../gateway/state.js';
import type { Text } from '../../../gateway/text.js';
import type { Translator } from '../../translator.js';
import type { Crossing, Leg, LegHost, LegState } from '../leg.js';
import type { LegId, RelayFile, Speaker } from '../model.js';
import type { Bot, RoomListener } from '../network/bot.js';
import type { NetworkPort } from '../network/port.js';
import type { LegSettings } from '../settings.js';
import { ListLog } from './list-log.js';
import { type ListMember, ListMembers } from './list-members.js';
import { digestOf, lineOf, wishOf } from './list-words.js';
import { type DeliveryBounds, MemberDelivery } from './member-delivery.js';

/** How a list of people takes part. */
export interface ListLegOptions extends DeliveryBounds {
  readonly language: string;
  /** Lines that wait for members at most; of older ones they are told how many there were. */
  readonly mostLines: number;
  readonly mostMembers: number;
  /** UTF-16 units of one message. */
  readonly length: number;
  /** Members that the operator has configured. */
  readonly configured: readonly NewMember[];
  settings(): LegSettings;
}

/** What a list needs of the world. */
export interface ListLegServices {
  readonly port: NetworkPort;
  readonly bot: Bot;
  readonly state: NetworkState;
  readonly translator: Translator;
  readonly log: Log;
  /** Bare JID of a person of the network as a contact. */
  addressOf(contact: ContactId): string;
  now(): number;
}

/** Somebody whom the operator puts on a list. */
export interface NewMember {
  /** As typed: a number, a mail address, a name. */
  readonly who: string;
  readonly name?: string | undefined;
  /** He has said elsewhere that he wants it, and need not be asked. */
  readonly agreed?: boolean | undefined;
}

/**
 * People of a network without rooms, or outside of its rooms: each gets what happens on the other legs in a conversation
 * of his own with the relay's account, if he wants it, and what he writes there is said to all.
 */
export class ListLeg implements Leg, RoomListener {
  readonly window = 1;
  #state: LegState = { state: 'joining' };
  #host: LegHost | undefined;
  readonly #log: ListLog;
  readonly #members: ListMembers;
  readonly #deliveries = new Map<ContactId, MemberDelivery>();
  #ready: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #trouble = 0;
  #stopped = false;

  constructor(
    readonly id: LegId,
    private readonly options: ListLegOptions,
    private readonly services: ListLegServices,
  ) {
    this.#log = new ListLog(id, services.state, options.mostLines);
    this.#members = new ListMembers(id, services.state);
  }

  get state(): LegState {
    return this.#state;
  }

  start(host: LegHost): void {
    this.#host = host;
    void this.#begin();
  }

  async stop(words?: Text): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.stop()));
    await this.services.bot.detachList(this);
    // It is a leg no more; who is on the list stays there for another time.
    if (words) await this.#log.clear().catch((error: unknown) => this.#warn(error));
  }

  async cross({ id, content, reference, delayed: _ }: Crossing): Promise<readonly string[]> {
    await this.#begun();
    if (content.kind === 'retracted') {
      for (const entry of reference?.ids ?? []) await this.#log.blank(entry);
      return [];
    }
    const line = lineOf(content, (text) => this.#translate(text));
    if (line === undefined) return [];
    await this.#take(id, line);
    return content.kind === 'said' ? [id] : [];
  }

  signal(): void {}

  async say(text: Text): Promise<void> {
    await this.#begun();
    await this.#take(randomUUID(), this.#translate(text));
  }

  describe(): readonly Text[] {
    const all = this.#members.all();
    const count = (wanted: ListMember['state']): number => all.filter(({ state }) => state === wanted).length;
    const members = { in: count('in'), asked: count('asked'), out: count('out') };
    const troubles: readonly Text[] =
      this.#trouble > 0 ? [{ key: 'relay-list-troubles', args: { count: this.#trouble } }] : [];
    return [{ key: 'relay-list-members', args: members }, ...troubles];
  }

  get members(): readonly ListMember[] {
    return this.#members.all();
  }

  /**
   * Puts somebody on the list; unless he has agreed already he is asked. Durable when it resolves.
   * @throws {GatewayError} `bad-address`, `limit`, and why he cannot be asked
   */
  async add({ who, name, agreed }: NewMember): Promise<ListMember> {
    await this.#begun();
    const contact = await this.#contact(who);
    const known = this.#members.get(contact);
    if (!known && this.#members.all().length >= this.options.mostMembers)
      throw new GatewayError('limit', { key: 'relay-list-full' });
    const state = agreed ? 'in' : 'asked';
    if (known?.state === 'in' || known?.state === state) return known;
    const called = name?.trim() || known?.name || who.trim();
    const member: ListMember = { contact, name: called, state, cursor: this.#log.last };
    if (!agreed) await this.#tell(contact, { key: 'relay-list-invitation', args: { name: this.#name } });
    await this.#members.add(member);
    return member;
  }

  /** False: he was not on it. @throws {GatewayError} `bad-address`, and the store's error */
  async remove(who: string): Promise<boolean> {
    await this.#begun();
    const contact = await this.#contact(who);
    await this.#deliveries.get(contact)?.stop();
    this.#deliveries.delete(contact);
    return this.#members.remove(contact);
  }

  connection(state: ConnectionState): void {
    if (this.#stopped) return;
    if (state.state === 'bad-credentials') this.#change({ state: 'refused', reason: state.text });
    else if (state.state === 'transient-failure') this.#change({ state: 'away', reason: state.text });
    else if (state.state === 'connected' && this.#state.state !== 'joined') void this.#begin();
  }

  get congested(): boolean {
    return this.#host?.congested ?? false;
  }

  async relieved(): Promise<void> {
    await this.#host?.relieved();
  }

  event(event: InboundEvent): Promise<void> | undefined {
    if (event.type !== 'direct-message' || event.own || event.automatic) return undefined;
    return this.#heard(event);
  }

  async #heard(event: DirectMessage): Promise<void> {
    await this.#begun();
    const member = this.#members.get(event.from);
    if (!member) return;
    const wish = wishOf(event.text);
    if (wish) {
      await this.#wished(member, wish);
      return;
    }
    if (member.state !== 'in' || event.text.trim() === '') return;
    const { text, styled, id = randomUUID(), time } = event;
    const speaker: Speaker = {
      ...{ key: member.contact, nick: member.name },
      address: this.services.addressOf(member.contact),
    };
    const files = await this.#publish(event);
    const words = { text, ...(styled && { styled }), ...(files.length > 0 && { files }) };
    const content = { kind: 'said', speaker, words } as const;
    await this.#host?.happened({ content, ids: [id], ...(time !== undefined && { time }) });
    // The others on the list are told by nobody else.
    const line = lineOf(content, (said) => this.#translate(said));
    if (line !== undefined && this.options.settings().direction === 'both')
      await this.#take(id, line, member.contact);
  }

  async #wished({ contact, state }: ListMember, wish: 'start' | 'stop'): Promise<void> {
    const next = wish === 'start' ? 'in' : 'out';
    if (next === state) return;
    // What was said before he wanted to hear it is not for him.
    await this.#members.change(contact, (member) => ({ ...member, state: next, cursor: this.#log.last }));
    const args = { name: this.#name };
    const answer: Text =
      wish === 'start' ? { key: 'relay-list-started', args } : { key: 'relay-list-stopped', args };
    // Telephone networks let nothing through to who has said “stop”.
    await this.#tell(contact, answer).catch((error: unknown) => this.#warn(error));
  }

  async #take(entry: string, line: string, author?: ContactId): Promise<void> {
    await this.#log.add(entry, line, author);
    this.#look();
  }

  #look(): void {
    if (this.#stopped) return;
    for (const { contact, state } of this.#members.all()) {
      if (state !== 'in') continue;
      const delivery = this.#deliveries.get(contact) ?? this.#delivery(contact);
      this.#deliveries.set(contact, delivery);
      delivery.look();
    }
  }

  #delivery(contact: ContactId): MemberDelivery {
    const { services, options } = this;
    return new MemberDelivery(contact, options, {
      ...{ log: this.#log, members: this.#members, now: services.now },
      repeatable: services.port.gateway.repeatable,
      digest: (lines, missed) =>
        digestOf(lines, missed, options.length, (count) =>
          this.#translate({ key: 'relay-list-left-out', args: { count } }),
        ),
      send: (to, text, key) => this.#send(to, text, key),
      moved: () => {
        const cursors = this.#members.all().flatMap(({ state, cursor }) => (state === 'in' ? cursor : []));
        this.#log.passed(Math.min(this.#log.last, ...cursors)).catch((error: unknown) => this.#warn(error));
      },
      trouble: (member, error, forGood) => {
        this.#trouble += 1;
        services.log[forGood ? 'warn' : 'debug'](
          { leg: this.id, member: member.contact, err: error },
          'somebody on a list could not be told',
        );
      },
    });
  }

  async #send(to: ContactId, text: string, key: string): Promise<void> {
    const { session } = this.services.bot;
    if (!session)
      throw new GatewayError('network-unreachable', { key: 'relay-network-away' }, 'not-sent', true);
    await session.send({ kind: 'contact', id: to }, { key, text, unstyled: true }).accepted;
  }

  async #tell(to: ContactId, text: Text): Promise<void> {
    await this.#send(to, this.#translate(text), randomUUID());
  }

  async #contact(who: string): Promise<ContactId> {
    const { port, bot } = this.services;
    const address =
      port.gateway.addresses.parseInput(who) ??
      (await bot.session?.resolveInput?.(who).catch(() => undefined));
    if (address?.kind === 'contact') return address.id;
    throw new GatewayError('bad-address', { key: 'relay-list-nobody', args: { who } });
  }

  async #publish({ attachments = [] }: DirectMessage): Promise<readonly RelayFile[]> {
    const files: RelayFile[] = [];
    const { port, bot } = this.services;
    for (const attachment of attachments) {
      const made = await port.media.publish({ owner: bot.owner.bare }, attachment);
      if (made.kind !== 'file') continue;
      const { url, name, mediaType, size } = made;
      files.push({ url, name, mediaType, size });
    }
    return files;
  }

  /** What is kept of it has been read. Rejects with the store's error. */
  #begun(): Promise<void> {
    this.#ready ??= Promise.all([this.#log.load(), this.#members.load()]).then(
      () => undefined,
      (error: unknown) => {
        this.#ready = undefined;
        throw error;
      },
    );
    return this.#ready;
  }

  async #begin(): Promise<void> {
    if (this.#stopped) return;
    clearTimeout(this.#retry);
    try {
      await this.#begun();
      await this.services.bot.attachList(this);
      if (this.#stopped) return;
      this.#change({ state: 'joined' });
      this.#look();
      await this.#configure();
    } catch (error) {
      const refusal = error instanceof GatewayError ? error : undefined;
      const reason = refusal?.text ?? { key: 'relay-network-away' };
      this.#change({ state: refusal && !refusal.retryable ? 'refused' : 'away', reason });
      this.#retry = setTimeout(() => void this.#begin(), this.options.retryLastMs);
      this.#retry.unref();
    }
  }

  /** Who has said that he does not want it is not asked again. */
  async #configure(): Promise<void> {
    for (const member of this.options.configured)
      try {
        if (!this.#members.get(await this.#contact(member.who))) await this.add(member);
      } catch (error) {
        this.#warn(error);
      }
  }

  get #name(): string {
    return this.id.split('%', 1)[0] ?? this.id;
  }

  #translate(text: Text): string {
    return this.services.translator.say(text, this.options.language);
  }

  #change(state: LegState): void {
    this.#state = state;
    this.#host?.changed(state);
  }

  #warn(error: unknown): void {
    this.services.log.warn({ leg: this.id, err: error }, 'a list could not do something');
  }
}
