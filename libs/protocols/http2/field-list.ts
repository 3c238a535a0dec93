import { HeaderFields, noHeaders, notAscii } from '../http/header-fields.ts';
import { headerLimit } from '../http/head-reader.ts';
import { headerIdOf } from '../http/header-names.ts';
import type { FieldSink } from './hpack.ts';

/** Characters of names and values that are kept of one header list. A small block may stand for a very long list. */
export const listLimit = 256 * 1024;

/** What one header block says: pseudo-header fields and header lines (RFC 9113, sections 8.2 and 8.3). */
export class FieldList implements FieldSink {
  readonly pseudo = new Map<string, string>();
  /** Fields that cannot be told. */
  hiddenCount = 0;
  isPastLimit = false;
  #text = '';
  readonly #index: number[] = [];
  #count = 0;
  /** Of all that was kept, pseudo-header fields included. */
  #length = 0;
  /** Cookies come in crumbs (section 8.2.3). */
  #cookies: string | undefined;

  field(name: string, value: string): void {
    this.#length += name.length + value.length;
    if (this.#length > listLimit || this.#count >= headerLimit) {
      this.isPastLimit = true;
      return;
    }
    this.#count++;
    if (name.startsWith(':')) {
      if (!this.pseudo.has(name)) this.pseudo.set(name, value);
    } else if (name === 'cookie') this.#cookies = this.#cookies === undefined ? value : `${this.#cookies}; ${value}`;
    else this.#add(name, value);
  }

  hidden(): void {
    this.hiddenCount++;
  }

  /** The header lines. To be asked once, at the end of the block. */
  fields(): HeaderFields {
    if (this.#cookies !== undefined) this.#add('cookie', this.#cookies);
    return this.#index.length === 0 ? noHeaders : new HeaderFields(this.#text, this.#index);
  }

  #add(name: string, value: string): void {
    const nameAt = this.#text.length;
    const valueAt = nameAt + name.length;
    this.#text += name + value;
    const id = headerIdOf(name);
    this.#index.push(nameAt, valueAt, valueAt, valueAt + value.length, isAscii(name) && isAscii(value) ? id : id | notAscii);
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
