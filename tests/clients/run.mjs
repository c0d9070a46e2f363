// Runs the tests against one gateway and one simulated provider: node run.mjs [part of a file name]…
// PARLEY_TEST_REPORT names a file for the results, a JSON object of each test's name and whether it passed.
import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { configuration } from './harness/configuration.mjs';
import { startGateway, startSimulator } from './harness/servers.mjs';

const wanted = process.argv.slice(2);
const here = new URL('.', import.meta.url);
const files = (await readdir(here)).filter(name => name.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some(part => name.includes(part)))).sort();
if (files.length === 0) {
  console.error(`No test file's name contains ${wanted.join(' or ')}.`);
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const simulator = await startSimulator();
const gateway = await startGateway(configuration(simulator.address));

// What a developer has set for his own OpenAI account must not steer the clients under test.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AZURE_)?OPENAI_/.test(name)));
// A connection that the client still holds when its tests are over must not keep the run waiting.
const options = ['--test', '--test-reporter=spec', '--test-timeout=60000', '--test-concurrency=2', '--test-force-exit'];
const tests = spawn(process.execPath, [...options, ...files], {
  cwd: here,
  env: { ...environment, PARLEY_TEST_GATEWAY: gateway.address, PARLEY_TEST_SIMULATOR: simulator.address },
  stdio: ['inherit', 'pipe', 'inherit'],
});
process.once('exit', () => tests.kill());
// Read from what is shown: a reporter with a file of its own is cut short when the run is made to exit.
let shown = '';
tests.stdout.setEncoding('utf8').on('data', text => {
  shown += text;
  process.stdout.write(text);
});
const failed = await new Promise(resolve => tests.once('close', code => resolve(code !== 0)));

if (process.env.PARLEY_TEST_REPORT) {
  const results = [...shown.matchAll(/^\s*(✔|✖|﹣) (.*) \([\d.]+ms\)/gm)].map(([, sign, name]) => [name, sign === '✔']);
  // A failed test is named a second time, in the list at the end.
  const byName = {};
  for (const [name, passed] of results) byName[name] = passed && byName[name] !== false;
  await writeFile(process.env.PARLEY_TEST_REPORT, JSON.stringify(byName));
}

if (failed) console.error(`\nThe gateway's own words:\n${gateway.output().slice(-8000)}`);
const codes = [await gateway.stop(), await simulator.stop()];
if (codes.some(code => code !== 0)) console.error(`Gateway and simulator ended with ${codes.join(' and ')} after SIGTERM instead of 0.`);
process.exit(failed || codes.some(code => code !== 0) ? 1 : 0);
