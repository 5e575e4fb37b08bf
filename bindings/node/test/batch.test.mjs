import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Keyring, StrongroomError } from '../index.mjs'
import { codeOf } from './vectors.mjs'

// Deterministic, so that a batch can be compared with the singles byte for byte.
const ring = Keyring.inMemory()
const siv = ring.createKey('siv', { keyType: 'aes256-siv', derived: true })
siv.rotate()
siv.configure({ minEncryptionVersion: 1 })
const signer = ring.createKey('signer', 'ed25519')

const single = (call) => {
  try {
    return call()
  } catch (error) {
    return error
  }
}

function same (batch, singles) {
  assert.equal(batch.length, singles.length)
  assert.ok(singles.length > 0)
  singles.forEach((one, index) => {
    const { index: at } = batch[index] ?? {}
    if (at !== undefined) {
      assert.ok(at === index && batch[index] instanceof Error)
      delete batch[index].index
    }
    assert.deepEqual(batch[index], one)
    if (one instanceof Error) assert.ok(batch[index].code === one.code && at === index)
  })
}

test('a batch equals the singles, results and errors alike', () => {
  const plaintexts = ['one', Buffer.from('two'), '', '\uD800', 'five', 'six']
  const contexts = ['a', Buffer.from('b'), { c: '1' }, 'd', '', new Map([['f', '']])]
  const aads = ['1', '2', '3', '4', '5', { a: 'b' }]
  const versions = [1, 2, 1, 2, 1, 7]
  const options = (index) => ({ context: contexts[index], aad: aads[index], version: versions[index] })
  const columns = { context: contexts, aad: aads, version: versions, errors: 'return' }
  const ciphertexts = siv.encryptBatch(plaintexts, columns)
  same(ciphertexts, plaintexts.map((plaintext, index) => single(() => siv.encrypt(plaintext, options(index)))))
  same(siv.encryptBinaryBatch(plaintexts, columns), plaintexts.map((plaintext, index) => single(() => siv.encryptBinary(plaintext, options(index)))))
  assert.deepEqual(ciphertexts.map((one) => one.code), [undefined, undefined, undefined, 'invalid_option', 'invalid_context', 'version_too_new'])

  const texts = ciphertexts.map((one) => typeof one === 'string' ? one : 'vault:v1:')
  const reading = { context: contexts, aad: aads, errors: 'return' }
  const read = (index) => ({ context: contexts[index], aad: aads[index] })
  same(siv.decryptBatch(texts, reading), texts.map((text, index) => single(() => siv.decrypt(text, read(index)))))
  same(siv.rewrapBatch(texts, reading), texts.map((text, index) => single(() => siv.rewrap(text, read(index)))))
  same(siv.needsRewrapBatch(texts, { errors: 'return' }), texts.map((text) => single(() => siv.needsRewrap(text))))

  const messages = ['m', 'n', Buffer.from('o')]
  const signatures = signer.signBatch(messages, { form: ['asn1', 'jws', 'jws'] })
  same(signatures, messages.map((message, index) => signer.sign(message, { form: ['asn1', 'jws', 'jws'][index] })))
  same(signer.verifyBatch(messages, signatures, { form: 'jws', errors: 'return' }), messages.map((message, index) => single(() => signer.verify(message, signatures[index], { form: 'jws' }))))
  const macs = signer.hmacBatch(messages, { hash: 'sha3-256' })
  same(macs, messages.map((message) => signer.hmac(message, { hash: 'sha3-256' })))
  same(signer.verifyHmacBatch(messages, [macs[0], macs[0], macs[2]], { hash: 'sha3-256', errors: 'return' }).map((one) => one?.code), [undefined, 'bad_signature', undefined])
  const keys = siv.dataKeyBatch([16, 32, 64], { context: 'k' })
  assert.deepEqual(keys.map(({ plaintext }) => plaintext.length), [16, 32, 64])
  keys.forEach(({ plaintext, ciphertext }) => assert.deepEqual(siv.decrypt(ciphertext, { context: 'k' }), plaintext))
})

test('the first error is thrown and says which input it was', () => {
  assert.throws(() => siv.decryptBatch([siv.encrypt('m', { context: 'c' }), 'nothing', ''], { context: 'c' }), (error) => error instanceof StrongroomError && error.index === 1 && error.code === 'malformed')
})

test('a value that is missing is an error of its own where errors are returned', () => {
  const made = siv.encryptBatch(['a', null, undefined, 'd'], { context: 'c', errors: 'return' })
  assert.deepEqual(made.map((one) => one.detail), [undefined, 'item_missing', 'item_missing', undefined])
  assert.ok(made[1] instanceof StrongroomError && made[1].code === 'invalid_option')
  assert.deepEqual(siv.decryptBatch([null, made[3]], { context: 'c', errors: 'return' }).map((one) => one.detail ?? String(one)), ['item_missing', 'd'])
  const macs = signer.hmacBatch(['a', 'b'])
  assert.deepEqual(signer.verifyHmacBatch(['a', null, 'b'], [undefined, macs[1], macs[1]], { errors: 'return' }).map((one) => one?.detail), ['item_missing', 'item_missing', undefined])
  assert.deepEqual(siv.dataKeyBatch([16, null], { context: 'c', errors: 'return' }).map((one) => one.detail), [undefined, 'item_missing'])
  // Where they are thrown, and of anything else than what is worked on, the program is wrong.
  const refused = (call, message) => assert.throws(call, (error) => error.name === 'TypeError' && message.test(error.message) && error.index === 1)
  refused(() => siv.encryptBatch(['a', null], { context: 'c' }), /value 1 of plaintexts is null/)
  refused(() => siv.encryptBatch(['a', 'b'], { context: ['c', null], errors: 'return' }), /value 1 of the column context is null/)
  assert.throws(() => siv.encryptBatch([, 'b'], { context: 'c', errors: 'return' }), /value 0 of plaintexts is not there/) // eslint-disable-line no-sparse-arrays
})

test('an unknown option says what was perhaps meant', () => {
  for (const [call, message] of [
    [() => ring.createKey('x', { exportabel: true }), 'there is no option exportabel (did you mean "exportable"?)'],
    [() => siv.configure({ minDecryptVersion: 1 }), 'there is no option minDecryptVersion'],
    [() => siv.configure({ deletionAlowed: true }), 'there is no option deletionAlowed (did you mean "deletionAllowed"?)'],
    [() => siv.encrypt('a', { add: 'b' }), 'there is no option add (did you mean "aad"?); data operations have aad, context, version, hash, form, prehashed, padding, saltLength and errors']
  ]) assert.throws(call, { name: 'TypeError', message })
})

test('columns fit', () => {
  assert.throws(() => siv.encryptBatch(['a', 'b'], { context: ['c'] }), { code: 'invalid_option', detail: 'columns_differ' })
  assert.throws(() => siv.encryptBatch(['a', 'b'], { context: ['c', undefined] }), /value 1 of the column context is undefined/)
  assert.throws(() => siv.encryptBatch(['a'], { context: 'c', errors: 'ignore' }), { name: 'TypeError' })
  assert.throws(() => siv.encryptBatch(['a'], { context: 'c', error: 'return' }), /no option error/)
  for (const name of ['needsRewrapBatch', 'needsRewrapBinaryBatch']) assert.throws(() => siv[name]([], { aad: 'a' }), /no option aad/)
  assert.throws(() => siv.encryptBatch([1], { context: 'c', errors: 'return' }), { name: 'TypeError' })
  assert.throws(() => signer.verifyBatch(['a', 'b'], ['x'], { errors: 'return' }), { code: 'invalid_option', detail: 'columns_differ' })
  assert.deepEqual(siv.encryptBatch([]), [])
  function * lazily () { yield 'a'; yield 'b' }
  assert.throws(() => siv.encryptBatch(lazily(), { context: 'c' }), { name: 'TypeError' })
  assert.deepEqual(siv.encryptBatch([...lazily()], { context: 'c' }), ['a', 'b'].map((text) => siv.encrypt(text, { context: 'c' })))
  assert.equal(codeOf(() => siv.encryptBatch(['a'])), 'context_required')
})

test('a large batch', () => {
  const texts = Array.from({ length: 50_000 }, (_, index) => `row ${index}`)
  const ciphertexts = siv.encryptBatch(texts, { context: 'c', aad: texts })
  assert.equal(new Set(ciphertexts).size, texts.length)
  assert.deepEqual(siv.decryptBatch(ciphertexts, { context: 'c', aad: texts }).map(String), texts)
})

test('a batch of any length is what its singles are', () => {
  const messages = Array.from({ length: 1000 }, (_, index) => `${index}`)
  for (const [make, open] of [['encryptBatch', 'decryptBatch'], ['encryptBinaryBatch', 'decryptBinaryBatch']]) {
    const made = siv[make](messages, { context: messages, aad: 'a' })
    made.forEach((one, index) => assert.equal(siv[open.replace('Batch', '')](one, { context: messages[index], aad: 'a' }).toString(), messages[index]))
    assert.deepEqual(siv[open](made, { context: messages, aad: 'a' }).map(String), messages)
      const mixed = made.map((one, index) => index % 100 === 99 ? made[0] : one)
    const results = siv[open](mixed, { context: messages, aad: 'a', errors: 'return' })
    results.forEach((one, index) => index % 100 === 99 ? assert.equal(one.code, 'decrypt_failed') : assert.equal(one.toString(), messages[index]))
    assert.throws(() => siv[open](mixed, { context: messages, aad: 'a' }), { code: 'decrypt_failed', index: 99 })
    assert.throws(() => siv[open](mixed.map((one, index) => index === 999 ? 7 : one), { context: messages, aad: 'a' }), { code: 'decrypt_failed', index: 99 })
    assert.throws(() => siv[open](made.map((one, index) => index === 700 ? 7 : one), { context: messages, aad: 'a' }), (error) => error instanceof TypeError && error.index === 700)
  }
  // What cannot be read as an option stands in its place.
  const versions = messages.map((_, index) => index === 300 ? 1.5 : 1)
  const results = siv.encryptBatch(messages, { context: 'c', version: versions, errors: 'return' })
  assert.deepEqual(results.flatMap((one, index) => typeof one === 'string' ? [] : [[index, one.code]]), [[300, 'invalid_option']])
})

test('what a rewrap would change is told for many', () => {
  const key = ring.createKey('rewrapped')
  const [texts, binaries] = [key.encryptBatch(['a', 'b']), key.encryptBinaryBatch(['a', 'b'])]
  key.rotate()
  const mixed = [texts[0], key.encrypt('c'), 'nothing', texts[1]]
  assert.deepEqual(key.needsRewrapBatch(mixed, { errors: 'return' }).map((one) => one.code ?? one), [true, false, 'malformed', true])
  assert.deepEqual(key.needsRewrapBinaryBatch([...binaries, ...key.rewrapBinaryBatch(binaries)]), [true, true, false, false])
  assert.deepEqual(key.decryptBinaryBatch(key.rewrapBinaryBatch(binaries)).map(String), ['a', 'b'])
})
