import type { Field, Form } from '../../gateway/form.js';
import type { Text } from '../../gateway/text.js';
import { NS } from '../../xmpp/namespace.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import {
  parseSearchRequest,
  plainHits,
  type SearchField,
  type SearchRequest,
  searchOffer,
  tableOfHits,
} from '../../xmpp/xep/0055-jabber-search/search.js';
import { renderForm, submissionOf } from '../command/form-rendering.js';
import { checkForm, type Submission, sayProblem } from '../command/form-values.js';
import type { IqHandler } from '../iq-router.js';
import type { PeopleSearch } from './people-search.js';

/** The plain field that stands for a field of the network's. */
const PLAIN: Readonly<Partial<Record<NonNullable<Field['legacy']>, SearchField>>> = {
  name: 'first',
  nick: 'nick',
  username: 'nick',
  email: 'email',
};

/** Search for people (XEP-0055), by form and by the plain fields that clients without forms know. */
export function searchHandler(search: PeopleSearch): IqHandler {
  const { translator } = search.context;
  return {
    ns: NS.SEARCH,
    name: 'query',
    targets: ['service'],
    get: ({ account, language }) => {
      const form = search.form(account, language);
      const say = (text: Text) => translator.say(text, language);
      const fields = plainFields(form);
      return searchOffer({
        instructions: say(
          form.instructions ?? { key: fields.length > 0 ? 'search-hint' : 'search-form-only' },
        ),
        fields,
        form: renderForm(form, say, NS.SEARCH),
      });
    },
    set: async ({ account, language, payload }) => {
      const form = search.form(account, language);
      const request = parseSearchRequest(payload);
      if (!request) throw new StanzaError('bad-request');
      const checked = checkForm(form, submissionFor(form, request));
      if (!checked.ok) {
        const text = sayProblem(checked.problem, translator, language);
        throw new StanzaError('not-acceptable', { text, lang: language });
      }
      const items = await search.find(account, checked.values, language);
      if (request.kind === 'plain') return plainHits(items);
      const say = (text: Text) => translator.say(text, language);
      return tableOfHits(items, {
        jid: say({ key: 'search-address' }),
        name: say({ key: 'search-name' }),
        detail: say({ key: 'search-detail' }),
      });
    },
  };
}

/** The plain fields, where what must be given can be given in them. */
function plainFields({ fields }: Form): readonly SearchField[] {
  if (fields.some((field) => field.required && plainName(field) === undefined)) return [];
  return [...new Set(fields.flatMap((field) => plainName(field) ?? []))];
}

function submissionFor(form: Form, request: SearchRequest): Submission {
  if (request.kind === 'form') return submissionOf(request.form);
  const values = new Map<string, readonly string[]>();
  for (const field of form.fields) {
    const name = plainName(field);
    const value = name && request.values.get(name);
    if (value !== undefined) values.set(field.name, [value]);
  }
  return values;
}

function plainName({ legacy }: Field): SearchField | undefined {
  return legacy && PLAIN[legacy];
}
