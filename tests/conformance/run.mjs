// Runs the Model Context Protocol's conformance suite against the gateway with the suite's fixtures (tests/Parley.Conformance), once per revision:
//   node run.mjs [revision]…
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(import.meta.url);

// Each revision that has a frozen list of required scenarios runs that; the one before those lists runs what is active in it.
const revisions = { '2025-06-18': ['--spec-version', '2025-06-18'], '2025-11-25': ['--requirements', '2025-11-25'], '2026-07-28': ['--requirements', '2026-07-28'] };
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(revisions);

// Demanded beside the frozen list of 2026-07-28, which counts them as pending.
const further = { '2026-07-28': ['http-header-validation', 'http-custom-header-server-validation', 'json-schema-2020-12'], '2025-11-25': ['json-schema-2020-12'] };

// The suite needs Node 22; where this is an older one, npm has brought a newer.
function node() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), 'bin/node');
  } catch {
    throw new Error(`The suite needs Node 22 or newer; this is ${process.version}, and npm has no ${name} here. Install Node 22.`);
  }
}

function server() {
  const built = ['release', 'debug'].map(kind => join(here, `../../artifacts/bin/Parley.Conformance/${kind}/Parley.Conformance.dll`)).filter(existsSync);
  if (built.length === 0) throw new Error('Build tests/Parley.Conformance first.');
  return built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

const gateway = spawn('dotnet', [server()], { env: { ...process.env, PARLEY_ADMIN_KEY: 'conformance-key-0123456789' }, stdio: ['pipe', 'pipe', 'inherit'] });
process.once('exit', () => gateway.kill());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const address = await new Promise((resolve, reject) => {
  createInterface(gateway.stdout).once('line', resolve);
  gateway.once('exit', code => reject(new Error(`The gateway ended with ${code} before it listened.`)));
});

const results = mkdtempSync(join(tmpdir(), 'parley-conformance-'));
const suite = join(dirname(require.resolve('@modelcontextprotocol/conformance/package.json')), 'dist/index.js');
const execute = options => new Promise(resolve => {
  let output = '';
  // Its results are a table at the end; what it says meanwhile is of interest only when it fails.
  const run = spawn(node(), [suite, 'server', '--url', `${address}/mcp`, '--output-dir', results, ...options], { cwd: results });
  for (const stream of [run.stdout, run.stderr]) stream.on('data', text => { output += text; });
  run.once('close', code => resolve({ code, output }));
});

let passed = 0;
let failed = 0;
for (const revision of wanted) {
  console.log(`\nRevision ${revision}`);
  const runs = [await execute([...revisions[revision], '--expected-failures', join(here, `expected-failures-${revision.startsWith('2025') ? '2025' : revision}.yml`)])];
  for (const scenario of further[revision] ?? []) runs.push(await execute(['--spec-version', revision, '--scenario', scenario]));
  for (const { code, output } of runs) {
    const [, summary] = output.split('=== SUMMARY ===');
    if (summary) console.log(summary.split('\n').filter(line => line.trim() && !line.includes('✓') && (code !== 0 || !line.includes('✗'))).join('\n'));
    const count = [...(summary ?? output).matchAll(/(\d+) passed, \d+ failed|Passed: (\d+)\//g)].map(match => Number(match[1] ?? match[2]));
    // The last line of a summary is its total.
    passed += summary ? count.pop() ?? 0 : count.reduce((sum, one) => sum + one, 0);
    if (code === 0) continue;
    failed++;
    console.log(`ended with ${code}${summary ? '' : `:\n${output.slice(-6000)}`}`);
  }
}

gateway.stdin.end();
await new Promise(resolve => gateway.exitCode === null ? gateway.once('exit', resolve) : resolve());
rmSync(results, { recursive: true });
// As node:test has it, for the sum in test.sh.
console.log(`\nℹ pass ${passed}\nℹ fail ${failed}`);
process.exit(failed ? 1 : 0);
