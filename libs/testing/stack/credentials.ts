/** With which clients sign in to the servers of a secured stack. */
export const credentials = { username: 'orbweaver', password: 'a-password-of-the-stack' } as const;
