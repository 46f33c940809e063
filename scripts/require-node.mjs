// Imported first by every command, before anything that an old Node might not understand.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error('Rolecall needs Node 20.19 or newer; this is Node ' + process.versions.node + '.');
  process.exit(1);
}
