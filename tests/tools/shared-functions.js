// Reads a script of a collection, and prints as JSON: the names in its object `callsheet`; those of them that reach a
// free `pm`, with the functions on the way; and its longest function.
'use strict';

const { readFileSync } = require('node:fs');
const acorn = require('acorn');

const tree = acorn.parse(readFileSync(process.argv[2], 'utf8'), { ecmaVersion: 2022, locations: true, allowReturnOutsideFunction: true });
const isFunction = (node) => /Function/.test(node.type || '');
const children = (node) => Object.entries(node).filter(([key]) => key !== 'loc').flatMap(([, child]) => child)
  .filter((child) => child && typeof child.type === 'string');

// The names that a pattern of a parameter binds.
function bound(pattern) {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type === 'AssignmentPattern') return bound(pattern.left);
  if (pattern.type === 'RestElement') return bound(pattern.argument);
  if (pattern.type === 'ArrayPattern') return pattern.elements.filter(Boolean).flatMap(bound);
  return pattern.properties.flatMap((each) => bound(each.value || each));
}

// Functions and constants at the top, by their names.
const top = new Map();
tree.body.forEach((node) => {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') top.set(node.id.name, node);
  if (node.type === 'VariableDeclaration') node.declarations.forEach((each) => each.init && top.set(each.id.name, each.init));
});

// The names that a function declares.
function declared(node) {
  const own = node.type === 'VariableDeclarator' ? bound(node.id) : [];
  return [...own, ...children(node).flatMap(declared)];
}

// What a node uses that is not bound inside it.
function used(node, inside = new Set(), found = new Set()) {
  if (node.type === 'Identifier') {
    if (!inside.has(node.name)) found.add(node.name);
    return found;
  }
  if (node.type === 'MemberExpression' && !node.computed) return used(node.object, inside, found);
  if (node.type === 'Property' && !node.computed) return used(node.value, inside, found);
  const more = isFunction(node) ? new Set([...inside, ...node.params.flatMap(bound), ...declared(node.body)]) : inside;
  children(node).forEach((child) => used(child, more, found));
  return found;
}

// Constants that hold a value of the collection's own script, and no function, may be read: they are texts by then.
const isValue = (name) => top.has(name) && !isFunction(top.get(name)) && /^[A-Z][A-Z_]*$/.test(name)
  && top.get(name).type === 'TemplateLiteral';

function reaching(name, seen = new Set()) {
  if (seen.has(name) || !top.has(name) || isValue(name)) return [];
  seen.add(name);
  const names = used(top.get(name));
  return [...(names.has('pm') ? [name] : []), ...[...names].flatMap((other) => reaching(other, seen))];
}

const assigned = tree.body.map((node) => node.expression).find((node) => node && node.type === 'AssignmentExpression'
  && node.left.name === 'callsheet');
const given = assigned ? (assigned.right.arguments || [assigned.right])[0].properties : [];
const shared = {};
given.forEach(({ key, value }) => { shared[key.name] = [...used(value)].flatMap((name) => reaching(name)); });
const longest = { name: '', lines: 0 };
(function measure(node) {
  const lines = node.loc.end.line - node.loc.start.line + 1;
  if (isFunction(node) && lines > longest.lines) Object.assign(longest, { name: node.id ? node.id.name : '', lines });
  children(node).forEach(measure);
}(tree));
const free = Object.fromEntries(Object.entries(shared).filter(([, names]) => names.length > 0));
console.log(JSON.stringify({ shared: Object.keys(shared), free, longest }));
