// The AWS SDK for JavaScript, operated from another process by lines of JSON (tests/support/clients/sdks/javascript.py).
//
//   {"id": 1, "operation": "PutImage", "input": {…}, "files": {"layerPartBlob": "/path"}}   a request; files become blobs
//   {"id": 2, "pages": "ListImages", "pageSize": 1, "input": {…}}                           every page, by the SDK's paginator
//   {"id": 3, "download": "http://…", "to": "/path"}                                        the content of a URL, into a file
//
// Each gets one line, in any order: {"id": 1, "output": …}, or {"id": 1, "error": {"code": …, "message": …, "members": {…}}}.
// Endpoint, region and credentials come from the environment.

import { readFile } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import * as ecr from "@aws-sdk/client-ecr";

const client = new ecr.ECRClient({});

async function send({ operation, input, files = {} }) {
  const blobs = {};
  for (const [member, path] of Object.entries(files)) blobs[member] = await readFile(path);
  const { $metadata, ...output } = await client.send(new ecr[`${operation}Command`]({ ...input, ...blobs }));
  return output;
}

async function pages({ pages, pageSize, input }) {
  const found = [];
  for await (const { $metadata, ...page } of ecr[`paginate${pages}`]({ client, pageSize }, input)) found.push(page);
  return found;
}

async function download({ download, to }) {
  const response = await fetch(download);
  if (!response.ok) throw new Error(`${download} answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(to));
  return {};
}

function described(error) {
  const { name, message, $fault, $metadata, $response, ...members } = error;
  return { code: name, message, members };
}

async function answer(line) {
  const request = JSON.parse(line);
  const act = request.operation ? send : request.pages ? pages : download;
  try {
    return { id: request.id, output: await act(request) };
  } catch (error) {
    return { id: request.id, error: described(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  answer(line).then((answered) => process.stdout.write(`${JSON.stringify(answered)}\n`));
}
