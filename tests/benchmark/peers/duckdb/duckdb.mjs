// DuckDB with the events in a table of its own, and the same questions asked
// again and again.
//
// usage: node duckdb.mjs DATABASE THREADS
//
// Says that it is ready, then answers each line of its standard input, which is
// one JSON object, with one line of JSON:
//
//   {"run": [SQL...]}             runs them; the milliseconds of each
//   {"members": [SQL...]}         the first column of each, as lists
//
// DATABASE is a file, or :memory:.

import readline from 'node:readline';
import {DuckDBInstance} from '@duckdb/node-api';

const [database, threads] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database, {threads});
const connection = await instance.connect();

// All rows lie in this process when it is over; they are not made JavaScript's.
async function run(sql) {
  const start = process.hrtime.bigint();
  const result = await connection.run(sql);
  await result.fetchAllChunks();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

async function answer(request) {
  if (request.run) {
    const milliseconds = [];
    for (const sql of request.run) milliseconds.push(await run(sql));
    return {milliseconds};
  }
  const members = [];
  for (const sql of request.members) {
    const reader = await connection.runAndReadAll(sql);
    members.push(reader.getColumnsJS()[0] ?? []);
  }
  return {members};
}

const version = await connection.runAndReadAll('SELECT version()');
console.log(JSON.stringify({version: version.getRows()[0][0].slice(1)}));
for await (const line of readline.createInterface({input: process.stdin})) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
