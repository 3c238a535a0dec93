import { mask } from './redaction-policy.ts';
import { plainName, type IsSecretName } from './redact-url.ts';

/** What to look for in kept bytes. */
export interface ContentRules {
  /** Form fields, JSON members and parameters that hold a secret. */
  readonly isSecretName: IsSecretName;
  /** By header name in lower case: what becomes of its value. */
  readonly ruleOfHeader: (name: string) => ((value: string) => string) | undefined;
}

/** Bytes at the beginning that tell text from anything else. */
const probeLength = 1024;

// A name is at most 64 characters, so that what begins like one and goes on for ever costs little.
const jsonMember = /"((?:[^"\\]|\\.){1,64})"(\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|-?\d[\d.eE+-]*)/gs;
const parameter = /(^|[&;?\s"'<>])([^=&;?\s"'<>]{1,64})=([^&;\s"'<>]+)/g;
const formPart = /(content-disposition:[^\r\n]{0,256}?\bname="([^"\r\n]{1,64})"[^]{0,512}?\r\n\r\n)([^]*?)(?=\r\n--|$)/gi;
const mechanism = '(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|NTLM|GSSAPI|EXTERNAL|XOAUTH2?|OAUTHBEARER|SCRAM-[A-Z0-9-]{1,20})';
/** A sign-in of SMTP, POP3 or IMAP (RFC 4954, 5034, 9051), with the lines in base64 that answer the server. */
const signIn = new RegExp(
  `^(?!\\d{3} )((?:\\S{1,32}[ \\t]+)?AUTH(?:ENTICATE)?[ \\t]+${mechanism})([ \\t]+[^\\r\\n]+)?((?:\\r?\\n(?!(?:QUIT|RSET|DATA|NOOP|STARTTLS)\\r?$)[A-Za-z0-9+/=*]+(?=\\r?$)){0,8})`,
  'gim',
);
const signInLine = /(\r?\n)[^\r\n]+/g;
const headerLine = /^([A-Za-z-]{1,64})(:[ \t]*)([^\r\n]+)/gm;

/**
 * Takes secrets out of a body or payload that is kept: form fields, parts of a form, JSON members and parameters by their names, header lines by theirs, sign-ins of mail. Compressed or binary
 * content is left as it is. Returns the same array where nothing was found, and how many secrets there were.
 */
export function redactContent(bytes: Uint8Array, rules: ContentRules): { bytes: Uint8Array; found: number } {
  if (!isText(bytes)) return { bytes, found: 0 };
  let found = 0;
  const isSecret = (name: string): boolean => {
    const secret = rules.isSecretName(plainName(name));
    if (secret) found++;
    return secret;
  };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(formPart, (whole, head: string, name: string) => (isSecret(name) ? head + mask : whole))
    .replace(jsonMember, (whole, name: string, colon: string) => (isSecret(name) ? `"${name}"${colon}"${mask}"` : whole))
    .replace(parameter, (whole, before: string, name: string, value: string) =>
      value !== mask && isSecret(name) ? `${before}${name}=${mask}` : whole,
    )
    .replace(signIn, (whole, command: string, response: string | undefined, lines: string) => {
      if (response === undefined && lines === '') return whole;
      found++;
      return command + (response === undefined ? '' : ` ${mask}`) + lines.replace(signInLine, `$1${mask}`);
    })
    .replace(headerLine, (whole, name: string, colon: string, value: string) => {
      const clean = rules.ruleOfHeader(name.toLowerCase())?.(value) ?? value;
      if (clean === value) return whole;
      found++;
      return name + colon + clean;
    });
  return found === 0 ? { bytes, found } : { bytes: Buffer.from(text, 'latin1'), found };
}

/** No zero and few other control characters at the beginning. */
function isText(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, probeLength);
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) return false;
  }
  return true;
}
