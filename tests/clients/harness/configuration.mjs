import { models, providers } from './providers.mjs';

/** What a first target can do before its first byte, so that the second one has to answer. */
export const failoverFaults = [
  '401', '429', '500', '503', '529', 'close-headers', 'reset-headers', 'empty', 'error-body', 'error-first-event', 'cut-body-0', 'cut-connection-0',
];

// Models that make or read something else than conversations.
const media = {
  instruct: 'gpt-3.5-turbo-instruct', picture: 'gpt-image-1', dalle: 'dall-e-2', voice: 'gpt-4o-mini-tts', whisper: 'whisper-1', scribe: 'gpt-4o-transcribe', judge: 'omni-moderation-latest',
};

const deployments = style => Object.fromEntries(['instruct', 'picture', 'voice', 'whisper'].map(name => [`${style}-${name}`, media[name]]));

/** The parley.json of the shared gateway: the simulator as a provider of every kind. */
export function configuration(simulator) {
  const azure = { type: 'azure-openai', endpoint: simulator, auth: { kind: 'api-key', value: 'azure-upstream-key-0001' } };
  return {
    providers: {
      sim: { type: 'simulator' },
      lab: { type: 'openai-compatible', baseUrl: `${simulator}/v1`, apiKey: 'sk-lab-upstream-0001' },
      // Fails and is asked again all the same: what a breaker makes of it is another test's.
      shaky: { type: 'openai-compatible', baseUrl: `${simulator}/v1`, apiKey: 'sk-lab-upstream-0001', breaker: { rule: 'off' } },
      hasty: { type: 'openai-compatible', baseUrl: `${simulator}/v1`, apiKey: 'sk-lab-upstream-0001', http: { firstByteSeconds: 1 } },
      gone: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'sk-nobody-listens-0001' },
      classic: {
        ...azure,
        apiVersion: '2024-10-21',
        urlStyle: 'classic',
        deployments: { 'classic-gpt': 'gpt-4o', 'classic-embed': 'text-embedding-3-small', 'classic-busy': 'sim-fault-429', 'classic-cut': 'sim-fault-cut-connection-4', ...deployments('classic') },
      },
      modern: { ...azure, urlStyle: 'v1', deployments: { 'modern-gpt': 'gpt-4o', 'modern-embed': 'text-embedding-3-small', ...deployments('modern') } },
      ...providers(simulator),
    },
    models: [
      { modelId: 'chat', aliases: ['team/chat-latest'], targets: [{ provider: 'lab', model: 'gpt-4o' }] },
      { modelId: 'thinker', targets: [{ provider: 'lab', model: 'gpt-5-mini' }] },
      { modelId: 'embed', targets: [{ provider: 'lab', model: 'text-embedding-3-small' }] },
      ...failoverFaults.map(fault => ({
        modelId: `safe-${fault}`,
        targets: [{ provider: 'shaky', model: `sim-fault-${fault}`, priority: 1 }, { provider: 'modern', model: 'modern-gpt', priority: 2 }],
      })),
      {
        modelId: 'kept-out',
        affinity: { kind: 'cookie' },
        targets: [{ provider: 'lab', model: 'sim-fault-500-kept', priority: 1 }, { provider: 'modern', model: 'modern-gpt', priority: 2 }],
      },
      { modelId: 'safe', targets: [{ provider: 'lab', model: 'sim-fault-503', priority: 1 }, { provider: 'modern', model: 'modern-gpt', priority: 2 }] },
      ...Object.entries(media).map(([modelId, model]) => ({ modelId, targets: [{ provider: 'lab', model }] })),
      { modelId: 'azure-classic', targets: [{ provider: 'classic', model: 'classic-gpt' }] },
      { modelId: 'azure-modern', targets: [{ provider: 'modern', model: 'modern-gpt' }] },
      ...models,
    ],
    keys: [
      { name: 'embeddings-only', role: 'inference', key: restrictedKey, models: ['embed'] },
      { name: 'one-tool', role: 'inference', key: toolsKey, tools: ['completion'] },
    ],
    agents: { poet: { kind: 'model', model: 'chat', prompt: 'Write a line.' } },
    prompts: { translator: { text: 'Translate what follows into {{language}}.', arguments: [{ name: 'language', required: true }] } },
    limits: { bodyBytes: 4 * 1024 * 1024 },
  };
}

/** May call the tool `completion` of the MCP server and no other. */
export const toolsKey = 'clients-one-tool-key-012345';

/** May use the model `embed` and nothing else. */
export const restrictedKey = 'clients-restricted-key-01234';
