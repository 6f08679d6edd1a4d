// What is composed of several streams' rules: finished() and pipeline().
'use strict';

const { finished, pipeline } = require('node:stream');
const { errorText } = require('./stages');

const outcome = (error) => (error ? errorText(error) : 'ok');

module.exports = {
  finished({ made, cleanups, at, print }, options) {
    cleanups.push(finished(made, options, (error) => print(`${at} finished() ${outcome(error)}`)));
  },
  'clean up': ({ cleanups }) => { cleanups.shift()?.(); },
  pipeline({ at, stages, print }, others) {
    try {
      const made = others.map((other) => stages[other].made);
      pipeline(made, (error) => print(`${at} pipeline() ${outcome(error)}`));
    } catch (error) {
      print(`= ${error.code}`);
    }
  },
};
