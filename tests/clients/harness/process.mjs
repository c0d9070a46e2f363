import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const artifacts = fileURLToPath(new URL('../../../artifacts/bin/', import.meta.url));
const configuration = (process.env.PARLEY_CONFIGURATION ?? 'release').toLowerCase();
const running = new Set();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a built program of this repository and waits until it says where it listens.
 * Nothing of this process's environment reaches it but what .NET needs: a developer's OPENAI_API_KEY must not become a provider.
 * @param {string} program project and assembly name, such as `Parley`
 * @param {string[]} args
 * @param {{ says: RegExp, variables?: Record<string, string>, directory?: string }} options `says` finds the address as its first group
 * @returns {Promise<{ address: string, output: () => string, stop: () => Promise<number> }>} `stop` sends SIGTERM and gives the exit code
 */
export async function startProgram(program, args, { says, variables = {}, directory }) {
  const assembly = `${artifacts}${program}/${configuration}/${program}.dll`;
  if (!existsSync(assembly)) throw new Error(`${assembly} is not built: dotnet build src/${program} -c ${configuration}`);

  const environment = { DOTNET_gcServer: '0' };
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'DOTNET_ROOT', 'DOTNET_CLI_HOME']) {
    if (process.env[name] !== undefined) environment[name] = process.env[name];
  }

  const child = spawn('dotnet', [assembly, ...args], { cwd: directory, env: { ...environment, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const ended = new Promise(resolve => child.once('close', code => {
    running.delete(child);
    resolve(code);
  }));

  let text = '';
  const address = await new Promise((resolve, reject) => {
    const read = chunk => {
      text += chunk;
      const found = says.exec(text);
      if (found) resolve(found[1]);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    ended.then(code => reject(new Error(`${program} ended with ${code} before it listened:\n${text}`)));
  });

  return {
    address,
    output: () => text,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
