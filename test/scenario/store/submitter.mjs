// Submits, sends and accepts messages without end and prints what the store has acknowledged. Killed by its test.
const [clientUrl, workerUrl, database, key] = process.argv.slice(2);
const { openStore } = await import(clientUrl);
const store = await openStore({
  database: JSON.parse(database),
  key: Buffer.from(key, 'base64'),
  domains: ['irc.example.org'],
  workerUrl: new URL(workerUrl),
});
const domain = 'irc.example.org';
const { id: account } = await store.accounts.ensure(domain, 'anna@example.org');
const common = { account, domain, contact: '+15551234567' };
const kind = 'contact';
const times = { createdAt: 1_000, changedAt: 1_000 };
const record = {
  ...common,
  ...times,
  kind,
  xmppIds: [],
  networkIds: [],
  author: '',
  receipt: false,
  detail: '',
};
const { key: room } = await store.archive.personalRoom(domain, account, '#room');
const archived = (id) => {
  const entry = { id, room, time: 1_000, nick: 'bob', type: 'message', messageId: id, payload: '<body/>' };
  return { room, entries: [entry] };
};
const lane = async (name) => {
  for (let index = 0; ; index += 1) {
    const id = `${name}-${String(index).padStart(6, '0')}`;
    const entry = { ...common, id, payload: `words of ${id}`, attempts: 0, nextAt: 1_000, expiresAt: 2_000 };
    const outgoing = { ...record, id, direction: 'out', state: 'waiting' };
    await store.messages.submit(outgoing, entry, archived(id));
    process.stdout.write(`submitted ${id}\n`);
    const incoming = {
      ...record,
      id: `in-${id}`,
      direction: 'in',
      state: 'received',
      networkIds: [`n-${id}`],
    };
    const stanzas = [{ id: `in-${id}`, account, domain, stanza: '<message/>' }];
    await store.messages.accept(incoming, stanzas, archived(`in-${id}`));
    process.stdout.write(`accepted ${id}\n`);
    if (index % 2 === 0) continue;
    const change = { state: 'sent', addNetworkIds: [`out-${id}`], changedAt: 1_500, outbox: 'done' };
    await store.messages.change(id, change);
    process.stdout.write(`sent ${id}\n`);
  }
};
await Promise.all(['a', 'b', 'c', 'd'].map(lane));
