// Appends inbox rows without end and prints each id once the store has acknowledged it. Killed by its test.
const [clientUrl, workerUrl, database, key] = process.argv.slice(2);
const { openStore } = await import(clientUrl);
const store = await openStore({
  database: JSON.parse(database),
  key: Buffer.from(key, 'base64'),
  domains: ['irc.example.org'],
  workerUrl: new URL(workerUrl),
});
const { id: account } = await store.accounts.ensure('irc.example.org', 'anna@example.org');
const lane = async (name) => {
  for (let index = 0; ; index += 1) {
    const id = `${name}-${index}`;
    await store.inbox.append({ id, account, domain: 'irc.example.org', stanza: `<message id='${id}'/>` });
    process.stdout.write(`${id}\n`);
  }
};
await Promise.all(['a', 'b', 'c', 'd'].map(lane));
