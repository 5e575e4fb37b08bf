// What is said of a signature: hash, form, prehashed, padding and the length of a salt.
import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { codeOf, Keyring } from './vectors.mjs'

const ring = Keyring.inMemory()
const CURVES = [['ecdsa-p256', 256], ['ecdsa-p384', 384], ['ecdsa-p521', 512]]
const HASHES = [2, 3].flatMap((family) => [224, 256, 384, 512].map((bits) => `sha${family}-${bits}`))
const digest = (hash, message) => createHash(hash.replace('sha2-', 'sha')).update(message).digest()
const detailOf = (call) => { try { call() } catch (error) { return error.detail ?? error.code } }
const body = (signature) => signature.slice(signature.lastIndexOf(':') + 1)

test('ecdsa signs with every hash in both forms', () => {
  for (const [type, bits] of CURVES) {
    const key = ring.createKey(type, type)
    const outside = createPublicKey(key.publicKey({ format: 'pem' }))
    for (const hash of HASHES) {
      for (const form of ['asn1', 'jws']) {
        const signature = key.sign('m', { hash, form })
        const raw = Buffer.from(body(signature), form === 'jws' ? 'base64url' : 'base64')
        assert.ok(verify(hash.replace('sha2-', 'sha'), Buffer.from('m'), { key: outside, dsaEncoding: form === 'jws' ? 'ieee-p1363' : 'der' }, raw), `${type} ${hash} ${form}`)
        key.verify(digest(hash, 'm'), signature, { hash, form, prehashed: true })
        key.verify('m', key.sign(digest(hash, 'm'), { hash, form, prehashed: true }), { hash, form, prehashed: false })
        assert.equal(codeOf(() => key.verify(digest(hash, 'n'), signature, { hash, form, prehashed: true })), 'bad_signature')
        for (const call of [() => key.sign('m', { hash, form, prehashed: true }), () => key.verify('m', signature, { hash, form, prehashed: true })]) assert.equal(detailOf(call), 'digest_of_another_length')
        assert.equal(codeOf(() => key.verify('n', signature, { hash, form })), 'bad_signature')
      }
    }
    // A JSON Web Signature has the hash of its curve unless another is named.
    key.verify('m', key.sign('m', { form: 'jws' }), { form: 'jws', hash: `sha2-${bits}` })
  }
})

test('ml-dsa signs, and cmac keys mac', () => {
  for (const bits of [44, 65, 87]) {
    const key = ring.createKey(`ml-dsa-${bits}`, `ml-dsa-${bits}`)
    key.verify('m', key.sign('m', { form: 'jws', prehashed: false }), { form: 'jws' })
    assert.equal(detailOf(() => key.sign('m', { hash: 'sha2-256' })), 'hash_not_supported')
    assert.equal(detailOf(() => key.sign('m', { prehashed: true })), 'hash_not_supported')
  }
  for (const type of ['aes128-cmac', 'aes256-cmac']) {
    const key = ring.createKey(type, type)
    key.verifyHmacBatch(['a', 'b'], key.hmacBatch(['a', 'b']))
    assert.equal(detailOf(() => key.hmac('m', { hash: 'sha2-256' })), 'hash_not_supported')
  }
})

test('what a type or an operation does not have is refused, whatever its value', () => {
  const key = ring.keyOrCreate('tokens', 'ecdsa-p256')
  const signature = key.sign('m')
  for (const options of [{ padding: 'pss' }, { padding: 'pkcs1v15' }, { saltLength: 'auto' }, { saltLength: 0 }, { saltLength: 65535 }, { hash: 'none' }]) {
    assert.equal(detailOf(() => key.sign('m', options)), 'padding_not_supported')
    assert.equal(detailOf(() => key.verify('m', signature, options)), 'padding_not_supported')
  }
  assert.equal(detailOf(() => key.sign('m', { hash: 'sha1' })), 'sha1_signs_nothing_new')
  key.verify('m', key.transit().sign('m', { hash: 'sha1' }), { hash: 'sha1' })
  // As Transit has it: what a type does not have is ignored, but for a hash that is none.
  key.transit().verify('m', key.transit().sign('m', { padding: 'pss', saltLength: 'auto' }), { padding: 'pkcs1v15', saltLength: 20 })
  assert.equal(detailOf(() => key.transit().sign('m', { hash: 'none', prehashed: true })), 'unhashed_needs_pkcs1v15')
  const cards = ring.createKey('cards')
  const [text, binary] = [cards.encrypt('m'), cards.encryptBinary('m')]
  for (const view of [cards, cards.transit()]) {
    for (const options of [{ prehashed: true }, { prehashed: false }, { padding: 'pss' }, { saltLength: 'hash' }, { hash: 'none' }]) {
      const calls = [
        () => view.encrypt('m', options), () => view.encryptBinary('m', options), () => view.decrypt(text, options), () => view.decryptBinary(binary, options), () => view.rewrap(text, options),
        () => view.dataKey(32, options), () => view.hmac('m', options), () => view.verifyHmac('m', cards.hmac('m'), options), () => view.encryptInto('m', Buffer.alloc(200), options),
        () => view.decryptInto(binary, Buffer.alloc(200), options), () => view.encryptedLen('m', options), () => view.hmacBatch(['m'], options), () => view.encryptBatch(['m'], options)
      ]
      for (const call of calls) assert.equal(detailOf(call), 'item_says_too_much', `${call} ${Object.keys(options)}`)
      for (const call of [() => view.needsRewrap(text, options), () => view.needsRewrapBatch([text], options)]) assert.throws(call, /there is no option/)
    }
  }
})

test('what is odd is refused', async () => {
  const key = ring.keyOrCreate('tokens', 'ecdsa-p256')
  const signature = key.sign('m')
  const odd = [
    ...['hash', 'form', 'padding'].flatMap((name) => [1, true, ['pss'], {}, Buffer.from('pss'), Symbol('pss'), () => 'pss'].map((value) => [name, value, 'ERR_INVALID_ARG_TYPE'])),
    ...['hash', 'form', 'padding', 'saltLength'].flatMap((name) => ['', 'PSS', 'Auto', 'sha256', 'jws\0', '\ud800'].map((value) => [name, value, name === 'saltLength' ? 'unknown_salt_length' : `unknown_${name}`])),
    ...[1, 0, 'true', '', {}].map((value) => ['prehashed', value, 'ERR_INVALID_ARG_TYPE']),
    ...[true, {}, [20], 20n, Buffer.alloc(1)].map((value) => ['saltLength', value, 'ERR_INVALID_ARG_TYPE']),
    ...[-1, 1.5, NaN, Infinity, -0.5, 65536, 2 ** 32, -(2 ** 70)].map((value) => ['saltLength', value, 'unknown_salt_length'])
  ]
  for (const view of [key, key.transit()]) {
    for (const [name, value, expected] of odd) {
      const options = { [name]: value }
      for (const call of [() => view.sign('m', options), () => view.verify('m', signature, options)]) {
        // A lone surrogate is no string of ours.
        const got = detailOf(call)
        assert.ok(got === expected || value === '\ud800', `${name} ${String(value)}: ${got}`)
      }
      await assert.rejects(view.signAsync('m', options))
      assert.throws(() => view.signBatch(['m', 'n'], { [name]: [Array.isArray(value) ? [value] : value, value] }))
    }
  }
  const made = key.signBatch(['m', 'n'], { saltLength: [70000, 'x'], errors: 'return' })
  assert.deepEqual(made.map(({ detail }) => detail), ['unknown_salt_length', 'unknown_salt_length'])
})

test('a batch has one value for all or one for each', async () => {
  const key = ring.keyOrCreate('tokens', 'ecdsa-p256')
  const messages = ['a', 'b', 'c']
  const hashed = messages.map((message) => digest('sha2-512', message))
  key.verifyBatch(messages, key.signBatch(hashed, { hash: 'sha2-512', prehashed: true }), { hash: 'sha2-512' })
  const form = ['asn1', 'jws', 'asn1']
  const signatures = key.signBatch([hashed[0], 'b', hashed[2]], { hash: 'sha2-512', form, prehashed: [true, false, true] })
  key.verifyBatch(messages, signatures, { hash: 'sha2-512', form })
  assert.equal(await key.verifyAsync(hashed[0], await key.signAsync(hashed[0], { prehashed: true, hash: 'sha2-512' }), { prehashed: true, hash: 'sha2-512' }), undefined)
})

test('rsa pads as it is told', (t) => {
  if (codeOf(() => ring.createKey('rsa', 'rsa-2048')) !== undefined) return t.skip('this package has no RSA')
  const key = ring.key('rsa')
  for (const [made, read] of [
    [{}, { padding: 'pss', saltLength: 'auto' }], [{ padding: 'pkcs1v15' }, { padding: 'pkcs1v15', hash: 'sha2-256' }], [{ form: 'jws' }, { form: 'jws', saltLength: 'hash' }],
    [{ saltLength: 20 }, { saltLength: 'auto' }], [{ saltLength: 0 }, { saltLength: 0 }], [{ saltLength: 'hash', hash: 'sha2-384' }, { saltLength: 48, hash: 'sha2-384' }]
  ]) {
    key.verify('m', key.sign('m', made), read)
    key.verify('m', key.sign(digest(made.hash ?? 'sha2-256', 'm'), { ...made, prehashed: true }), read)
  }
  const raw = { hash: 'none', padding: 'pkcs1v15' }
  key.verify('as it is', key.sign('as it is', raw), { ...raw, prehashed: true })
  assert.equal(codeOf(() => key.verify('m', key.sign('m'), { padding: 'pkcs1v15' })), 'bad_signature')
  assert.equal(codeOf(() => key.verify('m', key.sign('m', { saltLength: 20 }), { saltLength: 'hash' })), 'bad_signature')
  assert.equal(detailOf(() => key.sign('m', { padding: 'pkcs1v15', saltLength: 'auto' })), 'salt_not_supported')
  assert.equal(detailOf(() => key.sign('m', { hash: 'none' })), 'unhashed_needs_pkcs1v15')
})
