// LangChain's OpenAI package, as chat and as Responses, in front of every provider.
import assert from 'node:assert/strict';
import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { all, failure } from './harness/answers.mjs';
import { gateway } from './harness/clients.mjs';
import { answerTo, asked, forces, greeting, onEach, pixel, sees, stops, weather } from './harness/providers.mjs';
import { callerKey } from './harness/servers.mjs';

const tools = ['weather', 'news'].map(name => ({ type: 'function', function: { name, description: `Gets the ${name}.`, parameters: weather } }));

for (const useResponsesApi of [false, true]) {
  const name = useResponsesApi ? 'langchainResponses' : 'langchainChat';
  const modelOf = (model, options = {}) => new ChatOpenAI({
    model, apiKey: callerKey, configuration: { baseURL: `${gateway}/v1` }, maxRetries: 0, timeout: 15_000, useResponsesApi, ...options,
  });

  onEach(`${name}_Invoke_IsAnsweredAndCounted`, async target => {
    const answer = await modelOf(target.id).invoke([new SystemMessage('Be brief.'), new HumanMessage(greeting)]);
    assert.equal(answer.text, answerTo(greeting));
    assert.ok(answer.usage_metadata.input_tokens > 0 && answer.usage_metadata.output_tokens > 0);
  });

  onEach(`${name}_Stream_JoinsToThePlainAnswer`, async target => {
    const pieces = await all(await modelOf(target.id).stream(greeting));
    const whole = pieces.reduce((sum, piece) => sum.concat(piece));
    assert.equal(whole.text, answerTo(greeting));
    assert.ok(pieces.length > 3, 'it comes in pieces');
    assert.ok(whole.usage_metadata.output_tokens > 0);
  });

  for (const stream of [false, true]) {
    onEach(`${name}_ParallelTools${stream ? 'Streamed' : ''}_AreCalledAndTheirResultsRead`, async target => {
      const model = modelOf(target.id).bindTools(tools);
      const run = async messages => stream ? (await all(await model.stream(messages))).reduce((sum, piece) => sum.concat(piece)) : model.invoke(messages);
      const question = new HumanMessage('call:news and call:weather');
      const first = await run([question]);

      assert.deepEqual(first.tool_calls.map(call => [call.name, call.args]), [['news', asked], ['weather', asked]]);
      const results = first.tool_calls.map(call => new ToolMessage({ tool_call_id: call.id, content: `The ${call.name} is good.` }));
      assert.equal((await run([question, first, ...results])).text, answerTo('call:news and call:weather'));
    });
  }

  onEach(`${name}_ToolForcedByName_IsCalledUnasked`, async target => {
    const answer = await modelOf(target.id).bindTools(tools, { tool_choice: 'news' }).invoke('Hello');
    assert.deepEqual(answer.tool_calls.map(call => call.name), ['news']);
  }, forces);

  onEach(`${name}_StructuredOutput_IsAnObjectOfTheSchema`, async target => {
    const schema = { title: 'event', type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false };
    const model = modelOf(target.id).withStructuredOutput(schema, { method: 'jsonSchema', strict: true });
    assert.deepEqual(await model.invoke('Anna gives a party, so call:parley_output'), { name: 'name' });
  });

  onEach(`${name}_InlineImage_ReachesTheModel`, async target => {
    const content = [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } }];
    const answer = await modelOf(target.id).invoke([new HumanMessage({ content })]);
    assert.equal(answer.text, answerTo('What is it?'));
    assert.ok(answer.usage_metadata.input_tokens > 50);
  }, sees);

  if (!useResponsesApi) {
    onEach(`${name}_StopSequence_EndsTheAnswerBeforeIt`, async target => {
      assert.equal((await modelOf(target.id, { stop: ['three'] }).invoke('one two three four')).text, '[simulated] one two ');
    }, stops);
  }

  onEach(`${name}_UnknownUpstreamModel_Is404`, async target => {
    const error = await failure(modelOf(`${target.provider}/nobody-knows-this`).invoke('Hello'));
    assert.equal(error.status, 404, `${error}`);
  }, target => target.provider !== 'bedrock');
}
