import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from './process.mjs';

export const adminKey = 'clients-admin-key-0123456789';
export const callerKey = 'clients-caller-key-0123456789';

const directories = new Set();

// Also when the run is interrupted: nothing is left behind.
process.once('exit', () => directories.forEach(remove));

function remove(directory) {
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  directories.delete(directory);
}

/** A simulated provider on a free port, as a process of its own. `address` ends without a slash. */
export async function startSimulator(...args) {
  return startProgram('Parley.Simulator', ['--urls', 'http://127.0.0.1:0', ...args], { says: /Simulated providers on (\S+?)\/? / });
}

/**
 * A gateway with its own data directory, on a free port.
 * @param {object} configuration the content of its parley.json; a key `callerKey` with every provider is added to it
 */
export async function startGateway(configuration) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-clients-'));
  directories.add(directory);
  const caller = { name: 'clients', role: 'inference', key: callerKey, providers: Object.keys(configuration.providers) };
  await writeFile(join(directory, 'parley.json'), JSON.stringify({ ...configuration, keys: [caller, ...(configuration.keys ?? [])] }));
  const program = await startProgram('Parley', ['--urls', 'http://127.0.0.1:0', '--data', join(directory, 'data')], {
    says: /Parley listens on (\S+)\s/,
    variables: { PARLEY_ADMIN_KEY: adminKey },
    directory,
  });
  return {
    ...program,
    stop: async () => {
      const code = await program.stop();
      remove(directory);
      return code;
    },
  };
}
