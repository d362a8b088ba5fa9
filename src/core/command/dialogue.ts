import type { Form, FormValues } from '../../gateway/form.js';
import { StanzaError } from '../../xmpp/stanza-error.js';
import type { ServiceFormStep, ServiceStep } from './service-command.js';

/** Stages that a user may go back through. */
const MAX_TRAIL = 32;

/** A command under way: the stages so far, the last of which waits for the user. */
export class Dialogue {
  readonly #trail: ServiceFormStep[];
  #busy = false;

  constructor(first: ServiceFormStep) {
    this.#trail = [first];
  }

  /** The stage that waits for the user. */
  get current(): ServiceFormStep {
    const step = this.#trail.at(-1);
    if (!step) throw new Error('a dialogue always has a stage');
    return step;
  }

  get form(): Form {
    return this.current.form;
  }

  get canGoBack(): boolean {
    return this.#trail.length > 1;
  }

  /** Shows the stage before again. */
  back(): ServiceFormStep {
    if (this.canGoBack) this.#trail.pop();
    return this.current;
  }

  /**
   * Takes checked values. A stage that comes back with a problem replaces the one it repeats.
   * @throws {StanzaError} `resource-constraint` while an earlier submission is being worked on; else whatever
   *   ends the dialogue
   */
  async submit(values: FormValues): Promise<ServiceStep> {
    if (this.#busy) throw new StanzaError('resource-constraint');
    this.#busy = true;
    try {
      const next = await this.current.submit(values);
      if (next.kind === 'form') {
        if (next.problem) this.#trail.pop();
        this.#trail.push(next);
        if (this.#trail.length > MAX_TRAIL) this.#trail.shift();
      }
      return next;
    } finally {
      this.#busy = false;
    }
  }

  /** Whether a submission is being worked on. */
  get busy(): boolean {
    return this.#busy;
  }
}
