import { Anomaly } from '../http/anomalies.ts';
import { CharClass, charClasses, isToken } from '../http/characters.ts';
import { HeaderFields, noHeaders, notAscii } from '../http/header-fields.ts';
import { headerLimit } from '../http/head-reader.ts';
import { HeaderId, headerIdOf } from '../http/header-names.ts';
import type { FieldSink } from './hpack.ts';

/** Characters of names and values that are kept of one header list. A small block may stand for a very long list. */
export const listLimit = 256 * 1024;

/** What one header block says: pseudo-header fields and header lines (RFC 9113, sections 8.2 and 8.3). */
export class FieldList implements FieldSink {
  readonly pseudo = new Map<string, string>();
  /** Fields that cannot be told. */
  hiddenCount = 0;
  isPastLimit = false;
  /** Bits of `Anomaly`: what, handed on in HTTP/1, would be read as something else (RFC 9113, section 8.2.1). */
  anomalies = 0;
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
    if (name.startsWith(':')) this.#addPseudo(name, value);
    else if (name === 'cookie') this.#cookies = this.#cookies === undefined ? value : `${this.#cookies}; ${value}`;
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

  /** Metadata of gRPC that is named so is octets, by agreement of both sides as they are ("True Binary Metadata", proposal G1). */
  #add(name: string, value: string): void {
    const nameAt = this.#text.length;
    const valueAt = nameAt + name.length;
    this.#text += name + value;
    const id = headerIdOf(name);
    // A name that is known is in lower case.
    if (id === HeaderId.other && !isName(name)) this.anomalies |= Anomaly.invalidHeaderName;
    else if (connectionHeaders.has(id)) this.anomalies |= Anomaly.connectionHeader;
    const classes = classesOf(name) | classesOf(value);
    if (classes & CharClass.control && !name.endsWith('-bin')) this.anomalies |= Anomaly.controlCharacter;
    this.#index.push(nameAt, valueAt, valueAt, valueAt + value.length, classes & CharClass.high ? id | notAscii : id);
  }

  #addPseudo(name: string, value: string): void {
    if (!this.pseudo.has(name)) this.pseudo.set(name, value);
    if (classesOf(value) & CharClass.control) this.anomalies |= Anomaly.controlCharacter;
    if (name === ':path' && value.includes(' ')) this.anomalies |= Anomaly.blankInTarget;
  }
}

const connectionHeaders = new Set<number>([HeaderId.transferEncoding, HeaderId.connection, HeaderId.upgrade]);

/** The classes of all octets of a text. */
function classesOf(text: string): number {
  let classes = 0;
  for (let i = 0; i < text.length; i++) classes |= charClasses[text.charCodeAt(i) & 0xff]!;
  return classes;
}

/** A token without upper-case letters. */
function isName(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isToken(code) || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return text !== '';
}
