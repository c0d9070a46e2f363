// Runs the tests against one gateway and one simulated provider: node run.mjs [part of a file name]…
// PARLEY_TEST_REPORT names a file for the results as JUnit's XML.
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
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
const report = process.env.PARLEY_TEST_REPORT;
const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', ...report ? ['--test-reporter=junit', `--test-reporter-destination=${report}`] : []];
const options = ['--test', ...reporters, '--test-timeout=60000', '--test-concurrency=2', '--test-force-exit'];
const tests = spawn(process.execPath, [...options, ...files], {
  cwd: here,
  env: { ...environment, PARLEY_TEST_GATEWAY: gateway.address, PARLEY_TEST_SIMULATOR: simulator.address },
  stdio: 'inherit',
});
process.once('exit', () => tests.kill());
const failed = await new Promise(resolve => tests.once('close', code => resolve(code !== 0)));

if (failed) console.error(`\nThe gateway's own words:\n${gateway.output().slice(-8000)}`);
const codes = [await gateway.stop(), await simulator.stop()];
if (codes.some(code => code !== 0)) console.error(`Gateway and simulator ended with ${codes.join(' and ')} after SIGTERM instead of 0.`);
process.exit(failed || codes.some(code => code !== 0) ? 1 : 0);
