'use strict';
// A CSV filter by hand, as it is written when no package is wanted: splits the text into rows and
// rows into fields, with quoted fields in full (commas, doubled quotes and line ends inside).

const { Transform } = require('node:stream');
const { StringDecoder } = require('node:string_decoder');

/** Keeps the header and the rows whose column is above a number, as they came. */
class CsvFilter extends Transform {
  #decoder = new StringDecoder('utf8');
  #column;
  #place;
  #above;
  /** The beginning of a row whose end has not come yet. */
  #rest = '';

  constructor(column, above, options) {
    super(options);
    this.#column = column;
    this.#above = above;
  }

  _transform(chunk, _encoding, done) {
    const text = this.#rest + this.#decoder.write(chunk);
    const kept = [];
    const end = completeRows(text, (row) => {
      if (this.#keeps(row)) kept.push(row);
    });
    this.#rest = text.slice(end);
    done(null, kept.length > 0 ? kept.join('') : undefined);
  }

  _flush(done) {
    const row = this.#rest + this.#decoder.end();
    done(null, row !== '' && this.#keeps(row) ? row : undefined);
  }

  #keeps(row) {
    const fields = split(row);
    if (this.#place === undefined) {
      this.#place = fields.indexOf(this.#column);
      if (this.#place === -1) throw new Error(`no column ${this.#column}`);
      return true;
    }
    return Number(fields[this.#place]) > this.#above;
  }
}

/** Gives each row that is complete, with its line end; answers where the last of them ends. */
function completeRows(text, give) {
  let start = 0;
  let quote = text.indexOf('"');
  for (;;) {
    let end = text.indexOf('\n', start);
    // A line end belongs to a field while the quotes before it are not in pairs.
    while (end !== -1 && quote !== -1 && quote < end) {
      const closing = text.indexOf('"', quote + 1);
      if (closing === -1) return start;
      if (closing > end) end = text.indexOf('\n', closing);
      quote = text.indexOf('"', closing + 1);
    }
    if (end === -1) return start;
    give(text.slice(start, end + 1));
    start = end + 1;
  }
}

/** The fields of a row, unquoted. */
function split(row) {
  const line = row.endsWith('\n') ? row.slice(0, -1) : row;
  if (!line.includes('"')) return line.split(',');
  const fields = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] === '"') {
      let field = '';
      let quote = line.indexOf('"', at + 1);
      while (line[quote + 1] === '"') {
        field += line.slice(at + 1, quote + 1);
        at = quote + 1;
        quote = line.indexOf('"', at + 1);
      }
      fields.push(field + line.slice(at + 1, quote));
      at = quote + 2;
    } else {
      let comma = line.indexOf(',', at);
      if (comma === -1) comma = line.length;
      fields.push(line.slice(at, comma));
      at = comma + 1;
    }
  }
  return fields;
}

module.exports = { CsvFilter };
