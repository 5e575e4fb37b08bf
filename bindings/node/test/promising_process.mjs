// A process whose seal gives promises, and that ends in the middle. Started by promising_seals.test.mjs.
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const [name, path] = isMainThread ? process.argv.slice(2) : workerData
const flip = (bytes) => Buffer.from(bytes.map((byte) => byte ^ 7))
const work = () => new Worker(new URL(import.meta.url), { workerData: [name, path] })
const exit = (worker) => new Promise((resolve, reject) => worker.on('error', reject).on('exit', resolve))
const message = (worker) => new Promise((resolve, reject) => worker.on('error', reject).on('message', resolve))

// The library is not loaded by a thread that starts workers only, so it is unloaded with the last of them.
const load = async () => {
  const { Keyring, Seal } = await import('../index.mjs')
  const seal = (own) => Seal.provider({ kind: 'k', keyId: 'i', wrap: async (key) => { await wait(1); return flip(key) }, unwrap: async (blob) => { await wait(1); return flip(blob) }, ...own })
  return { Keyring, seal }
}

// Begins to open a keyring, and comes back once the seal is asked.
async function waiting (timeoutMs) {
  const { Keyring, seal } = await load()
  await Keyring.create(path, { seal: seal() })
  let asked
  const begun = new Promise((resolve) => { asked = resolve })
  const opening = Keyring.open(path, { seal: seal({ timeoutMs, unwrap: () => { asked(); return new Promise(() => {}) } }) })
  await begun
  return opening.then(() => assert.fail('it opened'), (error) => error)
}

if (name === 'process.exit while it waits') {
  setTimeout(() => process.exit(7), 100)
  await waiting(60_000)
} else if (name === 'the end of the program while it waits') {
  // Nothing else keeps the process: it stays until the seal is given up.
  assert.equal((await waiting(300)).code, 'seal_failed')
} else if (isMainThread) {
  const workers = Array.from({ length: name.endsWith('of its own') ? 1 : 3 }, work)
  if (name.includes('is stopped')) {
    const exits = workers.map(exit)
    await Promise.all(workers.map(message))
    await Promise.all(workers.map((worker) => worker.terminate()))
    await Promise.all(exits)
    await wait(100)
  } else {
    for (const code of await Promise.all(workers.map(exit))) assert.equal(code, 0)
  }
} else if (name === 'a worker of its own') {
  const { Keyring, seal } = await load()
  const ring = await Keyring.create(path, { seal: seal() })
  const text = ring.createKey('cards').encrypt('m')
  const opened = await Promise.all(Array.from({ length: 5 }, () => Keyring.open(path, { seal: seal() })))
  for (const one of opened) assert.equal((await one.key('cards').decryptAsync(text)).toString(), 'm')
} else {
  const { threadId } = await import('node:worker_threads')
  const { Keyring, seal } = await load()
  await Keyring.create(`${path}-${threadId}`, { seal: seal() })
  Keyring.open(`${path}-${threadId}`, {
    seal: seal({ unwrap () { if (name.includes('ends')) process.exit(0); parentPort.postMessage('asked'); return new Promise(() => {}) } })
  }).then(() => {}, () => {})
}
