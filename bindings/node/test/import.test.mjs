// Keys from other programs, and keys for them, in every form that they write and read.
import assert from 'node:assert/strict'
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, privateDecrypt, publicEncrypt, verify } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { codeOf, Keyring } from './vectors.mjs'

const tools = process.env.STRONGROOM_NODE_TOOLS ?? join(dirname(fileURLToPath(import.meta.url)), '../node_modules')
const jose = await import(pathToFileURL(createRequire(join(tools, 'package.json')).resolve('jose')))

const detailOf = (call) => { try { call() } catch (error) { return error.detail } }
const exposed = { exposeSecretMaterial: true }
const curve = (namedCurve) => () => generateKeyPairSync('ec', { namedCurve })
const PAIRS = [
  ['ed25519', 'EdDSA', [], () => generateKeyPairSync('ed25519')],
  ['ecdsa-p256', 'ES256', ['sec1'], curve('P-256')],
  ['ecdsa-p384', 'ES384', ['sec1'], curve('P-384')],
  ['ecdsa-p521', 'ES512', ['sec1'], curve('P-521')],
  ['rsa-2048', 'PS256', ['pkcs1'], () => generateKeyPairSync('rsa', { modulusLength: 2048 })]
]
const hasRsa = codeOf(() => Keyring.inMemory().createKey('k', 'rsa-2048')) === undefined
const needsRsa = { skip: hasRsa ? false : 'this package has no rsa-2048' }

const bytesOf = (signature) => Buffer.from(signature.slice(signature.lastIndexOf(':') + 1), 'base64')
const written = (key, options) => Buffer.from(key.export(options))
const spki = (publicKey) => written(publicKey, { type: 'spki', format: 'der' })

// Whether what was signed here verifies with OpenSSL.
function holds (publicKey, signature, message) {
  const isRsa = publicKey.asymmetricKeyType === 'rsa'
  const key = isRsa ? { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } : publicKey
  return verify(publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(message), key, bytesOf(signature))
}

for (const [type, alg, others, generate] of PAIRS) {
  const options = { skip: type.startsWith('rsa') && needsRsa.skip }

  test(`private keys of other programs: ${type}`, options, () => {
    const { privateKey, publicKey } = generate()
    for (const kind of ['pkcs8', ...others]) {
      for (const format of ['pem', 'der']) {
        const document = written(privateKey, { type: kind, format })
        const key = Keyring.inMemory().importKey('releases', document, type, { format: 'private-key' })
        assert.deepEqual(key.publicKey({ format: 'der' }), spki(publicKey))
        assert.ok(key.info().imported && holds(publicKey, key.sign('v1.0'), 'v1.0'))
        const alone = codeOf(() => Keyring.inMemory().importKey('releases', document, type, { format: 'pkcs8' }))
        assert.equal(alone, kind === 'pkcs8' ? undefined : 'invalid_material')
      }
    }
  })

  test(`encrypted private keys: ${type}`, options, () => {
    const ring = Keyring.inMemory()
    const { privateKey, publicKey } = generate()
    const document = written(privateKey, { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim ü' })
    for (const [index, passphrase] of ['geheim ü', Buffer.from('geheim ü')].entries()) {
      for (const format of ['pkcs8', 'private-key']) {
        const key = ring.importKey(`${format}-${index}`, document, type, { format, passphrase })
        assert.deepEqual(key.publicKey({ format: 'der' }), spki(publicKey))
      }
    }
    const said = new Set()
    for (const passphrase of ['geheim', '', Buffer.from('geheim ü', 'latin1')]) {
      assert.throws(() => ring.importKey('wrong', document, type, { format: 'private-key', passphrase }), (error) => {
        said.add(error.message)
        return error.code === 'invalid_material' && !error.message.includes('geheim')
      })
    }
    assert.equal(said.size, 1)
    assert.equal(codeOf(() => ring.importKey('none', document, type, { format: 'private-key' })), 'invalid_material')
    assert.equal(detailOf(() => ring.importKey('none', document, type, { format: 'private-key', passphrase: '\udc80' })), 'not_unicode')
    assert.equal(detailOf(() => ring.importKey('none', Buffer.alloc(32, 'abcdefg'), 'ed25519', { passphrase: 'geheim' })), 'passphrase_not_supported')
    assert.throws(() => ring.importKey('none', document, type, { format: 'pkcs8', passphrase: 1234 }), { name: 'TypeError' })
  })

  test(`a public key alone verifies until it is completed: ${type}`, options, () => {
    const { privateKey, publicKey } = generate()
    const here = Keyring.inMemory().importKey('releases', written(privateKey, { type: 'pkcs8', format: 'der' }), type, { format: 'pkcs8' })
    for (const format of ['der', 'pem']) {
      const key = Keyring.inMemory().importKey('releases', written(publicKey, { type: 'spki', format }), type, { format: 'public-key' })
      key.verify('v1.0', here.sign('v1.0'))
      assert.equal(codeOf(() => key.verify('v1.1', here.sign('v1.0'))), 'bad_signature')
      assert.equal(codeOf(() => key.sign('v1.0')), 'no_such_version')
      const other = written(generate().privateKey, { type: 'pkcs8', format: 'pem' })
      assert.equal(codeOf(() => key.importVersion(other, { format: 'private-key', version: 1 })), 'invalid_material')
      assert.equal(codeOf(() => key.importVersion(other, { format: 'private-key', version: 2 })), 'no_such_version')
      const document = written(privateKey, { type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: '1234' })
      const completing = { format: 'private-key', passphrase: '1234', version: 1 }
      assert.equal(key.importVersion(document, completing), 1)
      assert.ok(holds(publicKey, key.sign('v1.0'), 'v1.0'))
      assert.equal(detailOf(() => key.importVersion(document, completing)), 'version_is_whole')
      assert.equal(detailOf(() => key.importVersion(document, { ...completing, version: 0 })), 'version_out_of_range')
    }
  })

  test(`jose reads the set of ${type}`, options, async () => {
    const key = Keyring.inMemory().createKey('tokens', type)
    key.rotate()
    key.configure({ minEncryptionVersion: 1 })
    const set = JSON.parse(key.jwks())
    assert.deepEqual(set.keys.map(({ kid }) => kid), ['tokens:1', 'tokens:2'])
    const find = jose.createLocalJWKSet(set)
    for (const version of [1, 2]) {
      const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const message = `${part({ alg, kid: `tokens:${version}` })}.${part({ sub: 'order-17' })}`
      const token = `${message}.${key.sign(message, { form: 'jws', version }).split(':').pop()}`
      assert.equal((await jose.jwtVerify(token, find)).payload.sub, 'order-17')
    }
    key.configure({ minEncryptionVersion: 2, minDecryptionVersion: 2 })
    assert.deepEqual(JSON.parse(key.jwks()).keys.map(({ kid }) => kid), ['tokens:2'])
  })

  test(`a private JSON Web Key: ${type}`, options, () => {
    const { privateKey } = generate()
    const key = Keyring.inMemory().importKey('releases', written(privateKey, { type: 'pkcs8', format: 'pem' }), { keyType: type, exportable: true }, { format: 'private-key' })
    const jwk = JSON.parse(key.exportTransit('signing-key', 'jwk', exposed).get(1).toString())
    assert.ok(createPrivateKey({ key: jwk, format: 'jwk' }).equals(privateKey))
    assert.ok(!('d' in JSON.parse(key.publicKeysTransit('jwk').get(1))))
  })
}

test('the latest version is completed without its number', () => {
  const { privateKey, publicKey } = curve('P-256')()
  const key = Keyring.inMemory().importKey('releases', spki(publicKey), 'ecdsa-p256', { format: 'public-key' })
  assert.equal(key.importVersion(written(privateKey, { type: 'pkcs8', format: 'der' }), { format: 'pkcs8' }), 1)
  assert.equal(key.importVersion(written(curve('P-256')().privateKey, { type: 'sec1', format: 'der' }), { format: 'private-key' }), 2)
})

test('an RSA public key alone encrypts', needsRsa, () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = Keyring.inMemory().importKey('cards', spki(publicKey), 'rsa-2048', { format: 'public-key' })
  assert.equal(privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, bytesOf(key.encrypt('4111'))).toString(), '4111')
  assert.equal(codeOf(() => key.decrypt(key.encrypt('4111'))), 'no_such_version')
})

test('keys are wrapped from one keyring for another', needsRsa, async () => {
  const [here, there] = [Keyring.inMemory(), Keyring.inMemory()]
  assert.equal(detailOf(() => there.importKey('cards', Buffer.alloc(600, 7), 'hmac', { format: 'wrapped' })), 'no_wrapping_key')
  const pem = await there.wrappingKeyAsync()
  const der = there.wrappingKey({ format: 'der' })
  assert.equal(there.wrappingKey(), pem)
  assert.equal(there.wrappingKey({ format: 'pem' }), pem)
  assert.deepEqual(await there.wrappingKeyAsync({ format: 'der' }), der)
  const theirs = createPublicKey(pem)
  assert.ok(theirs.asymmetricKeyDetails.modulusLength === 4096 && theirs.equals(createPublicKey({ key: JSON.parse(there.wrappingKey({ format: 'jwk' })), format: 'jwk' })))
  assert.deepEqual(there.wrappingKey({ format: 'raw' }), written(theirs, { type: 'pkcs1', format: 'der' }))
  assert.deepEqual(there.keys(), [])
  assert.equal(detailOf(() => there.wrappingKey({ format: 'text' })), 'unknown_public_key_format')
  for (const wrong of [null, 'pem', { form: 'pem' }, { format: undefined }]) assert.throws(() => there.wrappingKey(wrong), { name: 'TypeError' })

  const cards = here.createKey('cards', { keyType: 'aes256-gcm96', exportable: true })
  cards.rotate()
  for (const [index, [to, hash]] of [[pem], [der, 'sha3-512'], [Buffer.from(pem), 'sha1']].entries()) {
    const how = hash === undefined ? {} : { hash }
    const wrapped = cards.exportWrapped(to, { ...how, ...exposed })
    assert.deepEqual([...wrapped.keys()], [1, 2])
    const same = there.importKey(`cards${index}`, Buffer.from(wrapped.get(1)), 'aes256-gcm96', { format: 'wrapped', ...how })
    assert.equal(same.importVersion(Buffer.from(wrapped.get(2), 'base64'), { format: 'wrapped', ...how }), 2)
    assert.equal(same.decrypt(cards.encrypt('4111')).toString(), '4111')
    assert.throws(() => there.importKey('other', Buffer.from(wrapped.get(1)), 'aes256-gcm96', { format: 'wrapped', hash: 'sha2-384' }), { code: 'invalid_material', message: /does not unwrap/ })
  }
  for (const options of [undefined, {}, { exposeSecretMaterial: false }, { hash: 'sha2-256' }]) assert.equal(codeOf(() => cards.exportWrapped(pem, options)), 'exposure_not_confirmed')
  assert.equal(detailOf(() => cards.exportWrapped(pem, { ...exposed, hash: 'none' })), 'unknown_hash')
  for (const options of [null, { expose: true }, { exposeSecretMaterial: 1 }, { ...exposed, hash: 1 }]) assert.throws(() => cards.exportWrapped(pem, options), { name: 'TypeError' })
  for (const to of [undefined, 17, {}]) assert.throws(() => cards.exportWrapped(to, exposed), { name: 'TypeError' })
  for (const to of ['', 'pem', Buffer.from([0x30, 0])]) assert.equal(codeOf(() => cards.exportWrapped(to, exposed)), 'invalid_material')
  const releases = here.createKey('releases', { keyType: 'ed25519', exportable: true })
  assert.equal(codeOf(() => cards.exportWrapped(releases.publicKey({ format: 'pem' }), exposed)), 'operation_not_supported')
  assert.equal(codeOf(() => here.createKey('closed').exportWrapped(pem, exposed)), 'not_exportable')
  there.importKey('releases', Buffer.from(releases.exportWrapped(pem, exposed).get(1)), 'ed25519', { format: 'wrapped' }).verify('v1.0', releases.sign('v1.0'))
})

test('what is wrapped here OpenSSL begins to unwrap', needsRsa, () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = Keyring.inMemory().createKey('cards', { keyType: 'aes256-gcm96', exportable: true })
  const wrapped = Buffer.from(key.exportWrapped(spki(publicKey), exposed).get(1), 'base64')
  // The material is longer by the eight bytes of the key wrap.
  assert.equal(privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, wrapped.subarray(0, 256)).length, 32)
  assert.equal(wrapped.length, 256 + 32 + 8)
  const there = Keyring.inMemory()
  const damaged = Buffer.concat([publicEncrypt({ key: there.wrappingKey(), oaepHash: 'sha256' }, Buffer.alloc(32, 7)), wrapped.subarray(256)])
  assert.equal(codeOf(() => there.importKey('cards', damaged, 'aes256-gcm96', { format: 'wrapped' })), 'invalid_material')
})

test('what is said of an import is known and fits', () => {
  const ring = Keyring.inMemory()
  const material = Buffer.alloc(32, 'abcdefg')
  const imported = ring.importKey('imported', material, 'aes256-gcm96')
  for (const format of ['raw', 'pkcs8', 'private-key', 'public-key']) {
    assert.equal(detailOf(() => ring.importKey('k', material, 'ed25519', { format, hash: 'sha2-256' })), 'hash_needs_wrapped')
    assert.equal(detailOf(() => imported.importVersion(material, { format, hash: 'sha2-256' })), 'hash_needs_wrapped')
  }
  assert.equal(detailOf(() => ring.importKey('k', material, 'ed25519', { hash: 'sha2-256' })), 'hash_needs_wrapped')
  assert.equal(detailOf(() => ring.importKey('k', material, 'ed25519', { format: 'jwk' })), 'unknown_material_format')
  assert.equal(detailOf(() => ring.importKey('k', material, 'ed25519', { format: 'wrapped', hash: 'md5' })), 'unknown_hash')
  assert.equal(detailOf(() => ring.importKey('k', material, 'ed25519', { version: 1 })), 'nothing_to_complete')
  assert.throws(() => ring.importKey('k', material, 'ed25519', { passprase: '1234' }), { name: 'TypeError', message: /passphrase/ })
  const shared = new Uint8Array(new SharedArrayBuffer(4))
  assert.throws(() => ring.importKey('k', material, 'ed25519', { format: 'pkcs8', passphrase: shared }), { name: 'TypeError', message: /SharedArrayBuffer/ })
  assert.equal(codeOf(() => ring.createKey('cards').jwks()), 'operation_not_supported')
})

test('the key of a CMAC is exported', () => {
  const material = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
  const key = Keyring.inMemory().importKey('macs', material, { keyType: 'aes256-cmac', exportable: true })
  assert.deepEqual(key.export('hmac-key', exposed).get(1), material)
  assert.equal(codeOf(() => key.export('encryption-key', exposed)), 'operation_not_supported')
  assert.equal(detailOf(() => key.export('mac-key', exposed)), 'unknown_part')
})
