// Which test shows which row of the contracts, and how it ended: docs/compatibility.md.
//   node tests/compatibility/generate.mjs RESULTS [--check]
// RESULTS holds what the test runs left: *.trx of the .NET tests, clients.json of tests/clients. With --check the page is compared, not written.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const page = join(root, 'docs/compatibility.md');
const [results, flag] = process.argv.slice(2);
if (!results || (flag && flag !== '--check')) {
  console.error('node tests/compatibility/generate.mjs RESULTS [--check]');
  process.exit(2);
}

const sections = {
  1: 'Simple REST API with users: `/api`',
  2: 'Azure OpenAI proxy: `/api/v1`',
  3: 'Unified model API: `/llm/v1`',
  4: 'Azure OpenAI and agent wrapper: the root, `/mcp`',
  5: 'Azure provider of a multi-provider gateway: `/v1`, `/openai/v1`',
};

async function filesOf(directory, suffix) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith(suffix) && !/node_modules|\/obj\//.test(entry.parentPath ?? entry.path))
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

// [Trait("Contract", "1.chat")] on a test or on its class.
async function dotnetTests() {
  const found = [];
  for (const file of await filesOf(join(root, 'tests'), '.cs')) {
    const text = await readFile(file, 'utf8');
    if (!text.includes('Trait("Contract"')) continue;
    const space = /^namespace ([\w.]+)/m.exec(text)[1];
    let type = '', ofType = [], waiting = [], isTest = false;
    for (const line of text.split('\n')) {
      for (const [, id] of line.matchAll(/Trait\("Contract", "([^"]+)"\)/g)) waiting.push(id);
      isTest ||= /^ {4}\[(?:Fact|Theory)\b/.test(line);
      const declared = /^(?:public|internal) (?:sealed |static |abstract |partial )*class (\w+)/.exec(line);
      if (declared) {
        [type, ofType, waiting, isTest] = [declared[1], waiting, [], false];
        continue;
      }

      const method = /^ {4}public (?:static )?(?:async )?(?:Task|ValueTask|void)\b[^(]* (\w+)\(/.exec(line);
      if (!method) continue;
      if (isTest) for (const id of new Set([...waiting, ...ofType])) found.push({ id, space, type, method: method[1], shown: `${type}.${method[1]}`, file });
      [waiting, isTest] = [[], false];
    }
  }

  return found;
}

// A line "// Contract: 2.sdk, 5.others" above a test; its title may be a template.
async function clientTests() {
  const found = [];
  for (const file of await filesOf(join(root, 'tests/clients'), '.test.mjs')) {
    let waiting = [];
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const marked = /^\s*\/\/ Contract: (.+)$/.exec(line);
      if (marked) waiting.push(...marked[1].split(',').map(id => id.trim()));
      const title = /^\s*test\((['`])(.*?)\1/.exec(line)?.[2];
      if (!title) continue;
      const pattern = new RegExp(`^${title.split(/\$\{[^}]*\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
      for (const id of waiting) found.push({ id, pattern, shown: title.replace(/\$\{[^}]*\}/g, '…'), file });
      waiting = [];
    }
  }

  return found;
}

const unescape = text => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');

// A test of an abstract class runs in those that derive from it, whose names end with its own.
const ofTest = (test, outcomes) => [...outcomes].filter(([name]) => name.startsWith(`${test.space}.`) && name.endsWith(`${test.type}.${test.method}`)).flatMap(([, ended]) => ended);

// Full name of a method → how its cases ended.
async function dotnetResults() {
  const outcomes = new Map();
  for (const file of await filesOf(results, '.trx')) {
    for (const [tag] of (await readFile(file, 'utf8')).matchAll(/<UnitTestResult [^>]*>/g)) {
      const name = unescape(/ testName="([^"]*)"/.exec(tag)[1]).split('(')[0];
      outcomes.set(name, [...(outcomes.get(name) ?? []), / outcome="([^"]*)"/.exec(tag)[1]]);
    }
  }

  return outcomes;
}

async function clientResults() {
  const text = await readFile(join(results, 'clients.json'), 'utf8').catch(() => '{}');
  return Object.entries(JSON.parse(text)).map(([name, passed]) => ({ name, outcome: passed ? 'Passed' : 'Failed' }));
}

const rows = JSON.parse(await readFile(join(root, 'tests/Parley.Gateway.Tests/Contracts/rows.json'), 'utf8'));
const tests = [...await dotnetTests(), ...await clientTests()];
const [dotnet, clients] = [await dotnetResults(), await clientResults()];
const problems = tests.filter(test => !rows.some(row => row.id === test.id)).map(test => `${relative(root, test.file)}: "${test.id}" is no row of rows.json`);

function outcomeOf(test) {
  const cases = test.pattern ? clients.filter(one => test.pattern.test(one.name)).map(one => one.outcome) : ofTest(test, dotnet);
  if (cases.length === 0) return 'not run';
  return cases.every(outcome => outcome === 'Passed') ? 'passed' : cases.includes('Failed') ? 'failed' : 'skipped';
}

const lines = [
  '# Compatibility',
  '',
  'Parley takes the place of five systems. Each row of what their callers depend on is shown by tests that call a running Parley; this page is made from those tests and their results',
  '(`tests/compatibility/generate.mjs`), and `./test.sh` fails when it no longer fits them.',
];
for (const [section, heading] of Object.entries(sections)) {
  lines.push('', `## ${section}. ${heading}`, '', '| row | shown by | result |', '|---|---|---|');
  for (const row of rows.filter(row => row.section === section)) {
    const shown = tests.filter(test => test.id === row.id);
    if (shown.length === 0) problems.push(`${row.id} (${row.row}) is shown by no test`);
    const outcomes = new Set(shown.map(outcomeOf));
    const result = outcomes.size === 1 ? [...outcomes][0] : ['failed', 'not run', 'skipped'].find(outcome => outcomes.has(outcome));
    if (result !== 'passed') problems.push(`${row.id}: ${shown.filter(test => outcomeOf(test) !== 'passed').map(test => `${test.shown} ${outcomeOf(test)}`).join(', ')}`);
    lines.push(`| ${row.row} | ${[...new Set(shown.map(test => `\`${test.shown}\``))].join(' ')} | ${result} |`);
  }
}

const text = `${lines.join('\n')}\n`;
const before = await readFile(page, 'utf8').catch(() => '');
if (flag === '--check' && before !== text) problems.push('docs/compatibility.md does not fit the tests: node tests/compatibility/generate.mjs RESULTS writes it anew');
if (!flag) await writeFile(page, text);
for (const problem of problems) console.error(problem);
console.log(`${rows.length} rows, ${tests.length} tests, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
