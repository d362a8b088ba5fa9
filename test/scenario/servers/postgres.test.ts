import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../servers/postgres.js';

describe('PostgreSQL', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  async function query(url: string, sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('answers, in UTF-8', async () => {
    expect(await query(server.url, "SELECT 'привет' AS word, length('привет') AS length")).toEqual([
      { word: 'привет', length: 6 },
    ]);
  });

  it('has databases apart from each other, which survive a restart', async () => {
    const other = await server.createDatabase();
    await query(other, 'CREATE TABLE mark (id int)');
    await server.restart();
    const count = "SELECT count(*)::int AS n FROM pg_tables WHERE tablename = 'mark'";
    expect(await query(server.url, count)).toEqual([{ n: 0 }]);
    expect(await query(other, count)).toEqual([{ n: 1 }]);
  });
});
