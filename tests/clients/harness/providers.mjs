import { test } from 'node:test';

/** The providers of every kind, all of them played by one simulator. */
export function providers(simulator) {
  return {
    openai: { type: 'openai', baseUrl: `${simulator}/v1`, apiKey: 'sk-openai-upstream-0001' },
    anthropic: { type: 'anthropic', baseUrl: simulator, apiKey: 'sk-anthropic-upstream-0001' },
    foundry: {
      type: 'azure-openai',
      endpoint: simulator,
      auth: { kind: 'api-key', value: 'azure-upstream-key-0002' },
      // Nothing in a deployment's own name says that it is Claude.
      deployments: {
        'claude-sonnet-4-5': { deployment: 'sim-assistant', family: 'anthropic' },
        'assistant-stalls': { deployment: 'sim-fault-stall-6', family: 'anthropic' },
        'assistant-breaks': { deployment: 'sim-fault-cut-connection-6', family: 'anthropic' },
        'assistant-busy': { deployment: 'sim-fault-429-7', family: 'anthropic' },
      },
    },
    bedrock: { type: 'bedrock', baseUrl: simulator, region: 'eu-central-1', accessKeyId: 'AKIASIMULATED', secretAccessKey: 'secret' },
    gemini: { type: 'gemini', baseUrl: simulator, apiKey: 'gemini-upstream-key-0001' },
  };
}

const simulated = { stalls: 'sim-fault-stall-6', breaks: 'sim-fault-cut-connection-6', busy: 'sim-fault-429-7' };

/**
 * What stands behind Parley, one entry per model of the catalogue, and what that model can do:
 * `forces` a tool, `sees` images, `stops` at a sequence; `thinks` how its thoughts come: as signed text, as sealed state or not at all.
 * `stalls`, `breaks` and `busy` are models of the same provider that fail in that way.
 */
export const targets = [
  { id: 'on-openai', provider: 'openai', model: 'gpt-4o', ...simulated, forces: true, sees: true, stops: true },
  { id: 'on-openai-reasoning', provider: 'openai', model: 'gpt-5-mini', ...simulated, forces: true, sees: true, thinks: 'sealed' },
  { id: 'on-anthropic', provider: 'anthropic', model: 'claude-sonnet-4-5', ...simulated, forces: true, sees: true, stops: true, thinks: 'signed' },
  { id: 'on-anthropic-adaptive', provider: 'anthropic', model: 'claude-sonnet-5', ...simulated, forces: true, sees: true, stops: true, thinks: 'signed' },
  {
    id: 'on-azure-claude', provider: 'foundry', model: 'claude-sonnet-4-5', stalls: 'assistant-stalls', breaks: 'assistant-breaks', busy: 'assistant-busy',
    forces: true, sees: true, stops: true, thinks: 'signed',
  },
  { id: 'on-bedrock', provider: 'bedrock', model: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', ...simulated, forces: true, sees: true, stops: true, thinks: 'signed' },
  { id: 'on-bedrock-llama', provider: 'bedrock', model: 'us.meta.llama3-3-70b-instruct-v1:0', ...simulated, stops: true },
  { id: 'on-gemini', provider: 'gemini', model: 'gemini-2.5-flash', ...simulated, forces: true, sees: true, stops: true, thinks: 'signed' },
  { id: 'on-gemini3', provider: 'gemini', model: 'gemini-3-pro-preview', ...simulated, forces: true, sees: true, stops: true, thinks: 'signed' },
].map(target => ({ ...target, stalls: `${target.provider}/${target.stalls}`, breaks: `${target.provider}/${target.breaks}`, busy: `${target.provider}/${target.busy}` }));

/** The catalogue's entries for the targets. */
export const models = targets.map(({ id, provider, model }) => ({ modelId: id, targets: [{ provider, model }] }));

/** One test per target; `among` picks those it is about. */
export function onEach(name, run, among = () => true) {
  for (const target of targets.filter(among)) test(`${name} (${target.id})`, () => run(target));
}

export const forces = target => target.forces;
export const sees = target => target.sees;
export const stops = target => target.stops;
export const signs = target => target.thinks === 'signed';
export const thinks = target => target.thinks !== undefined;

/** What every simulated model answers to a text. */
export const answerTo = text => `[simulated] ${text}`;

/** What a simulated model that thinks lets its caller know of its thoughts on a text: OpenAI's a summary, the others all of it. */
export const thoughtOn = (target, text) => target.thinks === 'sealed' ? '**Simulating** The answer follows from the request.' : `The user says: ${text}`;

export const greeting = 'Grüße, 世界 👋 — say "hello"\nto \\everyone\\.';
export const weather = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false,
};
/** The arguments that the simulated models give to a tool of that schema. */
export const asked = { city: 'city', days: 1 };

/** A whole PNG of one pixel, base64. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
