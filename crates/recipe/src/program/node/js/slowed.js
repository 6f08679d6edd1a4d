/** Makes a Writable take so many bytes a second. */
function slowed(bytesPerS, writable) {
  const write = writable._write;
  writable._write = (chunk, encoding, callback) => {
    const ms = (1000 * chunk.length) / bytesPerS;
    setTimeout(() => write.call(writable, chunk, encoding, callback), ms);
  };
  writable._writev = null; // One chunk at a time.
  return writable;
}
