import { createServer, request } from 'node:http';

/**
 * A provider's front door that notes what passes: an HTTP proxy in front of `upstream`.
 * `calls[i]` is `{ headers, body, left }`; `left` resolves to 'whole' or, when the gateway hung up before the end of the answer, to 'aborted'.
 */
export async function startWiretap(upstream) {
  const calls = [];
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    const call = { path: incoming.url, headers: incoming.headers, body: '' };
    call.left = new Promise(resolve => outgoing.once('close', () => resolve(outgoing.writableFinished ? 'whole' : 'aborted')));
    calls.push(call);

    const forward = request(upstream + incoming.url, { method: incoming.method, headers: { ...incoming.headers, host: new URL(upstream).host } }, answer => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on('error', () => outgoing.destroy());
    outgoing.once('close', () => forward.destroy());
    incoming.on('data', chunk => chunks.push(chunk)).once('end', () => {
      call.body = Buffer.concat(chunks).toString();
      forward.end(call.body);
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    calls,
    stop: () => new Promise(resolve => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
