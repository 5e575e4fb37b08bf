import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixture } from './answers.mjs'
import { codeOf, folder, Keyring, Seal } from './vectors.mjs'

// A seal as somebody would write one.
class Module {
  kind = 'example-module'
  calls = []
  #key = Buffer.alloc(32, 9)
  constructor (keyId = 'slot-1') { this.keyId = keyId }
  wrap (key, aad) {
    this.calls.push('wrap')
    this.seen = key
    this.copy = Buffer.from(key)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(aad)
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
  }

  unwrap (blob, aad) {
    this.calls.push('unwrap')
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, blob.subarray(0, 12)).setAAD(aad).setAuthTag(blob.subarray(-16))
      return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()])
    } catch {
      return null
    }
  }
}

test('a seal is written in JavaScript', async (t) => {
  const path = join(folder(t), 'ring')
  const module = new Module()
  const ring = Keyring.createSync(path, { seal: Seal.provider(module) })
  assert.deepEqual(ring.seals().map(({ kind, id }) => `${kind} ${id}`), ['example-module slot-1'])
  const key = ring.createKey('cards')
  const ciphertext = key.encrypt('4111')
  for (const opened of [Keyring.openSync(path, { seal: Seal.provider(module) }), await Keyring.open(path, { seal: Seal.provider(module) })]) {
    assert.equal(opened.key('cards').decrypt(ciphertext).toString(), '4111')
    assert.equal((await opened.key('cards').decryptAsync(ciphertext)).toString(), '4111')
    assert.equal((await opened.checkAsync()).faults.length, 0)
  }
  // Once as soon as it was wrapped, and once for each that opened.
  assert.deepEqual(module.calls, ['wrap', 'unwrap', 'unwrap', 'unwrap'])
  const backup = await key.backupAsync(Seal.provider(module))
  Keyring.inMemory().restoreKey(backup, Seal.provider(module))
})

test('keys move into and out of a keyring with such a seal', async (t) => {
  const ring = Keyring.createSync(join(folder(t), 'ring'), { seal: Seal.provider(new Module()) })
  const key = await ring.restoreTransitAsync(fixture('vault', 'aes256-gcm96-plain').backup, { name: 'cards' })
  const backup = await key.backupTransitAsync('openbao', { exposeSecretMaterial: true })
  const odd = key.encrypt('4111').replace(':v', ':v0')
  const view = Keyring.inMemory().restoreTransit(backup).transit()
  for (const one of [view, key.transit()]) {
    assert.equal(one.decrypt(odd).toString(), '4111')
    assert.equal((await one.decryptAsync(odd)).toString(), '4111')
  }
})

test('the key that was to be wrapped is wiped', (t) => {
  const module = new Module()
  Keyring.createSync(join(folder(t), 'ring'), { seal: Seal.provider(module) })
  assert.ok(module.copy.some((byte) => byte !== 0))
  assert.ok(module.seen.every((byte) => byte === 0))
})

test('a seal that refuses, fails or gives something else', async (t) => {
  const path = join(folder(t), 'ring')
  Keyring.createSync(path, { seal: Seal.provider(new Module()) })
  const open = (unwrap) => codeOf(() => Keyring.openSync(path, { seal: Seal.provider(Object.assign(new Module(), { unwrap })) }))
  assert.equal(open(() => null), 'wrong_seal')
  assert.equal(open(() => Buffer.alloc(31)), 'wrong_seal')
  assert.equal(open(() => Buffer.alloc(32, 1)), 'corrupt_document')
  assert.equal(open(() => { throw new Error('no way to the module') }), 'seal_failed')
  for (const wrong of [undefined, 'text', {}, Promise.resolve(Buffer.alloc(32))]) assert.equal(open(() => wrong), 'seal_failed')
  for (const thrown of [undefined, null, 'text', { get message () { throw new Error('again') } }]) assert.equal(open(() => { throw thrown }), 'seal_failed')
  const failing = () => Keyring.openSync(path, { seal: Seal.provider(Object.assign(new Module(), { unwrap () { throw new Error('no way to the module') } })) })
  assert.throws(failing, /the seal failed: no way to the module/)
  await assert.rejects(Keyring.open(path, { seal: Seal.provider(Object.assign(new Module(), { unwrap: () => null })) }), { code: 'wrong_seal' })
  assert.throws(() => Seal.provider({ kind: 'k', keyId: 'i' }), { name: 'TypeError' })
  assert.throws(() => Seal.provider({ kind: 1, keyId: 'i', wrap () {}, unwrap () {} }), { name: 'TypeError' })
})

test('a seal that takes the message away in the middle of a call does no harm', (t) => {
  const path = join(folder(t), 'ring')
  const module = new Module()
  const ring = Keyring.createSync(path, { seal: Seal.provider(module), maxStalenessMs: 0 })
  ring.createKey('cards')
  // The other one seals everything under a new root key, which the first one has to ask its seal for.
  const other = Keyring.openSync(path, { seal: Seal.provider(module) })
  const reader = Keyring.openSync(path, { seal: Seal.provider(module) })
  const key = reader.key('cards')
  let out = new Uint8Array(200)
  let message = new Uint8Array(1000).fill(65)
  let taken = 0
  module.unwrap = function (blob, aad) {
    if (message.length > 0) structuredClone(message, { transfer: [message.buffer] }).fill(66)
    if (out.length > 0) structuredClone(out, { transfer: [out.buffer] })
    taken++
    return Module.prototype.unwrap.call(this, blob, aad)
  }
  for (let round = 0; round < 3; round++) {
    message = new Uint8Array(1000).fill(65)
    other.reseal([Seal.provider(module)])
    message = new Uint8Array(1000).fill(65)
    const before = taken
    reader.refresh()
    const ciphertext = key.encrypt(message)
    assert.ok(taken > before, 'the seal was asked in the middle of the call')
    assert.equal(message.length, 0)
    assert.equal(key.decrypt(ciphertext).toString(), 'A'.repeat(1000))
    out = new Uint8Array(200)
    other.reseal([Seal.provider(module)])
    out = new Uint8Array(200)
    reader.refresh()
    assert.throws(() => key.encryptInto('m', out), /given away/)
  }
})

test('many seals do not pile up', (t) => {
  const path = join(folder(t), 'ring')
  Keyring.createSync(path, { seal: Seal.provider(new Module()) })
  for (let round = 0; round < 200; round++) Keyring.openSync(path, { seal: Seal.provider(new Module()) }).close()
})
