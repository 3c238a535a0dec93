/**
 * What is taken out of records before they are stored. Names are compared without regard to case; of names of headers and of parameters a `*` at the beginning stands
 * for anything before the rest.
 */
export interface RedactionPolicy {
  /** Headers whose value is a secret; `Authorization` and `Proxy-Authorization` keep their scheme: `Bearer ***`. */
  readonly credentialHeaders: readonly string[];
  /** Headers that hold cookies: names stay, values go. */
  readonly cookieHeaders: readonly string[];
  /** Headers that hold a URL. */
  readonly urlHeaders: readonly string[];
  /** Fields that hold a URL or a query string. */
  readonly urlFields: readonly string[];
  /** Headers that hold a list of subprotocols of WebSocket, of which one may be a token: a browser can send no other header with its upgrade. */
  readonly subprotocolHeaders: readonly string[];
  /** Fields that hold such a list, or one subprotocol. */
  readonly subprotocolFields: readonly string[];
  /** Query parameters whose value is a secret; `_` and `-` do not count, so `api_key` stands for `apiKey` and `api-key` too. */
  readonly parameters: readonly string[];
}

/** What stands where a secret stood. */
export const mask = '***';

/**
 * Of the names, those with a `*` are the conventions of the field: what Elastic's agents (`sanitize_field_names`) and Sentry's data scrubber take out, without what would
 * hit headers that hold no secret (`*key*`: `Sec-WebSocket-Key`, `Idempotency-Key`). OpenTelemetry's `url.query` adds the parameters of signed URLs.
 */
export const defaultRedaction: RedactionPolicy = {
  credentialHeaders: [
    ...['*authorization', '*-api-key', 'api-key', 'apikey', '*-apikey', '*-token', '*-accesstoken', '*-secret', '*-password', '*-passwd'],
    ...['*-auth-key', '*-access-key', '*-secret-key', '*-subscription-key', '*-functions-key', '*-master-key'],
    // Keys to decrypt an object with, in S3 and in the stores of Google and Azure.
    ...['*-customer-key', '*-encryption-key'],
    // Docker's registry; the identity that a proxy of AWS, Cloudflare or Google has found out.
    ...['x-registry-auth', 'x-registry-config', 'x-amzn-oidc-data', '*-jwt-assertion'],
    ...['token', 'x-auth', '*-session', '*-session-id', '*-sessionid'],
  ],
  cookieHeaders: ['cookie', 'set-cookie'],
  urlHeaders: [
    ...['referer', 'location', 'content-location', 'refresh', 'link', 'destination'],
    ...['x-original-url', 'x-original-uri', 'x-forwarded-uri', 'x-rewrite-url', 'x-envoy-original-path'],
  ],
  urlFields: ['url.original', 'url.full', 'url.query', 'http.request.referrer'],
  subprotocolHeaders: ['sec-websocket-protocol'],
  subprotocolFields: ['websocket.client.protocols', 'websocket.subprotocol'],
  parameters: [
    ...['*password', '*passwd', '*passphrase', 'password_confirmation', 'pwd', 'pass', 'passcode', 'otp'],
    ...['*secret', '*token', 'csrfmiddlewaretoken', 'jwt', 'bearer', 'authorization', 'credential', 'credentials'],
    ...['*api_key', '*access_key', '*private_key', '*secret_key', '*encryption_key', '*signature', 'sig'],
    ...['*session_id', 'sid', 'jsessionid', 'phpsessid'],
    ...['client_assertion', 'code_verifier', 'device_code', 'oauth_verifier', 'saml_response', 'saml_request'],
    ...['aws_access_key_id', 'x_amz_credential', 'x_goog_credential'],
    ...['card_number', 'credit_card', 'cvv', 'cvc'],
  ],
};
