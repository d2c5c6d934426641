/**
 * Loaded into web and worker of the demo: they end when the demo itself was killed, so that a later demo never
 * finds a worker of an earlier one at its database.
 */
const demo = process.ppid;
setInterval(() => {
  if (process.ppid !== demo) process.kill(process.pid, 'SIGKILL');
}, 500).unref();
