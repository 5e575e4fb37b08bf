// A process whose seal does something odd in the middle of a call. Started by provider_trouble.test.mjs.
import assert from 'node:assert/strict'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { Keyring, Seal, StrongroomError } from '../index.mjs'

const [name, path] = isMainThread ? process.argv.slice(2) : workerData
const flip = (bytes) => Buffer.from(bytes.map((byte) => byte ^ 7))
let hook = () => {}
let asked = 0
const seal = () => Seal.provider({ kind: 'k', keyId: 'i', wrap (key) { hook('wrap'); return flip(key) }, unwrap (blob) { hook('unwrap'); return flip(blob) } })

// Does `work` the first time that the seal is asked from now on.
function meanwhile (work) {
  hook = (method) => {
    hook = () => {}
    asked++
    work(method)
  }
}

// Ends well, or with an error of ours.
function attempt (call) {
  try {
    return call()
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error
    return error.code
  }
}

if (isMainThread && name === 'a worker that ends itself') {
  Keyring.createSync(path, { seal: seal() }).createKey('cards')
  const worker = new Worker(new URL(import.meta.url), { workerData: [name, path] })
  await new Promise((resolve) => worker.on('exit', resolve))
} else {
  const ring = isMainThread ? Keyring.createSync(path, { seal: seal(), maxStalenessMs: name.includes('in memory') ? 60_000 : 0 }) : Keyring.openSync(path, { seal: seal(), maxStalenessMs: 0 })
  const key = ring.keyOrCreate('cards')
  const ciphertext = key.encrypt('m')
  // Another one makes a new root key, which this one has to ask its seal for.
  const other = Keyring.openSync(path, { seal: seal() })
  const strange = () => {
    // This one has just looked, so it does not look again before it meets what is new.
    ring.refresh()
    other.reseal([seal()])
    other.key('cards').rotate()
    return other.key('cards').encrypt('m')
  }
  const works = {
    'process.exit in unwrap': () => { strange(); meanwhile(() => process.exit(7)); key.rotate() },
    'process.exit in wrap': () => { meanwhile(() => process.exit(7)); ring.reseal([seal()]) },
    'process.exit in a promise': async () => { meanwhile(() => process.exit(7)); await ring.resealAsync([seal()]) },
    'an unknown version in unwrap': () => {
      const newer = strange()
      meanwhile(() => attempt(() => key.decrypt(newer.replace('v2', 'v99'))))
      attempt(() => key.decrypt(newer))
    },
    'a version of a file system in memory': async () => {
      for (let round = 0; round < 3; round++) {
        await new Promise((resolve) => setTimeout(resolve, 300))
        key.encrypt('m')
        other.reseal([seal()])
        other.key('cards').rotate()
        const newer = other.key('cards').encrypt('m')
        meanwhile(() => attempt(() => key.decrypt(newer.replace(/v\d+/, 'v99'))))
        attempt(() => key.decrypt(newer))
      }
    },
    'itself in unwrap': () => {
      const newer = strange()
      const again = () => { asked++; hook = again; key.decrypt(newer); ring.refresh() }
      hook = again
      attempt(() => key.decrypt(newer))
      attempt(() => ring.refresh())
      hook = () => {}
    },
    'close in unwrap': () => { const newer = strange(); meanwhile(() => ring.close()); attempt(() => key.decrypt(newer)); attempt(() => key.encrypt('m')) },
    'a rotation in wrap': () => { meanwhile(() => attempt(() => key.rotate())); attempt(() => ring.reseal([seal()])) },
    'a reseal in a reseal': () => { meanwhile(() => attempt(() => ring.reseal([seal()]))); attempt(() => ring.reseal([seal()])) },
    'a worker that ends itself': () => { strange(); meanwhile(() => process.exit(7)); key.rotate() }
  }
  assert.ok(works[name], name)
  await works[name]()
  assert.ok(asked > 0, 'the seal was asked in the middle of the call')
  if (!name.includes('close')) assert.equal(key.decrypt(ciphertext).toString(), 'm')
}
