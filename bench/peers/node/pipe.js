'use strict';
// node pipe.js CHUNK MARK IN STAGE... OUT: the work of `spillway pipe` through stream.pipeline.
//
// CHUNK is how much a file is read at once and gzip gives at once, MARK the mark of all else. The stages are written as
// for `spillway pipe`; `csv-parse:` is `csv:` with the npm package of that name. Prints one line of
// JSON; the time is from the opening of the input to the closing of the output, so that the start
// of Node and the loading of modules do not count.

const crypto = require('node:crypto');
const fs = require('node:fs');
const zlib = require('node:zlib');
const { pipeline } = require('node:stream/promises');
const { CsvFilter } = require('./csv_filter.js');

const [chunk, mark, from, ...rest] = process.argv.slice(2);
const to = rest.pop();
const chunkSize = Number(chunk);
const highWaterMark = Number(mark);

const stages = {
  'csv': (expression) => [new CsvFilter(...condition(expression), { highWaterMark })],
  'csv-parse': (expression) => {
    const { csvParseFilter } = require('./csv_parse_filter.js');
    return csvParseFilter(...condition(expression), chunkSize);
  },
  'gzip': (level) => [zlib.createGzip({ level: Number(level), chunkSize, highWaterMark })],
  'aes-ctr': (options) => {
    const [key, iv] = options.split(':').map((hex) => Buffer.from(hex, 'hex'));
    return [crypto.createCipheriv('aes-256-ctr', key, iv, { highWaterMark })];
  },
};

function condition(expression) {
  const [column, number] = expression.split('>');
  return [column, Number(number)];
}

async function main() {
  const between = rest.flatMap((stage) => {
    const [kind, ...options] = stage.split(':');
    return stages[kind](options.join(':'));
  });
  const begun = process.hrtime.bigint();
  const input = fs.createReadStream(from, { highWaterMark: chunkSize });
  const output = fs.createWriteStream(to, { highWaterMark });
  await pipeline(input, ...between, output);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  console.log(JSON.stringify({ bytes_in: input.bytesRead, bytes_out: output.bytesWritten, seconds }));
}

main();
