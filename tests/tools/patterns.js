// Finds the regular expressions of JavaScript files, and analyzes how long each may take.
//
//   node patterns.js collect FILE…   prints {"found": [{file, line, source, flags}], "built": [{file, line}]}
//   node patterns.js check           reads [{source, flags}] from standard input, prints recheck's judgement of each
//
// recheck runs as JavaScript in this process, without its native or Java backend.
'use strict';

process.env.RECHECK_BACKEND = 'pure';
const fs = require('fs');
const acorn = require('acorn');
const { checkSync } = require('recheck');

/** Turn a template into JavaScript: Jinja statements are removed, expressions become identifiers. */
function withoutJinja(source) {
  const blank = (text) => text.replace(/[^\n]/g, '');
  return source
    .replace(/\{[%#][^]*?[%#]\}/g, blank)
    .replace(/\{\{[^]*?\}\}/g, (text) => `_${blank(text)}`);
}

/** The quoted texts in Jinja expressions, which may be JavaScript too. */
function quotedInJinja(source) {
  const expressions = source.match(/\{\{[^]*?\}\}/g) || [];
  return expressions.flatMap((text) => (text.match(/"(?:[^"\\]|\\.)*"/g) || []).map((each) => each.slice(1, -1)));
}

function tokens(source) {
  const found = [];
  const options = { ecmaVersion: 'latest', locations: true };
  for (const token of acorn.tokenizer(source, options)) found.push(token);
  return found;
}

function inTokens(file, list) {
  const found = [];
  const built = [];
  list.forEach((token, index) => {
    const at = { file, line: token.loc.start.line };
    if (token.type.label === 'regexp') {
      found.push({ ...at, source: token.value.pattern, flags: token.value.flags });
    } else if (token.type.label === 'name' && token.value === 'RegExp') {
      const [open, first, next, second] = list.slice(index + 1, index + 5);
      if (!open || open.type.label !== '(') return;
      const alone = first.type.label === 'string' && (next.type.label === ')' || next.type.label === ',');
      const flags = next.type.label === ',' ? second : null;
      if (alone && (!flags || flags.type.label === 'string')) {
        found.push({ ...at, source: first.value, flags: flags ? flags.value : '' });
      } else {
        built.push(at);
      }
    }
  });
  return { found, built };
}

function collect(files) {
  const all = { found: [], built: [] };
  for (const file of files) {
    const source = fs.readFileSync(file, 'utf8');
    const parts = [inTokens(file, tokens(withoutJinja(source)))];
    for (const text of file.endsWith('.j2') ? quotedInJinja(source) : []) {
      try {
        parts.push(inTokens(file, tokens(text)));
      } catch {
        // The text isn't JavaScript.
      }
    }
    for (const { found, built } of parts) {
      all.found.push(...found);
      all.built.push(...built);
    }
  }
  return all;
}

function check(patterns) {
  return patterns.map(({ source, flags }) => {
    const { status, complexity, error, attack } = checkSync(source, flags, { timeout: 12000 });
    return {
      status,
      complexity: complexity ? complexity.summary : '',
      error: error ? JSON.stringify(error) : '',
      attack: attack ? attack.pattern : '',
    };
  });
}

const [, , command, ...files] = process.argv;
const result = command === 'collect' ? collect(files) : check(JSON.parse(fs.readFileSync(0, 'utf8')));
process.stdout.write(JSON.stringify(result));
