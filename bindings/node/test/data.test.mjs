import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { codeOf, Keyring } from './vectors.mjs'

const ring = Keyring.inMemory()
const key = ring.createKey('cards')
const tenants = ring.createKey('tenants', { derived: true })
const releases = ring.createKey('releases', 'ed25519')

test('a message is a Buffer, a Uint8Array or a string', () => {
  const text = 'Grüße, 😀'
  for (const message of [text, Buffer.from(text), new TextEncoder().encode(text), new Uint8Array(Buffer.from(`..${text}`)).subarray(2)]) {
    assert.equal(key.decrypt(key.encrypt(message)).toString(), text)
    assert.equal(key.hmac(message), key.hmac(text))
  }
  assert.equal(key.decrypt(key.encrypt('')).length, 0)
  assert.equal(key.decrypt(key.encrypt(new Uint8Array())).length, 0)
  const long = 'ä€😀x'.repeat(5000)
  assert.equal(key.decrypt(key.encrypt(long)).toString(), long)
  assert.equal(key.decrypt(key.encrypt('\uFFFD'.repeat(3))).toString(), '\uFFFD'.repeat(3))
})

test('what is not a message is a TypeError, and nothing is guessed', () => {
  const given = new Uint8Array(8)
  structuredClone(given, { transfer: [given.buffer] })
  const wrong = [undefined, null, 1, 1n, true, {}, [1], new Date(), new Uint16Array(2), new ArrayBuffer(4), new DataView(new ArrayBuffer(4)), Symbol.iterator, given]
  for (const message of [...wrong, new Uint8Array(new SharedArrayBuffer(4)), new Uint8Array(new SharedArrayBuffer(0))]) {
    assert.throws(() => key.encrypt(message), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }, String(message?.constructor?.name))
    // An empty object is a map, if not one that can be meant.
    assert.match(codeOf(() => key.encrypt('m', { aad: message })), message?.constructor === Object ? /^invalid_aad$/ : /ERR_INVALID_ARG_TYPE|TypeError/)
    assert.throws(() => key.encryptInto('m', message), { name: 'TypeError' })
  }
  for (const text of [undefined, null, 1, Buffer.from('strongroom:v1:')]) assert.throws(() => key.decrypt(text), { name: 'TypeError' })
  assert.throws(() => key.decryptBinary('text'), { name: 'TypeError' })
})

test('a lone surrogate is refused, and never replaced', () => {
  for (const text of ['\uD800', 'a\uDC00b', '\uDC00\uD800']) {
    assert.equal(codeOf(() => key.encrypt(text)), 'invalid_option')
    assert.equal(codeOf(() => key.encrypt('m', { aad: text })), 'invalid_aad')
    assert.equal(codeOf(() => tenants.encrypt('m', { context: text })), 'invalid_context')
    assert.equal(codeOf(() => tenants.encrypt('m', { context: { [text]: '' } })), 'invalid_context')
    assert.equal(codeOf(() => tenants.encrypt('m', { context: 'c', aad: new Map([['a', text]]) })), 'invalid_aad')
    assert.equal(codeOf(() => key.decrypt(key.encrypt('m') + text)), 'malformed')
    assert.equal(codeOf(() => ring.createKey(text)), 'invalid_key_name')
  }
})

test('an option that is not known or undefined is refused', () => {
  assert.throws(() => key.encrypt('m', { add: 'order-17' }), /no option add/)
  assert.throws(() => key.encrypt('m', { aad: undefined }), /aad is undefined/)
  assert.throws(() => key.encrypt('m', { aad: null }), { name: 'TypeError' })
  assert.throws(() => key.encrypt('m', 'order-17'), { name: 'TypeError' })
  assert.throws(() => key.encrypt('m', null), { name: 'TypeError' })
  assert.throws(() => key.encrypt('m', { aad: { order: 17 } }), { name: 'TypeError' })
  assert.throws(() => key.encrypt('m', { aad: ['order', '17'] }), { name: 'TypeError' })
  assert.throws(() => ring.createKey('other', { derive: true }), /no option derive/)
  for (const version of [0, -1, 1.5, NaN, 2 ** 31, 2 ** 32 + 1]) assert.equal(codeOf(() => key.encrypt('m', { version })), 'invalid_option')
  assert.throws(() => key.encrypt('m', { version: '1' }), { name: 'TypeError' })
  for (const [options, code] of [[{ hash: 'sha2-256' }, 'invalid_option'], [{ form: 'jws' }, 'invalid_option'], [{ context: 'c' }, 'context_not_allowed']]) {
    assert.equal(codeOf(() => key.encrypt('m', options)), code)
  }
  assert.equal(codeOf(() => releases.sign('m', { aad: 'a' })), 'aad_not_allowed')
})

test('aad and context bind, as bytes, text and maps', () => {
  for (const one of ['acme', Buffer.from([0, 255]), new Map([['tenant', 'acme']]), { b: '2', a: '1' }, Object.assign(Object.create(null), { a: '' })]) {
    const ciphertext = tenants.encrypt('m', { context: one, aad: one })
    assert.equal(tenants.decrypt(ciphertext, { context: one, aad: one }).toString(), 'm')
    assert.equal(tenants.context(one).decrypt(ciphertext, { aad: one }).toString(), 'm')
    assert.equal(codeOf(() => tenants.decrypt(ciphertext, { context: 'other', aad: one })), 'decrypt_failed')
    assert.equal(codeOf(() => tenants.decrypt(ciphertext, { context: one, aad: 'other' })), 'decrypt_failed')
    assert.equal(codeOf(() => tenants.decrypt(ciphertext, { context: one })), 'decrypt_failed')
  }
  assert.equal(tenants.decrypt(tenants.encrypt('m', { context: { a: '1', b: '2' } }), { context: new Map([['b', '2'], ['a', '1']]) }).toString(), 'm')
  assert.equal(codeOf(() => tenants.encrypt('m')), 'context_required')
  assert.equal(codeOf(() => tenants.context('')), 'invalid_context')
})

test('signatures, macs and data keys', () => {
  for (const form of ['asn1', 'jws']) releases.verify('v1', releases.sign('v1', { form }), { form })
  assert.equal(releases.verify('v1', releases.sign('v1')), undefined)
  assert.equal(codeOf(() => releases.verify('v2', releases.sign('v1'))), 'bad_signature')
  assert.equal(codeOf(() => releases.sign('v1', { form: 'pem' })), 'invalid_option')
  assert.equal(releases.publicKey().length, 32)
  assert.deepEqual(releases.publicKey(1), releases.publicKey())
  for (const hash of ['sha2-256', 'sha3-512']) key.verifyHmac('m', key.hmac('m', { hash }), { hash })
  assert.equal(codeOf(() => key.verifyHmac('m', key.hmac('m', { hash: 'sha2-512' }))), 'bad_signature')
  assert.equal(codeOf(() => key.hmac('m', { hash: 'md5' })), 'invalid_option')
  assert.equal(key.dataKey().plaintext.length, 32)
  for (const size of [16, 32, 64]) {
    const { plaintext, ciphertext } = key.dataKey(size, { aad: 'file' })
    assert.equal(plaintext.length, size)
    assert.deepEqual(key.decrypt(ciphertext, { aad: 'file' }), plaintext)
  }
  for (const size of [0, 31, 32.5, -16, NaN, Infinity, 2 ** 32 + 32]) assert.equal(codeOf(() => key.dataKey(size)), 'invalid_size')
})

test('binary ciphertexts, and memory of the caller\'s', () => {
  const binary = key.encryptBinary('4111', { aad: 'a' })
  assert.equal(binary[0], 0xFE)
  assert.equal(key.decryptBinary(binary, { aad: 'a' }).toString(), '4111')
  assert.equal(key.needsRewrapBinary(binary), false)
  assert.deepEqual(key.rewrapBinary(binary, { aad: 'a' }), binary)
  const out = new Uint8Array(100)
  const written = key.encryptInto('4111', out, { aad: 'a' })
  assert.equal(written, binary.length)
  assert.equal(key.decryptBinary(out.subarray(0, written), { aad: 'a' }).toString(), '4111')
  // Over one another, in both directions.
  const memory = new Uint8Array(200).fill(7)
  for (const [from, to] of [[0, 0], [0, 10], [20, 0]]) {
    memory.subarray(from, from + 16).fill(9)
    const aad = memory.slice(to, to + 5)
    const length = key.encryptInto(memory.subarray(from, from + 16), memory.subarray(to, to + 150), { aad: memory.subarray(to, to + 5) })
    assert.deepEqual(key.decryptBinary(memory.subarray(to, to + length), { aad }), Buffer.alloc(16, 9))
  }
  for (const at of [0, 3, 60]) {
    memory.set(out.subarray(0, written), at)
    assert.equal(key.decryptInto(memory.subarray(at, at + written), memory, { aad: 'a' }), 4)
    assert.equal(Buffer.from(memory.subarray(0, 4)).toString(), '4111')
  }
  const kept = new Uint8Array(100).fill(5)
  assert.equal(codeOf(() => key.decryptInto(out.subarray(0, written), kept, { aad: 'b' })), 'decrypt_failed')
  assert.ok(!Buffer.from(kept).includes('4111'))
})

test('a plaintext has memory of its own', () => {
  const ciphertext = key.encrypt('4111')
  for (const plaintext of [key.decrypt(ciphertext), key.decryptBatch([ciphertext])[0], key.dataKey().plaintext, key.decryptBinary(key.encryptBinary('4111'))]) {
    assert.ok(Buffer.isBuffer(plaintext))
    assert.equal(plaintext.buffer.byteLength, plaintext.length)
  }
})

test('rewrap follows a rotation', () => {
  const own = Keyring.inMemory().createKey('own', 'aes256-gcm96')
  const old = own.encrypt('m', { aad: 'a' })
  assert.equal(own.needsRewrap(old), false)
  assert.equal(own.rewrap(old, { aad: 'a' }), old)
  assert.equal(own.rotate('xaes256-gcm'), 2)
  assert.equal(own.needsRewrap(old), true)
  const fresh = own.rewrap(old, { aad: 'a' })
  assert.match(fresh, /^strongroom:v2:/)
  assert.equal(own.decrypt(fresh, { aad: 'a' }).toString(), 'm')
})

test('handles are what their classes made', async () => {
  const { Key, Keyring: Ring, Seal, View } = await import('../index.mjs')
  for (const Class of [Key, Ring, Seal, View]) assert.throws(() => new Class(), { name: 'TypeError' })
  assert.throws(() => Key.prototype.encrypt.call({}, 'm'), { name: 'TypeError' })
  assert.throws(() => Key.prototype.rotate.call(tenants.context('c')), { name: 'TypeError' })
  assert.throws(() => Ring.openSync('x', { seal: {} }), /seal must be a Seal/)
})

test('a key and its views have its name', () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('tenants', { derived: true })
  ring.close()
  assert.deepEqual([key.name, key.transit().name], ['tenants', 'tenants'])
  assert.throws(() => { 'use strict'; key.name = 'other' }, { name: 'TypeError' })
})

test('how long a result will be is known before', () => {
  const key = Keyring.inMemory().createKey('cards', { derived: true })
  const options = { context: 'c', aad: 'a' }
  for (const message of ['', 'm', Buffer.alloc(1000)]) {
    assert.equal(key.encryptedLen(message, options), key.encrypt(message, options).length)
    const binary = key.encryptBinary(message, options)
    assert.equal(key.encryptedBinaryLen(message, options), binary.length)
    assert.equal(key.decryptedBinaryLen(binary, options), key.decryptBinary(binary, options).length)
  }
  assert.equal(codeOf(() => key.encryptedLen('m')), 'context_required')
  assert.throws(() => key.encryptedLen(7, options), { name: 'TypeError' })
  assert.throws(() => key.encryptedLen('m', { aad: undefined }), { name: 'TypeError' })
})

test('a public key comes in the forms that others read', () => {
  const key = Keyring.inMemory().createKey('releases', 'ed25519')
  const signature = Buffer.from(key.sign('m').split(':').at(-1), 'base64')
  key.rotate()
  const forms = { der: (format) => createPublicKey({ key: key.publicKey(1, { format }), format, type: 'spki' }), pem: (format) => createPublicKey(key.publicKey(1, { format })), jwk: (format) => createPublicKey({ key: JSON.parse(key.publicKey(1, { format })), format }) }
  for (const [format, read] of Object.entries(forms)) {
    assert.ok(verify(null, 'm', read(format), signature), format)
    assert.deepEqual(key.publicKey({ format }), key.publicKey(2, { format }), format)
  }
  assert.deepEqual(key.publicKey(1, { format: 'raw' }), key.publicKey(1))
  assert.deepEqual(key.publicKey(1, undefined), key.publicKey(1))
  assert.equal(codeOf(() => key.publicKey({ format: 'ssh' })), 'invalid_option')
  for (const wrong of [[null], [undefined], [undefined, { format: 'raw' }], [1, null], [1, { form: 'raw' }], [1, { format: undefined }], [{ version: 1 }], ['1']]) assert.throws(() => key.publicKey(...wrong), { name: 'TypeError' }, `${wrong}`)
})
