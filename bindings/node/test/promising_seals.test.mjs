// Seals that answer with promises, as the clients of key services do: what they are good for, and what becomes of those that fail.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { folder, Keyring, Seal } from './vectors.mjs'

const flip = (bytes) => Buffer.from(bytes.map((byte) => byte ^ 7))
const thrown = (call) => { try { call() } catch (error) { return error } }
const failure = (promise) => promise.then(() => assert.fail('it was kept'), (error) => error)

// A key service that takes its time.
function service (own = {}) {
  const asked = []
  const answer = async (method, bytes) => { asked.push(method); await wait(5); return flip(bytes) }
  const provider = { kind: 'fake-kms', keyId: 'key/1', wrap: (key) => answer('wrap', key), unwrap: (blob) => answer('unwrap', blob), ...own }
  return { asked, seal: Seal.provider(provider) }
}

test('a keyring lives with such a seal', async (t) => {
  const at = (name) => join(folder(t), name)
  const path = at('ring')
  const { seal, asked } = service()
  const ring = await Keyring.create(path, { seal })
  assert.deepEqual(asked, ['wrap', 'unwrap'])
  const key = ring.createKey('cards')
  const text = key.encrypt('4111')
  for (const opened of [await Keyring.open(path, { seal }), await Keyring.openOrCreate(path, { seal }), await Keyring.restore(ring.snapshotBytes(), at('restored'), { seal })]) {
    assert.equal(opened.key('cards').decrypt(text).toString(), '4111')
    assert.equal((await opened.key('cards').decryptAsync(text)).toString(), '4111')
    assert.deepEqual((await opened.checkAsync()).faults, [])
  }
  await Keyring.openOrCreate(at('fresh'), { seal })
  await ring.addSealAsync(service({ keyId: 'key/2' }).seal)
  assert.equal(await ring.resealAsync([seal, Seal.passphrase('p')]), 1)
  assert.deepEqual(ring.seals().map(({ kind, id }) => `${kind} ${id}`), ['fake-kms key/1', 'passphrase passphrase'])
  const backup = await key.backupAsync(seal)
  assert.equal((await Keyring.inMemory().restoreKeyAsync(backup, seal)).decrypt(text).toString(), '4111')
})

test('the thread of JavaScript goes on meanwhile', async (t) => {
  const path = join(folder(t), 'ring')
  await Keyring.create(path, { seal: service().seal })
  const slow = service({ unwrap: async (blob) => { await wait(300); return flip(blob) } })
  let turns = 0
  const timer = setInterval(() => turns++, 10)
  await Keyring.open(path, { seal: slow.seal })
  clearInterval(timer)
  assert.ok(turns >= 5, `${turns} turns`)
})

test('it may use what Node does on its own threads, however many are opened', async (t) => {
  const path = join(folder(t), 'ring')
  const unwrap = async (blob) => { await lookup('localhost'); await readFile(fileURLToPath(import.meta.url)); return flip(blob) }
  const { seal } = service({ unwrap })
  const ring = await Keyring.create(path, { seal })
  const text = ring.createKey('cards').encrypt('m')
  const rings = await Promise.all(Array.from({ length: 50 }, () => Keyring.open(path, { seal })))
  for (const one of rings) assert.equal(one.key('cards').decrypt(text).toString(), 'm')
})

test('one that does not answer with a promise, and one that gives something like one', async (t) => {
  const path = join(folder(t), 'ring')
  const thenable = (value) => ({ then (kept) { setTimeout(kept, 5, value) } })
  const seal = Seal.provider({ kind: 'k', keyId: 'i', wrap: (key) => thenable(flip(key)), unwrap: (blob) => flip(blob) })
  await Keyring.create(path, { seal })
  await Keyring.open(path, { seal })
})

test('what a promise is rejected with is the cause of the error', async (t) => {
  const path = join(folder(t), 'ring')
  const ring = await Keyring.create(path, { seal: service().seal })
  class Denied extends Error { code = 'AccessDeniedException' }
  for (const value of [new Denied('no'), 'a text', 7, null, undefined, Symbol('s'), new Proxy({}, { get () { throw new Error('again') } })]) {
    const no = async () => { await wait(2); throw value }
    const errors = [failure(Keyring.open(path, { seal: service({ unwrap: no }).seal })), failure(ring.addSealAsync(service({ keyId: 'o', wrap: no }).seal)), failure(ring.resealAsync([service({ wrap: () => { throw value } }).seal]))]
    for (const error of await Promise.all(errors)) {
      assert.equal(error.code, 'seal_failed')
      assert.ok(Object.hasOwn(error, 'cause') && Object.is(error.cause, value), `${typeof value}`)
    }
  }
  const error = await failure(Keyring.open(path, { seal: service({ unwrap: () => Promise.reject(new Denied('not for you')) }).seal }))
  assert.match(error.message, /the seal failed: not for you/)
  // Each call has its own, in whatever order they end.
  const errors = await Promise.all(Array.from({ length: 20 }, (_, index) => failure(Keyring.open(path, { seal: service({ unwrap: async () => { await wait(40 - 2 * index); throw new Error('one message') } }).seal }))))
  assert.equal(new Set(errors.map(({ cause }) => cause)).size, 20)
  assert.ok(errors.every(({ cause }) => cause.message === 'one message'))
})

test('one that answers with something else', async (t) => {
  const path = join(folder(t), 'ring')
  const ring = await Keyring.create(path, { seal: service().seal })
  const open = async (value) => (await failure(Keyring.open(path, { seal: service({ unwrap: async () => value }).seal }))).code
  for (const garbage of [undefined, 'text', 7, {}, [1, 2], new ArrayBuffer(32), new Uint8Array(new SharedArrayBuffer(32)), new Uint16Array(16), async () => {}]) assert.equal(await open(garbage), 'seal_failed', `${garbage}`)
  assert.equal(await open(null), 'wrong_seal')
  assert.equal(await open(Buffer.alloc(31)), 'wrong_seal')
  assert.equal(await open(Buffer.alloc(32, 1)), 'corrupt_document')
  const wrapping = async (wrap) => (await failure(ring.addSealAsync(service({ keyId: 'o', wrap }).seal))).code
  assert.equal(await wrapping(async () => Buffer.alloc(0)), 'seal_failed')
  assert.equal(await wrapping(async () => Buffer.alloc(70000)), 'seal_failed')
  assert.equal(await wrapping(async () => Buffer.alloc(32)), 'seal_failed')
  assert.equal(ring.seals().length, 1)
})

test('one that never answers is given up, and what comes later is nobody\'s', async (t) => {
  const path = join(folder(t), 'ring')
  const { seal } = service()
  const ring = await Keyring.create(path, { seal })
  const never = await failure(Keyring.open(path, { seal: service({ timeoutMs: 50, unwrap: () => new Promise(() => {}) }).seal }))
  assert.equal(never.code, 'seal_failed')
  assert.match(never.message, /did not answer within 50 ms, its timeoutMs/)
  let seen
  const late = service({ keyId: 'late', timeoutMs: 50, wrap: async (key) => { seen = key; await wait(150); return flip(key) } })
  assert.match((await failure(ring.addSealAsync(late.seal))).message, /within 50 ms/)
  await wait(1)
  assert.ok(seen.every((byte) => byte === 0))
  await wait(150)
  // What is rejected later is not left unhandled.
  await failure(Keyring.open(path, { seal: service({ timeoutMs: 20, unwrap: async () => { await wait(60); throw new Error('late') } }).seal }))
  await wait(80)
  assert.equal(ring.seals().length, 1)
  await Keyring.open(path, { seal })
  for (const timeoutMs of [0, -1, 1.5, 3_600_001, NaN, '5', null]) assert.throws(() => service({ timeoutMs }), { name: 'TypeError' }, `${timeoutMs}`)
})

test('the key that was to be wrapped is wiped once it is', async (t) => {
  let seen
  let then
  const wrap = async (key) => { await wait(5); seen = key; then = Buffer.from(key); key.forEach((byte, index) => { key[index] = byte ^ 7 }); return key }
  const { seal } = service({ wrap })
  const path = join(folder(t), 'ring')
  await Keyring.create(path, { seal })
  assert.ok(then.some((byte) => byte !== 0) && seen.every((byte) => byte === 0))
  await Keyring.open(path, { seal })
})

test('a call without a promise that needs the seal says which to await', async (t) => {
  const path = join(folder(t), 'ring')
  const { seal } = service()
  const ring = await Keyring.create(path, { seal })
  for (const call of [() => Keyring.openSync(path, { seal }), () => ring.addSeal(service({ keyId: 'o' }).seal), () => ring.reseal([seal])]) {
    const error = thrown(call)
    assert.equal(error.code, 'seal_failed')
    assert.match(error.message, /await the call that gives one \(Keyring\.open, addSealAsync/)
  }
  const key = ring.createKey('cards')
  const other = await Keyring.open(path, { seal })
  await other.resealAsync([seal])
  const newer = other.key('cards').encrypt('m')
  ring.refresh()
  for (const call of [() => key.encrypt('m'), () => key.rotate(), () => ring.createKey('more')]) {
    const error = thrown(call)
    assert.equal(error.code, 'seal_failed')
    assert.match(error.message, /refreshAsync of the keyring before a call that has no such form/)
  }
  await ring.refreshAsync()
  assert.equal(key.decrypt(newer).toString(), 'm')
  key.rotate()
  ring.createKey('more')
  // A call that gives a promise asks by itself.
  await other.refreshAsync()
  await other.resealAsync([seal])
  ring.refresh()
  assert.ok((await key.encryptAsync('m')).includes(':v2:'))
  key.encrypt('m')
  for (const call of [() => key.indexAsync('v', { name: 'c' }), () => key.indexesNgramsAsync('abc', 2, { name: 'c' }), () => key.issueAsync('m', 60_000), () => key.redeemAsync(other.key('cards').issue('m', 60_000))]) {
    await other.refreshAsync()
    await other.resealAsync([seal])
    other.key('cards').rotate()
    ring.refresh()
    for (const sync of [() => key.index('v', { name: 'c' }), () => key.indexBatch(['v'], { name: 'c' }), () => key.needsReindex('strongroom:i1:AA'), () => key.issue('m', 60_000)]) assert.equal(thrown(sync).code, 'seal_failed', `${sync}`)
    assert.ok(await call())
  }
  // Where there is no such seal there is nothing to ask.
  await Keyring.inMemory().refreshAsync()
})

test('a seal that waits for its own keyring waits for itself, and is given up', async (t) => {
  const path = join(folder(t), 'ring')
  const { seal } = service()
  const ring = await Keyring.create(path, { seal })
  const key = ring.createKey('cards')
  const text = key.encrypt('m')
  // What does not need the seal can be done.
  await ring.addSealAsync(service({ keyId: 'a', wrap: async (wrapped) => { await wait(1); key.rotate(); assert.equal((await key.decryptAsync(text)).toString(), 'm'); return flip(wrapped) } }).seal)
  let depth = 0
  const itself = service({ timeoutMs: 100, unwrap: async (blob) => { if (depth++ < 30) await Keyring.open(path, { seal: itself.seal }); return flip(blob) } })
  const error = await failure(Keyring.open(path, { seal: itself.seal }))
  assert.match(error.message, /within 100 ms|it did not answer/)
})

const CASES = { 'process.exit while it waits': 7, 'the end of the program while it waits': 0, 'a worker of its own': 0, 'a worker that is stopped while it waits': 0, 'a worker that ends while it waits': 0 }

for (const [name, status] of Object.entries(CASES)) {
  test(`${name} hangs nothing`, (t) => {
    const path = join(folder(t), 'ring')
    const child = spawnSync(process.execPath, [fileURLToPath(new URL('promising_process.mjs', import.meta.url)), name, path], { encoding: 'utf8', timeout: 60_000 })
    assert.equal(child.signal, null, 'it hung')
    assert.equal(child.status, status, child.stderr)
  })
}
