// Runs the test script of each request against each of its saved responses, and prints the failures as JSON.
// A fake `pm` has what the scripts use of Postman; Ajv is the version in Postman's runtimes.
const fs = require('fs');

const Ajv = require(require.resolve('ajv', { paths: [require.resolve('har-validator')] }));
const report = { scripts: 0, responses: 0, failed: [] };

class Refused extends Error {}

function fakePm(response, fail) {
  const headers = Object.fromEntries((response.header || []).map(({ key, value }) => [key.toLowerCase(), value]));
  const test = (name, check) => {
    try {
      check();
    } catch (error) {
      fail(name, error);
    }
  };
  test.skip = () => {};
  return {
    test,
    expect: { fail: (message) => { throw new Refused(message); } },
    variables: { get: () => undefined },
    request: { headers: { all: () => [] } },
    response: {
      code: response.code,
      status: response.status,
      headers: { get: (name) => headers[name.toLowerCase()] },
      text: () => response.body || '',
      json: () => JSON.parse(response.body),
    },
  };
}

function* items(part) {
  for (const item of part.item || []) {
    if (item.item) yield* items(item);
    else yield item;
  }
}

function testScript(part) {
  const event = (part.event || []).find(({ listen }) => listen === 'test');
  return event && new Function('pm', 'require', event.script.exec.join('\n'));
}

process.argv.slice(2).forEach((file) => {
  const collection = JSON.parse(fs.readFileSync(file, 'utf8'));
  const shared = testScript(collection);
  if (shared) shared(fakePm({}, () => {}), () => Ajv);
  // Links and paging need a run of the collection.
  if (shared) callsheet = { ...callsheet, keep() {}, nextPage() {} };
  for (const item of items(collection)) {
    const script = testScript(item);
    if (!script) continue;
    report.scripts += 1;
    item.response.forEach((response) => {
      report.responses += 1;
      script(fakePm(response, (test, error) => {
        if (error instanceof Refused && test.startsWith('Status is ')) return; // a response with another status
        report.failed.push({ file, name: item.name, test, message: error.message, thrown: !(error instanceof Refused) });
      }), () => Ajv);
    });
  }
});

console.log(JSON.stringify(report));
