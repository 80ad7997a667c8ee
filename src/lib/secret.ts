import { inspect } from 'node:util';

/**
 * A secret that cannot be printed by accident: string, JSON and inspection all give `[secret]`.
 * Only the code that speaks to the outside system calls `reveal()`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
