// Runs Newman's own command line many times in one process: most of a short run is the start of Newman.
//
// The first argument is the executable of a version of Newman. Each line of standard input is a JSON object
// with the `arguments` of a run, its `folder`, which becomes the working directory, and its `environment`. The
// result is written as a line with the exit `code` and the printed `output`.
'use strict';

const fs = require('fs');
const path = require('path');
const readline = require('readline');

const executable = fs.realpathSync(process.argv[2]);
const newman = require(path.join(path.dirname(executable), '..'));
const run = newman.run;

let printed = [];
let ended = () => {};
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (text, encoding, callback) => {
    printed.push(Buffer.from(text, typeof encoding === 'string' ? encoding : 'utf8'));
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}
// The command line sets the exit code in this callback, so the run ends only after it.
newman.run = (options, callback) =>
  run.call(newman, options, (...results) => {
    callback(...results);
    setImmediate(ended);
  });

async function one(job) {
  // The command line keeps the options of its last run.
  for (const name of Object.keys(require.cache)) {
    if (name === executable || /[\\/]commander[\\/]/.test(name)) delete require.cache[name];
  }
  printed = [];
  process.exitCode = undefined;
  process.chdir(job.folder);
  for (const name of Object.keys(process.env)) {
    if (!(name in job.environment)) delete process.env[name];
  }
  Object.assign(process.env, job.environment);
  process.argv = [process.execPath, executable, ...job.arguments];
  await new Promise((resolve, reject) => {
    ended = resolve;
    require(executable)(process.argv, (error) => error && reject(error));
  });
  return { code: process.exitCode || 0, output: Buffer.concat(printed).toString() };
}

// A pipe takes a part of a long text at a time, or nothing while it is full.
function writeWhole(text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    writeWhole(`${JSON.stringify(await one(JSON.parse(line)))}\n`);
  }
})();
