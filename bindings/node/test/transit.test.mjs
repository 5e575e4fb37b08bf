// The view that is as lenient as Transit, beside the native one. docs/moving.md has the list of differences.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Key, View } from '../index.mjs'
import { fixture } from './answers.mjs'
import { codeOf, Keyring } from './vectors.mjs'

const ring = Keyring.inMemory()
let made = 0
const create = (spec) => ring.createKey(`key${made++}`, spec)
const aes = (options) => create({ keyType: 'aes256-gcm96', ...options })
// What the native view refuses a call as, and what the lenient view gives.
const differs = (key, call, code) => {
  assert.equal(codeOf(() => call(key)), code)
  return call(key.transit())
}

test('a view is a view, of keys and of views', () => {
  const key = aes({ derived: true })
  const acme = key.context('acme')
  for (const view of [key.transit(), acme.transit(), key.transit().transit()]) {
    assert.ok(view instanceof View && !(view instanceof Key))
    assert.throws(() => Key.prototype.rotate.call(view), { name: 'TypeError' })
    assert.equal(view.context, undefined)
    assert.equal(`${inspect(view, { showHidden: true, depth: 9 })} ${JSON.stringify(view)}`, `View { name: '${key.name}' } {}`)
  }
  const ciphertext = acme.encrypt('4111')
  assert.equal(acme.transit().decrypt(ciphertext).toString(), '4111')
  assert.equal(acme.transit().transit().decrypt(ciphertext.replace('v1:', 'v01:')).toString(), '4111')
  assert.equal(key.transit().decrypt(ciphertext, { context: 'acme' }).toString(), '4111')
  assert.equal(codeOf(() => key.transit().decrypt(ciphertext)), 'context_required')
  assert.equal(codeOf(() => key.context('other').transit().decrypt(ciphertext)), 'decrypt_failed')
  assert.throws(() => View.prototype.transit.call({}), { name: 'TypeError' })
})

test('other spellings of texts', async () => {
  const key = aes()
  const ciphertext = key.encrypt('x')
  for (const number of ['+1', '01', '0']) {
    const odd = ciphertext.replace('v1:', `v${number}:`)
    assert.equal(differs(key, (view) => view.decrypt(odd), 'malformed').toString(), 'x')
    assert.equal((await key.transit().decryptAsync(odd)).toString(), 'x')
    await assert.rejects(key.decryptAsync(odd), { code: 'malformed' })
    assert.equal(differs(key, (view) => view.needsRewrap(odd), 'malformed'), false)
  }
  assert.equal(differs(key, (view) => view.decrypt(`${ciphertext}\r\n`), 'malformed').toString(), 'x')
  // 29 bytes: the last digit before the padding has spare bits.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const spare = ciphertext.replace(/(.)=$/, (_, digit) => `${alphabet[alphabet.indexOf(digit) + 1]}=`)
  assert.notEqual(spare, ciphertext)
  assert.equal(differs(key, (view) => view.decrypt(spare), 'malformed').toString(), 'x')
  const templated = aes({ versionTemplate: 'app-{{version}}-' })
  const text = templated.encrypt('x')
  assert.equal(templated.decrypt(text.replace('app-1-', 'vault:v1:')).toString(), 'x')
  assert.equal(codeOf(() => templated.transit().decrypt(text.replace('app-1-', 'vault:v1:'))), 'malformed')
})

test('an older version to make something with', () => {
  const [key, signer] = [aes(), create('ed25519')]
  for (const one of [key, signer]) one.rotate()
  const out = Buffer.alloc(100)
  const first = { version: 1 }
  assert.match(differs(key, (view) => view.encrypt('x', first), 'version_not_allowed'), /^vault:v1:/)
  assert.equal(differs(key, (view) => view.encryptBinary('x', first), 'version_not_allowed')[4], 1)
  const length = differs(key, (view) => view.encryptInto('x', out, first), 'version_not_allowed')
  assert.equal(out[4], 1)
  const back = Buffer.alloc(1)
  assert.equal(key.transit().decryptInto(out.subarray(0, length), back), 1)
  assert.equal(back.toString(), 'x')
  assert.match(differs(key, (view) => view.hmac('x', first), 'version_not_allowed'), /^vault:v1:/)
  assert.match(differs(key, (view) => view.dataKey(16, first), 'version_not_allowed').ciphertext, /^vault:v1:/)
  const signature = differs(signer, (view) => view.sign('x', first), 'version_not_allowed')
  assert.match(signature, /^vault:v1:/)
  signer.verify('x', signature)
  key.configure({ minEncryptionVersion: 2 })
  assert.equal(codeOf(() => key.transit().encrypt('x', first)), 'version_not_allowed')
})

test('a version to rewrap to, and a new ciphertext each time', async () => {
  const key = aes()
  key.rotate()
  const ciphertext = key.encrypt('x', { aad: 'a' })
  const options = { aad: 'a', version: 1 }
  const older = differs(key, (view) => view.rewrap(ciphertext, options), 'invalid_option')
  assert.match(older, /^vault:v1:/)
  assert.match(await key.transit().rewrapAsync(ciphertext, options), /^vault:v1:/)
  assert.equal(key.decrypt(older, { aad: 'a' }).toString(), 'x')
  const binary = key.encryptBinary('x', { aad: 'a' })
  assert.equal(differs(key, (view) => view.rewrapBinary(binary, options), 'invalid_option')[4], 1)
  assert.equal(key.rewrap(ciphertext, { aad: 'a' }), ciphertext)
  assert.notEqual(key.transit().rewrap(ciphertext, { aad: 'a' }), ciphertext)
  assert.equal(codeOf(() => key.transit().rewrap(ciphertext, { aad: 'b' })), 'decrypt_failed')
})

test('a context that is ignored', () => {
  const [key, signer, derived] = [aes(), create('ed25519'), aes({ derived: true })]
  const context = { context: 'c' }
  const ciphertext = differs(key, (view) => view.encrypt('x', context), 'context_not_allowed')
  assert.equal(key.decrypt(ciphertext).toString(), 'x')
  assert.equal(differs(key, (view) => view.decrypt(ciphertext, context), 'context_not_allowed').toString(), 'x')
  assert.equal(differs(signer, (view) => view.sign('x', context), 'context_not_allowed'), signer.sign('x'))
  assert.equal(differs(signer, (view) => view.verify('x', signer.sign('x'), context), 'context_not_allowed'), undefined)
  for (const one of [key, create('hmac'), derived]) {
    assert.equal(differs(one, (view) => view.hmac('x', context), 'invalid_context'), one.hmac('x'))
    assert.equal(differs(one, (view) => view.verifyHmac('x', one.hmac('x'), context), 'invalid_context'), undefined)
  }
})

test('contexts and aads over 65,535 bytes', () => {
  const [key, derived] = [aes(), aes({ derived: true })]
  const long = Buffer.alloc(65_536, 7)
  for (const said of [long, long.toString()]) {
    const ciphertext = differs(key, (view) => view.encrypt('x', { aad: said }), 'invalid_aad')
    assert.equal(differs(key, (view) => view.decrypt(ciphertext, { aad: said }), 'invalid_aad').toString(), 'x')
    const other = differs(derived, (view) => view.encrypt('x', { context: said }), 'invalid_context')
    assert.equal(differs(derived, (view) => view.decrypt(other, { context: said }), 'invalid_context').toString(), 'x')
    assert.equal(codeOf(() => derived.transit().decrypt(other, { context: long.subarray(1) })), 'decrypt_failed')
    assert.equal(derived.context(said).transit().decrypt(other).toString(), 'x')
    assert.equal(codeOf(() => derived.context(said).decrypt(other)), 'invalid_context')
  }
})

test('an aad on a convergent key', () => {
  // Neither view makes such a ciphertext; what a server made is in the recorded answers.
  const key = aes({ derived: true, convergent: true })
  const options = { context: 'c', aad: 'a' }
  for (const view of [key, key.transit()]) {
    assert.equal(codeOf(() => view.encrypt('x', options)), 'aad_not_allowed')
    assert.equal(codeOf(() => view.encryptBinary('x', options)), 'aad_not_allowed')
    assert.equal(codeOf(() => view.dataKey(32, options)), 'aad_not_allowed')
  }
})

test('a hash with a signature', () => {
  const signer = create('ed25519')
  const signature = signer.sign('x')
  assert.equal(differs(signer, (view) => view.sign('x', { hash: 'sha3-384' }), 'invalid_option'), signature)
  assert.equal(differs(signer, (view) => view.verify('x', signature, { hash: 'sha2-512' }), 'invalid_option'), undefined)
  const vaults = Keyring.inMemory().restoreTransit(fixture('vault', 'ed25519-plain').backup)
  assert.equal(codeOf(() => vaults.transit().sign('x', { hash: 'sha2-512' })), 'operation_not_supported')
})

test('macs with SHA-1 are those of node:crypto', async () => {
  const secret = Buffer.alloc(32, 'a secret of 25 characters')
  const key = ring.importKey('mac', secret, { keyType: 'hmac', keySize: 32 })
  const options = { hash: 'sha1' }
  const mac = differs(key, (view) => view.hmac('x', options), 'invalid_option')
  assert.equal(mac, `vault:v1:${createHmac('sha1', secret).update('x').digest('base64')}`)
  assert.equal(differs(key, (view) => view.verifyHmac('x', mac, options), 'invalid_option'), undefined)
  assert.equal(codeOf(() => key.transit().verifyHmac('y', mac, options)), 'bad_signature')
  assert.equal(await key.transit().hmacAsync('x', options), mac)
  await assert.rejects(key.hmacAsync('x', options), { code: 'invalid_option' })
  assert.deepEqual(key.transit().hmacBatch(['x', 'x'], { hash: ['sha1', 'sha2-256'] }), [mac, key.hmac('x')])
  assert.equal(codeOf(() => key.transit().hmac('x', { hash: 'sha-1' })), 'invalid_option')
})

test('what is no option of Transit is none of the view', () => {
  const view = aes().transit()
  assert.throws(() => view.encrypt('x', { nonce: Buffer.alloc(12) }), /no option nonce/)
  assert.throws(() => view.encrypt('x', { aad: undefined }), /aad is undefined/)
  assert.throws(() => view.encrypt(1), { name: 'TypeError' })
  assert.equal(codeOf(() => view.encrypt('x', { form: 'jws' })), 'invalid_option')
})

test('a view follows its key, and ends with its keyring', async () => {
  const own = Keyring.inMemory()
  const key = own.createKey('cards', { keyType: 'aes256-gcm96', derived: true })
  const [view, acme] = [key.transit(), key.context('acme').transit()]
  const ciphertext = acme.encrypt('x')
  key.rotate()
  assert.match(acme.encrypt('x'), /^vault:v2:/)
  assert.equal(acme.decrypt(ciphertext).toString(), 'x')
  key.disable()
  assert.equal(codeOf(() => acme.decrypt(ciphertext)), 'key_disabled')
  key.enable()
  own.close()
  assert.equal(codeOf(() => acme.decrypt(ciphertext)), 'closed')
  assert.equal(codeOf(() => view.transit().encrypt('x', { context: 'c' })), 'closed')
  await assert.rejects(acme.decryptAsync(ciphertext), { code: 'closed' })
  assert.deepEqual(acme.decryptBatch([ciphertext], { errors: 'return' }).map(({ code }) => code), ['closed'])
})
