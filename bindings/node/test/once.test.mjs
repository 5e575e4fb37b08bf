// What is given is read once: neither a second answer nor code that runs while it is read binds something
// else.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { calls, refusal, ring } from './calls.mjs'
import { codeOf, folder, Keyring, Seal } from './vectors.mjs'

// The same properties behind getters that answer once.
function answeringOnce (values) {
  const reads = new Map()
  const object = {}
  for (const [name, value] of Object.entries(values)) {
    const get = () => {
      reads.set(name, (reads.get(name) ?? 0) + 1)
      return reads.get(name) === 1 ? value : undefined
    }
    Object.defineProperty(object, name, { get, enumerable: true })
  }
  return { object, reads }
}

// The same object, counting how often its properties and their list are asked for.
function counted (object) {
  const reads = new Map()
  const count = (name) => reads.set(name, (reads.get(name) ?? 0) + 1)
  const proxy = new Proxy(object, {
    get (target, name) { count(name); return target[name] },
    ownKeys (target) { count('its keys'); return Reflect.ownKeys(target) }
  })
  return { proxy, reads }
}

const once = (reads, names, about) => assert.deepEqual(Object.fromEntries(reads), Object.fromEntries(names.map((name) => [name, 1])), about)

test('every option is read once', async () => {
  for (const { name, options, call } of calls) {
    const names = Object.keys(options)
    const { object, reads } = answeringOnce(options)
    assert.equal(await refusal(() => call(object)), undefined, name)
    once(reads, names, name)
    const { proxy, reads: asked } = counted(options)
    assert.equal(await refusal(() => call(proxy)), undefined, name)
    once(asked, [...names, 'its keys'], name)
  }
})

test('an aad that is there when it is asked for is bound', async () => {
  const key = Keyring.inMemory().createKey('cards')
  const options = () => answeringOnce({ aad: 'order-17' }).object
  const ciphertexts = [key.encrypt('m', options()), await key.encryptAsync('m', options()), ...key.encryptBatch(['m'], options()), key.dataKey(32, options()).ciphertext]
  for (const ciphertext of ciphertexts) {
    assert.equal(codeOf(() => key.decrypt(ciphertext)), 'decrypt_failed')
    key.decrypt(ciphertext, { aad: 'order-17' })
  }
  const out = Buffer.alloc(200)
  const length = key.encryptInto('m', out, options())
  assert.equal(codeOf(() => key.decryptBinary(out.subarray(0, length))), 'decrypt_failed')
})

test('maps, columns and their values are read once', () => {
  const key = ring.key('derived')
  const { object, reads } = answeringOnce({ tenant: 'acme', region: 'eu' })
  const ciphertext = key.encrypt('m', { context: object })
  once(reads, ['tenant', 'region'], 'a map')
  key.decrypt(ciphertext, { context: { tenant: 'acme', region: 'eu' } })
  const { proxy, reads: asked } = counted({ tenant: 'acme' })
  key.context(proxy)
  once(asked, ['its keys', 'tenant'], 'a map behind a proxy')
  for (const [about, columns] of Object.entries({ inputs: (array) => [array, { context: 'c' }], aad: (array) => [['a', 'b'], { context: 'c', aad: array }] })) {
    const { object, reads } = answeringOnce({ 0: 'x', 1: 'y' })
    const array = Object.defineProperties(new Array(2), Object.getOwnPropertyDescriptors(object))
    assert.equal(key.encryptBatch(...columns(array)).length, 2)
    once(reads, ['0', '1'], about)
    const { proxy, reads: asked } = counted(['x', 'y'])
    assert.equal(key.encryptBatch(...columns(proxy)).length, 2)
    assert.deepEqual([asked.get('0'), asked.get('1')], [1, 1], about)
  }
})

test('an array that changes while it is read is refused', () => {
  const key = ring.key('derived')
  const changing = (change) => Object.defineProperty(['a', 'b', 'c'], 0, { get () { change(this); return 'a' }, enumerable: true, configurable: true })
  const changes = { grows: (array) => array.push('d'), shrinks: (array) => { array.length = 1 }, 'has a hole': (array) => { delete array[2] }, 'loses a value': (array) => { array[1] = undefined } }
  for (const [about, change] of Object.entries(changes)) {
    assert.throws(() => key.encryptBatch(changing(change), { context: 'c' }), { name: 'TypeError' }, about)
    assert.throws(() => key.encryptBatch(['a', 'b', 'c'], { context: 'c', aad: changing(change) }), { name: 'TypeError' }, about)
  }
  for (const length of [-1, 1.5, 2 ** 32, '2', NaN, undefined]) {
    const array = new Proxy(['a', 'b'], { get: (target, name) => name === 'length' ? length : target[name] })
    assert.throws(() => key.encryptBatch(array, { context: 'c' }), /must be an array with a length/)
  }
})

// What code that runs while options are read can do to memory that was given beside them.
const takes = {
  moved: ({ buffer }) => structuredClone(buffer, { transfer: [buffer] }),
  shrunk: ({ buffer }) => buffer.resize(0),
  grown: ({ buffer }) => buffer.resize(64),
  overwritten: (bytes) => bytes.fill(66)
}
const memory = () => new Uint8Array(new ArrayBuffer(32, { maxByteLength: 64 })).fill(65)

test('memory that code takes away while options are read is seen as it is then', async () => {
  const key = ring.key('derived')
  for (const [about, take] of Object.entries(takes)) {
    for (const place of ['plaintext', 'aad', 'context']) {
      for (const call of ['encrypt', 'encryptBinary', 'encryptAsync', 'encryptInto', 'encryptBatch']) {
        const given = { plaintext: memory(), aad: memory(), context: memory() }
        const bytes = given[place]
        // Of these each is read before, and one after, the code runs.
        const options = { aad: given.aad, get context () { take(bytes); return given.context } }
        const input = { encryptInto: [given.plaintext, Buffer.alloc(200)], encryptBatch: [[given.plaintext]] }[call] ?? [given.plaintext]
        let result
        const refused = await refusal(async () => { result = await key[call](...input, options) })
        if (about === 'moved') assert.ok(refused instanceof TypeError && /given away/.test(refused.message), `${about} ${place} ${call}: ${refused}`)
        else if (about === 'shrunk' && place !== 'plaintext') assert.equal(refused?.code, `invalid_${place}`, call)
        else {
          assert.equal(refused, undefined, `${about} ${place} ${call}: ${refused}`)
          const said = { aad: given.aad, context: given.context }
          const plaintext = call === 'encryptInto'
            ? key.decryptBinary(input[1].subarray(0, result), said)
            : call === 'encryptBinary' ? key.decryptBinary(result, said) : key.decrypt(call === 'encryptBatch' ? result[0] : result, said)
          assert.deepEqual(new Uint8Array(plaintext), new Uint8Array(given.plaintext), `${about} ${place} ${call}`)
        }
      }
    }
  }
  // And memory to write to.
  for (const take of [takes.moved, takes.shrunk]) {
    const out = new Uint8Array(new ArrayBuffer(200, { maxByteLength: 200 }))
    const options = { get context () { take(out); return 'c' } }
    assert.match(`${codeOf(() => key.encryptInto('m', out, options))}`, /ERR_INVALID_ARG_TYPE|buffer_too_small/)
  }
})

test('bytes whose memory was shrunk are not empty ones', async () => {
  const key = ring.key('derived')
  const said = { context: 'c' }
  const buffer = new ArrayBuffer(64, { maxByteLength: 64 })
  const views = [new Uint8Array(buffer, 0, 32), new Uint8Array(buffer, 48), Buffer.from(buffer, 16, 16)]
  const empty = [new Uint8Array(buffer, 0, 0), new Uint8Array(buffer)]
  buffer.resize(8)
  for (const bytes of views) {
    assert.equal(bytes.length, 0)
    const refused = [
      () => key.encrypt(bytes, said), () => key.encrypt('m', { ...said, aad: bytes }), () => key.encrypt('m', { context: bytes }), () => key.context(bytes), () => key.hmac(bytes),
      () => key.encryptBatch([bytes], said), () => key.encryptBatch(['m'], { ...said, aad: [bytes] }), () => key.encryptAsync('m', { ...said, aad: bytes }),
      () => key.encryptInto('m', Buffer.alloc(100), { ...said, aad: bytes }), () => key.decryptBinary(bytes, said), () => Seal.passphrase(bytes)
    ]
    for (const call of refused) assert.match(`${(await refusal(call))?.message}`, /was given away or shrunk/, `${call}`)
  }
  buffer.resize(0)
  for (const bytes of [...empty, new Uint8Array(), Buffer.alloc(0)]) {
    assert.equal(key.decrypt(key.encrypt(bytes, said), said).length, 0)
    assert.equal(codeOf(() => key.encrypt('m', { ...said, aad: bytes })), 'invalid_aad')
  }
})

test('memory of WebAssembly that grows is seen as given away', () => {
  const key = ring.key('derived')
  const wasm = new WebAssembly.Memory({ initial: 1, maximum: 2 })
  const message = new Uint8Array(wasm.buffer, 0, 32).fill(65)
  assert.equal(key.decrypt(key.encrypt(message, { context: 'c' }), { context: 'c' }).toString(), 'A'.repeat(32))
  assert.throws(() => key.encrypt(message, { get context () { wasm.grow(1); return 'c' } }), /given away/)
})

test('memory that other threads share is refused wherever bytes are taken', (t) => {
  const shared = [new Uint8Array(new SharedArrayBuffer(32)), new Uint8Array(new SharedArrayBuffer(32, { maxByteLength: 64 })), new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, 0, 32)]
  const own = Keyring.inMemory()
  const key = own.createKey('cards', { keyType: 'aes256-gcm96', derived: true })
  const said = { context: 'c' }
  const path = folder(t)
  const seal = Seal.rootKey(Buffer.alloc(32).map((_, index) => index))
  for (const bytes of shared) {
    const refused = {
      plaintext: () => key.encrypt(bytes, said),
      'plaintext of a batch': () => key.encryptBatch([bytes], said),
      'binary ciphertext': () => key.decryptBinary(bytes, said),
      'message to sign': () => key.sign(bytes),
      'message to verify': () => key.verify(bytes, 's'),
      mac: () => key.hmac(bytes),
      aad: () => key.encrypt('m', { ...said, aad: bytes }),
      'aads of a batch': () => key.encryptBatch(['m'], { ...said, aad: [bytes] }),
      context: () => key.encrypt('m', { context: bytes }),
      'context of a view': () => key.context(bytes),
      output: () => key.encryptInto('m', bytes, said),
      'output of a decryption': () => key.decryptInto(Buffer.alloc(100), bytes, said),
      'input of a decryption': () => key.decryptInto(bytes, Buffer.alloc(100), said),
      material: () => own.importKey('k', bytes),
      backup: () => own.restoreKey(bytes, seal),
      'backup of Transit': () => own.restoreTransit(bytes),
      snapshot: () => Keyring.restoreSync(bytes, join(path, 'r'), { seal }),
      'root key': () => Seal.rootKey(bytes),
      passphrase: () => Seal.passphrase(bytes),
      'passphrase of a key': () => own.importKey('k', Buffer.alloc(32, 'abcdefg'), 'ed25519', { format: 'pkcs8', passphrase: bytes })
    }
    for (const [name, call] of Object.entries(refused)) assert.throws(call, { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /over a SharedArrayBuffer/ }, name)
  }
})
