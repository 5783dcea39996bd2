// Parses scripts and prints the trees of their statements without data: two that differ in texts alone are the same.
// In: a list of scripts as JSON, on standard input. Out: a list of digests for each, or why it is no script.
'use strict';

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const acorn = require('acorn');

const POSITIONS = new Set(['start', 'end', 'raw', 'loc', 'range']);

// Whether an expression is data and nothing else. (A plain `__proto__` is no name of a property: it sets the prototype.)
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
