import { spawn } from 'node:child_process';

/**
 * Runs a command to its end. `output: 'quiet'` keeps what it prints and returns it; `'show'` lets it write to standard error, so that standard output stays clean.
 * Resolves to `{ code, output }`; a command that can't be started gives code 127.
 */
export function run(command, args, { cwd, env, output = 'show' } = {}) {
  return new Promise((done) => {
    const stdio = output === 'quiet' ? ['ignore', 'pipe', 'pipe'] : ['inherit', 2, 2];
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += chunk));
    child.stderr?.on('data', (chunk) => (text += chunk));
    child.on('error', (error) => done({ code: 127, output: `${text}${error.message}` }));
    child.on('close', (code, signal) => done({ code: code ?? 128, output: signal ? `${text}ended by ${signal}` : text }));
  });
}
