/** What is taken out of records before they are stored. Names are compared without regard to case. */
export interface RedactionPolicy {
  /** Headers whose value is a secret; `Authorization` and `Proxy-Authorization` keep their scheme: `Bearer ***`. */
  readonly credentialHeaders: readonly string[];
  /** Headers that hold cookies: names stay, values go. */
  readonly cookieHeaders: readonly string[];
  /** Headers that hold a URL. */
  readonly urlHeaders: readonly string[];
  /** Fields that hold a URL or a query string. */
  readonly urlFields: readonly string[];
  /** Query parameters whose value is a secret; `_` and `-` do not count, so `api_key` stands for `apiKey` and `api-key` too. */
  readonly parameters: readonly string[];
}

/** What stands where a secret stood. */
export const mask = '***';

export const defaultRedaction: RedactionPolicy = {
  credentialHeaders: [
    'authorization',
    'proxy-authorization',
    'x-api-key',
    'api-key',
    'x-auth-token',
    'x-access-token',
    'x-amz-security-token',
    'x-vault-token',
    'private-token',
  ],
  cookieHeaders: ['cookie', 'set-cookie'],
  urlHeaders: ['referer', 'location', 'content-location'],
  urlFields: ['url.original', 'url.full', 'url.query', 'http.request.referrer'],
  parameters: [
    ...['password', 'passwd', 'passphrase', 'pwd', 'pass'],
    ...['secret', 'client_secret', 'token', 'access_token', 'refresh_token', 'id_token', 'auth_token', 'session_token', 'security_token'],
    ...['api_key', 'access_key', 'private_key', 'signature', 'sig', 'session_id', 'jsessionid', 'phpsessid'],
    ...['x_amz_signature', 'x_amz_security_token', 'x_amz_credential', 'x_goog_signature'],
  ],
};
