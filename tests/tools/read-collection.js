// Reads a file with Postman's own collection library, and prints what it finds as JSON.
const fs = require('fs');
const { Collection } = require('postman-collection');

const collection = new Collection(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')));
const pairs = (list) => list.all().map((part) => [part.key, part.value, Boolean(part.disabled)]);
const auth = collection.auth.toJSON();

const items = [];
collection.forEachItem((item) => {
  const { request } = item;
  items.push({
    id: item.id,
    name: item.name,
    method: request.method,
    path: `${request.url.host.join('.')}/${request.url.path.join('/')}`,
    query: pairs(request.url.query),
    variables: request.url.variables.all().map((part) => [part.key, part.value]),
    headers: pairs(request.headers),
    body: request.body ? request.body.raw : '',
    scripts: item.events.all().map((event) => event.script.exec),
    responses: item.responses.all().map((r) => [r.id, r.name, r.code, r.status, r.body]),
  });
});

console.log(JSON.stringify({
  auth,
  variables: Object.fromEntries(collection.variables.all().map((v) => [v.key, v.value])),
  scripts: Object.fromEntries(collection.events.all().map((e) => [e.listen, e.script.exec])),
  items,
}));
