/** The nonce that the page's content security policy allows for styles made at run time; the server writes it into the page. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

// Where the library behind dialogs, which lock scrolling with a style of their own, looks for it.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });
