// Runs the test script of each request against each of its saved answers, and prints what failed, as JSON.
// What the scripts use of Postman is stood in for; Ajv is the version that Postman's runtimes carry.
const fs = require('fs');

const Ajv = require(require.resolve('ajv', { paths: [require.resolve('har-validator')] }));
const told = { scripts: 0, answers: 0, failed: [] };

class Refused extends Error {}

function standIn(answer, fail) {
  const headers = Object.fromEntries((answer.header || []).map(({ key, value }) => [key.toLowerCase(), value]));
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
      code: answer.code,
      status: answer.status,
      headers: { get: (name) => headers[name.toLowerCase()] },
      text: () => answer.body || '',
      json: () => JSON.parse(answer.body),
    },
  };
}

function* items(part) {
  for (const item of part.item || []) {
    if (item.item) yield* items(item);
    else yield item;
  }
}

process.argv.slice(2).forEach((file) => {
  for (const item of items(JSON.parse(fs.readFileSync(file, 'utf8')))) {
    const event = (item.event || []).find(({ listen }) => listen === 'test');
    if (!event) continue;
    // The sections of links and pages, which follow, need a run.
    const script = new Function('pm', 'require', event.script.exec.join('\n').split('// ---- ')[0]);
    told.scripts += 1;
    item.response.forEach((answer) => {
      told.answers += 1;
      script(standIn(answer, (test, error) => {
        if (error instanceof Refused && test.startsWith('Status is ')) return; // an answer of another status
        told.failed.push({ file, name: item.name, test, message: error.message, thrown: !(error instanceof Refused) });
      }), () => Ajv);
    });
  }
});

console.log(JSON.stringify(told));
