// Runs collections with one version of Newman: node run-newman.js PACKAGE
//
// Each line of standard input is a job as JSON: { collection, environment, rows, only, env } with the paths of three
// files, the names of the requests to run, and environment variables of the process. For each job, it prints a line of
// JSON: { error, failures, skipped, log, environment }.
const fs = require('fs');
const readline = require('readline');

const newman = require(process.argv[2]);
const read = (path) => JSON.parse(fs.readFileSync(path, 'utf8'));

function outcomeOf(error, { run, environment }, log) {
  const assertions = run.executions.flatMap((each) => each.assertions || []);
  return {
    error: error ? error.message : '',
    failures: run.failures.map((each) => [each.error.test || each.error.name, each.error.message]),
    skipped: assertions.filter((each) => each.skipped).map((each) => each.assertion),
    log: log.join('\n'),
    environment: environment.syncVariablesTo({}),
  };
}

function run({ collection, environment, rows, only, env }) {
  Object.assign(process.env, env);
  const log = [];
  const options = {
    collection: read(collection), environment: read(environment), iterationData: read(rows), folder: only, reporters: [],
  };
  return new Promise((done) => {
    newman.run(options, (error, summary) => done(outcomeOf(error, summary, log)))
      .on('console', (_, { messages }) => log.push(messages.join(' ')));
  });
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await run(JSON.parse(line)))}\n`);
  }
})();
