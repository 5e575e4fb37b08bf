import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Keyring, StrongroomError } from '../index.mjs'

const ring = Keyring.inMemory()
const siv = ring.createKey('siv', { keyType: 'aes256-siv', derived: true })
const signer = ring.createKey('signer', 'ed25519')
const large = Buffer.alloc(1 << 20, 'large ')

test('a promise gives what the call gives', async () => {
  const options = { context: { tenant: 'acme' }, aad: 'order-17' }
  const ciphertext = siv.encrypt(large, options)
  const binary = siv.encryptBinary(large, options)
  assert.equal(await siv.encryptAsync(large, options), ciphertext)
  assert.deepEqual(await siv.encryptBinaryAsync(large, options), binary)
  assert.deepEqual(await siv.decryptAsync(ciphertext, options), large)
  assert.deepEqual(await siv.decryptBinaryAsync(binary, options), large)
  assert.equal(await siv.rewrapAsync(ciphertext, options), ciphertext)
  assert.deepEqual(await siv.rewrapBinaryAsync(binary, options), binary)
  const signature = await signer.signAsync(large)
  assert.equal(signature, signer.sign(large))
  assert.equal(await signer.verifyAsync(large, signature), undefined)
  const mac = await signer.hmacAsync(large, { hash: 'sha2-512' })
  assert.equal(mac, signer.hmac(large, { hash: 'sha2-512' }))
  assert.equal(await signer.verifyHmacAsync(large, mac, { hash: 'sha2-512' }), undefined)
  const many = await Promise.all(Array.from({ length: 64 }, (_, index) => siv.encryptAsync(`${index}`, options)))
  many.forEach((one, index) => assert.equal(siv.decrypt(one, options).toString(), `${index}`))
})

test('a promise is broken as the call fails, and never throws at once', async () => {
  await assert.rejects(siv.encryptAsync('m'), (error) => error instanceof StrongroomError && error.code === 'context_required')
  await assert.rejects(siv.encryptAsync('m', { context: '' }), { code: 'invalid_context' })
  await assert.rejects(siv.decryptAsync('text', { context: 'c' }), { code: 'malformed' })
  await assert.rejects(signer.verifyAsync('m', signer.sign('n')), { code: 'bad_signature' })
  for (const wrong of [siv.encryptAsync(1), siv.encryptAsync('m', { ad: '' }), siv.encryptAsync('m', null), siv.decryptAsync(large)]) await assert.rejects(wrong, { name: 'TypeError' })
})

test('what is changed after the call does not matter', async () => {
  const message = Buffer.from('before')
  const aad = Buffer.from('aad')
  const promise = siv.encryptAsync(message, { context: 'c', aad })
  message.fill(0)
  aad.fill(0)
  assert.equal(siv.decrypt(await promise, { context: 'c', aad: 'aad' }).toString(), 'before')
})

test('a keyring closed meanwhile', async () => {
  const own = Keyring.inMemory()
  const key = own.createKey('cards')
  const promises = Array.from({ length: 50 }, () => key.encryptAsync(large).then(() => 'done', (error) => error.code))
  own.close()
  for (const outcome of await Promise.all(promises)) assert.ok(['done', 'closed'].includes(outcome), outcome)
})
