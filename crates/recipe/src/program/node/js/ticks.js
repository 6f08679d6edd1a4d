import { setTimeout as sleep } from 'node:timers/promises';

/** A line every so many milliseconds, when somebody asks for it. */
async function* ticks(everyMs, count = Infinity) {
  for (let tick = 1; tick <= count; tick += 1) {
    if (tick > 1) await sleep(everyMs);
    yield `tick ${tick}\n`;
  }
}
