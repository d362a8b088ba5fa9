import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { el, type XmlElement } from '../../../src/xmpp/element.js';
import { IqRequests, iqPayload, resultReply } from '../../../src/xmpp/iq.js';
import { NS } from '../../../src/xmpp/namespace.js';
import { StanzaError } from '../../../src/xmpp/stanza-error.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ping = el('ping', NS.PING);

function answer(sent: string, changes: Record<string, string> = {}, ...children: XmlElement[]): XmlElement {
  const id = /id='([^']+)'/.exec(sent)?.[1];
  return el('iq', NS.COMPONENT, { type: 'result', id, from: 'a@b', to: 'gw', ...changes }, ...children);
}

describe('resultReply and iqPayload', () => {
  it('A05 swaps the addresses exactly', () => {
    const iq = el('iq', NS.COMPONENT, { type: 'get', id: '1', from: 'A@b/R', to: 'gw' }, ping);
    expect(resultReply(iq, el('x', 'urn:x'))).toBe(
      "<iq type='result' id='1' from='gw' to='A@b/R'><x xmlns='urn:x'/></iq>",
    );
  });

  it('A06 zero or two payloads are a bad request', () => {
    const iq = (...children: XmlElement[]): XmlElement => el('iq', NS.COMPONENT, null, ...children);
    expect(iqPayload(iq(ping))).toBe(ping);
    expect(() => iqPayload(iq())).toThrow(StanzaError);
    expect(() => iqPayload(iq(ping, ping))).toThrow(StanzaError);
  });
});

describe('IqRequests', () => {
  it('A07 settles only by id and exact sender, once', async () => {
    const sent: string[] = [];
    const requests = new IqRequests((xml) => sent.push(xml));
    const result = requests.request('get', 'gw', 'a@b', ping);
    const [xml = ''] = sent;
    expect(requests.settle(answer(xml, { from: 'a@b/x' }))).toBe(false);
    expect(requests.settle(answer(xml, { id: 'guess' }))).toBe(false);
    expect(requests.settle(answer(xml, { to: 'other' }))).toBe(false);
    expect(requests.settle(answer(xml, { type: 'get' }))).toBe(false);
    expect(requests.settle(answer(xml))).toBe(true);
    expect(requests.settle(answer(xml))).toBe(false);
    expect((await result).attrs.type).toBe('result');
  });

  it('rejects with the error that came', async () => {
    const sent: string[] = [];
    const requests = new IqRequests((xml) => sent.push(xml));
    const result = requests.request('set', 'gw', 'a@b', ping);
    const error = new StanzaError('item-not-found', { text: 'no such' }).toElement();
    requests.settle(answer(sent[0] ?? '', { type: 'error' }, error));
    await expect(result).rejects.toMatchObject({
      condition: 'item-not-found',
      text: 'no such',
      type: 'cancel',
    });
  });

  it('times out, and is bounded', async () => {
    const requests = new IqRequests(() => undefined, { timeoutMs: 1_000, maxOpen: 1 });
    const result = expect(requests.request('get', 'gw', 'a@b', ping)).rejects.toMatchObject({
      condition: 'remote-server-timeout',
    });
    await expect(requests.request('get', 'gw', 'a@b', ping)).rejects.toMatchObject({
      condition: 'resource-constraint',
    });
    vi.advanceTimersByTime(1_000);
    await result;
    expect(requests.size).toBe(0);
  });

  it('rejectAll fails what is open', async () => {
    const requests = new IqRequests(() => undefined);
    const result = expect(requests.request('get', 'gw', 'a@b', ping)).rejects.toThrow('stopped');
    requests.rejectAll(new Error('stopped'));
    await result;
  });
});
