// Where samples come from: a running Spillway.
const spillway = process.argv[2] ?? process.env.SPILLWAY ?? 'http://127.0.0.1:3000';
