// Runs a collection's pre-request script with a fake `pm`: many cases in one process.
//
// Input: { script, cases: [[step, …], …] }. A step sets variables of `environment`, `collection`, `globals`, `row` or
// `local`, which the later steps of its case keep. `vault` holds secrets by name (null: denied without an error,
// absent: denied with one), `headers` are those of the request, and `response` is what the token server sends:
// { code, body, headers } or { error }.
// Output: for each step the token requests (`asked`), the messages (`said`), and the values that the request was sent
// with (`sent`), or null if it wasn't sent.

const fs = require('fs');
const vm = require('vm');
const crypto = require('crypto');

const own = (values, name) => (Object.prototype.hasOwnProperty.call(values, name) ? values[name] : undefined);

function scopeOf(values) {
  return {
    get: (name) => own(values, name),
    set: (name, value) => { values[name] = value; },
    unset: (name) => { delete values[name]; },
    toObject: () => values,
  };
}

const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');

async function run(script, step, scopes) {
  const outcome = { asked: [], said: [], skipped: false, ended: false };
  const order = ['local', 'row', 'environment', 'collection', 'globals'];
  const get = (name) => order.map((scope) => own(scopes[scope], name)).find((value) => value !== undefined);
  const replaceIn = (text, depth = 0) => text.replace(/{{([^{}]*)}}/g, (reference, name) => {
    const value = get(name);
    return value === undefined ? reference : depth > 8 ? String(value) : replaceIn(String(value), depth + 1);
  });
  const timers = new Map();
  const pm = {
    info: { requestName: 'a request' },
    request: {
      method: 'GET',
      headers: step.headers || [{ key: 'x-api-key', value: '{{API_KEY}}' }, { key: 'x-gw-ims-org-id', value: '{{IMS_ORG}}' }],
      url: { variables: { each() {}, all: () => [] }, toString: () => '{{baseUrl}}/jobs' },
    },
    environment: { name: step.noEnvironment ? undefined : 'mine', ...scopeOf(scopes.environment) },
    collectionVariables: scopeOf(scopes.collection),
    globals: scopeOf(scopes.globals),
    iterationData: scopeOf(scopes.row),
    variables: { ...scopeOf(scopes.local), get, replaceIn },
    test: (_, check) => check(),
    expect: { fail: (message) => { outcome.said.push(message); } },
    execution: {
      skipRequest: () => { outcome.skipped = true; },
      setNextRequest: () => { outcome.ended = true; },
    },
    sendRequest: (request, done) => {
      outcome.asked.push({ url: request.url, body: request.body.raw, authorization: request.header.Authorization });
      const { response } = step;
      if (!response) return;
      const error = response.error ? Object.assign(new Error(response.error), { code: response.error }) : null;
      const headers = { get: (name) => (response.headers || {})[name] };
      setImmediate(() => done(error, error ? undefined : { code: response.code, headers, json: () => JSON.parse(response.body) }));
    },
  };
  if (step.vault) {
    pm.vault = {
      get: (name) => new Promise((resolve, reject) => {
        if (step.vault[name] === undefined) reject(new Error(`Vault access denied: ${name}`));
        else if (step.vault[name] !== 'never') setImmediate(() => resolve(step.vault[name]));
      }),
    };
  }
  let failed = '';
  const context = {
    pm,
    Buffer,
    console,
    require: () => ({ SHA256: (text) => ({ toString: () => sha256(text) }) }), // crypto-js
    setTimeout: (callback) => { const id = Symbol('timer'); timers.set(id, callback); return id; },
    clearTimeout: (id) => { timers.delete(id); },
  };
  try { vm.runInNewContext(script, context); } catch (error) { failed = String(error); }
  const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate); };
  await settle();
  const waited = timers.size;
  if (step.wait) {
    timers.forEach((callback) => callback());
    await settle();
  }
  const sent = replaceIn('{{ACCESS_TOKEN}}|{{API_KEY}}|{{IMS_ORG}}').split('|');
  return { ...outcome, failed, waiting: step.wait ? 0 : waited, sent: outcome.skipped ? null : sent };
}

async function main() {
  const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  const outcomes = [];
  for (const steps of given.cases) {
    const scopes = { local: {}, row: {}, environment: {}, collection: {}, globals: {} };
    const outcome = [];
    for (const step of steps) {
      Object.keys(scopes).forEach((scope) => Object.assign(scopes[scope], step[scope]));
      outcome.push({ ...await run(given.script, step, scopes), kept: JSON.parse(JSON.stringify(scopes)) });
    }
    outcomes.push(outcome);
  }
  console.log(JSON.stringify(outcomes));
}

main();
