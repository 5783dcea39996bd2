// Runs openapi-to-postmanv2 as its users do: converts each description with the default options, in one process.
//
//   node peer.js < PAIRS   a line for each description: its path, a tab, the path of the collection to write
const fs = require('fs');
const converter = require('openapi-to-postmanv2');

const pairs = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => line.split('\t'));

function convert(data) {
  return new Promise((resolve, reject) => {
    converter.convertV2({ type: 'string', data }, {}, (error, result) => {
      if (error || !result.result) reject(error || new Error(result.reason));
      else resolve(result.output[0].data);
    });
  });
}

(async () => {
  let failed = 0;
  for (const [from, to] of pairs) {
    try {
      const collection = await convert(fs.readFileSync(from, 'utf8'));
      fs.writeFileSync(to, JSON.stringify(collection, null, 2));
    } catch (error) {
      failed += 1;
      console.error(`${from}: ${error.message}`);
    }
  }
  console.log(`${pairs.length - failed} of ${pairs.length} converted`);
})();
