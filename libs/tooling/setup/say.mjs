/** Progress of the set-up goes to standard error: standard output belongs to the command that follows. */
export function say(text) {
  process.stderr.write(`orbweaver: ${text}\n`);
}

/** Ends the process with a message that says what to do. */
export function giveUp(text) {
  say(text);
  process.exit(1);
}
