// What is composed of several streams' rules: finished() and pipeline().
'use strict';

const { finished, pipeline } = require('node:stream');
const { pipeline: promisedPipeline } = require('node:stream/promises');
const { errorText } = require('./stages');

const outcome = (error) => (error ? errorText(error) : 'ok');

module.exports = {
  finished({ made, calls, at, print }, options) {
    const controller = new AbortController();
    const given = { ...options, signal: controller.signal };
    const cleanUp = finished(made, given, (error) => print(`${at} finished() ${outcome(error)}`));
    calls.push({ cleanUp, abort: () => controller.abort() });
  },
  'clean up': ({ calls }) => { calls.shift()?.cleanUp(); },
  'abort finished': ({ calls }) => { calls.shift()?.abort(); },

  pipeline({ at, stages, print }, others) {
    try {
      const made = others.map((other) => stages[other].made);
      pipeline(made, (error) => print(`${at} pipeline() ${outcome(error)}`));
    } catch (error) {
      print(`= ${error.code}`);
    }
  },
  'promised pipeline': ({ at, stages, print }, others, options) => {
    const controller = new AbortController();
    const made = others.map((other) => stages[other].made);
    // Node 24 refuses these, as a promise not at once; `pipeline` without one shows that.
    if (made.slice(1).some((stage) => stage.destroyed)) return;
    const told = (error) => print(`${at} pipeline() ${outcome(error)}`);
    promisedPipeline(...made, { ...options, signal: controller.signal }).then(() => told(), told);
    stages.controllers ??= [];
    stages.controllers.push(controller);
  },
  'abort pipeline': ({ stages }) => { stages.controllers?.shift()?.abort(); },
};
