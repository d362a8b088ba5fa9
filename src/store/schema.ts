import { EntitySchema } from 'typeorm';

/** A row of `accounts`. JSON columns and the envelope of the secrets are text. */
export interface AccountRow {
  id: number;
  domain: string;
  owner: string;
  registered: boolean;
  language: string | null;
  settings: string;
  secrets: string;
  stays: string;
  createdAt: number;
}

/** int8 arrives as text from node-postgres; milliseconds fit a double. */
const milliseconds = { to: (value: number) => value, from: (value: string | number) => Number(value) };

/** Accounts go through the mapper: few and far between. The tables of the hot paths are written by SQL alone. */
export const accountSchema = new EntitySchema<AccountRow>({
  name: 'account',
  tableName: 'accounts',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    domain: { type: 'text' },
    owner: { type: 'text' },
    registered: { type: 'boolean' },
    language: { type: 'text', nullable: true },
    settings: { type: 'text' },
    secrets: { type: 'text' },
    stays: { type: 'text' },
    createdAt: { name: 'created_at', type: 'bigint', transformer: milliseconds },
  },
  indices: [{ name: 'accounts_address', columns: ['domain', 'owner'], unique: true }],
});
