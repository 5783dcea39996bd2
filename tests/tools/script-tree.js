// Parses scripts, and prints a digest of each statement's syntax tree without data: the same for scripts that differ
// only in texts.
// Input: a list of scripts as JSON, on standard input. Output: a list of digests for each, or why it can't be parsed.
'use strict';

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const acorn = require('acorn');

const POSITIONS = new Set(['start', 'end', 'raw', 'loc', 'range']);

// Whether an expression is nothing but data. (The key `__proto__` is not a property name: it sets the prototype.)
function isData(node) {
  if (node.type === 'Literal') return !node.regex;
  if (node.type === 'UnaryExpression') return node.operator === '-' && isData(node.argument);
  if (node.type === 'ArrayExpression') return node.elements.every((child) => child !== null && isData(child));
  if (node.type !== 'ObjectExpression') return false;
  return node.properties.every((each) => each.type === 'Property' && isData(each.value)
    && (each.computed ? each.key.type === 'Literal' : ![each.key.name, each.key.value].includes('__proto__')));
}

function bare(node) {
  if (Array.isArray(node)) return node.map(bare);
  if (node === null || typeof node !== 'object') return node;
  if (isData(node)) return 'data';
  if (node.type === 'Literal') return ['regex', node.regex.flags];
  if (node.type === 'TemplateElement') return 'text';
  return Object.entries(node).filter(([name]) => !POSITIONS.has(name)).map(([name, child]) => [name, bare(child)]);
}

function digests(script) {
  try {
    return acorn.parse(script, { ecmaVersion: 2020 }).body
      .map((statement) => createHash('sha256').update(JSON.stringify(bare(statement))).digest('hex'));
  } catch (error) {
    return [`no script: ${error.message}`];
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(digests)));
