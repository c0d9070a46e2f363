import OpenAI, { AzureOpenAI } from 'openai';
import { adminKey, callerKey } from './servers.mjs';

/** Addresses of the shared servers, without a slash at the end; given by run.mjs. */
export const gateway = process.env.PARLEY_TEST_GATEWAY;
export const simulator = process.env.PARLEY_TEST_SIMULATOR;
if (!gateway || !simulator) throw new Error('Run these tests with: node run.mjs [part of a file name]…');

// A client that hangs fails by name, and none retries unless its test asks for it.
const patience = { maxRetries: 0, timeout: 15_000 };

/** The official client in front of Parley. */
export const client = openai();

/** The same client straight at the simulated provider: what an answer is without Parley in between. */
export const direct = new OpenAI({ baseURL: `${simulator}/v1`, apiKey: 'sk-direct', ...patience });

export function openai({ path = '/v1', ...options } = {}) {
  return new OpenAI({ baseURL: gateway + path, apiKey: callerKey, ...patience, ...options });
}

export function azureOpenai(options = {}) {
  return new AzureOpenAI({ endpoint: gateway, apiKey: callerKey, apiVersion: '2024-10-21', ...patience, ...options });
}

/** A fetch that keeps what was sent and what came: `calls[i] = { url, status }`. */
export function countingFetch() {
  const calls = [];
  const counting = async (url, init) => {
    const call = { url: String(url), status: undefined };
    calls.push(call);
    const response = await fetch(url, init);
    call.status = response.status;
    return response;
  };
  return { fetch: counting, calls };
}

/** The ledger's record of a request, as soon as it is there. */
export async function ledgerRecord(requestId, { at = gateway, within = 10_000 } = {}) {
  const until = Date.now() + within;
  for (;;) {
    const response = await fetch(`${at}/admin/requests?requestId=${encodeURIComponent(requestId)}`, { headers: { authorization: `Bearer ${adminKey}` } });
    const answer = await response.json();
    if (answer.items?.length) return answer.items[0];
    if (Date.now() > until) throw new Error(`The ledger has no record of ${requestId}: ${response.status} ${JSON.stringify(answer)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
