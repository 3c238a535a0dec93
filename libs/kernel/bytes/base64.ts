/** By octet: the value of a letter of Base64's alphabet (RFC 4648, section 4); 64 and above for anything else. */
export const sextets = new Uint8Array(256).fill(255);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((letter, value) => (sextets[letter.charCodeAt(0)] = value));
