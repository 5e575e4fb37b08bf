// A value that is missing by mistake, as `row.id` before the row was saved, does not become "nothing said".
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { calls, refusal, ring } from './calls.mjs'
import { folder, Keyring, Seal } from './vectors.mjs'

const isTypeError = (error, words, about) => {
  assert.ok(error instanceof TypeError && error.code === 'ERR_INVALID_ARG_TYPE', `${about}: ${error}`)
  assert.match(error.message, words, about)
}

test('an option that is undefined or null is refused by every operation', async () => {
  assert.ok(calls.length >= 33, `${calls.length}`)
  for (const { name, options, call } of calls) {
    assert.equal(await refusal(() => call(options)), undefined, name)
    for (const option of Object.keys(options)) {
      for (const value of [undefined, null]) {
        isTypeError(await refusal(() => call({ ...options, [option]: value })), new RegExp(`${option} is ${value}; leave it out`), `${name} ${option}`)
      }
    }
  }
})

test('an aad that is given and empty is refused', () => {
  const cards = Keyring.inMemory().createKey('cards')
  const unbound = cards.encrypt('m')
  for (const aad of ['', Buffer.alloc(0), {}, new Map()]) {
    for (const call of [() => cards.encrypt('m', { aad }), () => cards.decrypt(unbound, { aad }), () => cards.rewrap(unbound, { aad })]) {
      assert.throws(call, { code: 'invalid_aad' })
    }
    assert.throws(() => cards.encryptBatch(['a', 'b'], { aad: ['1', aad] }), { code: 'invalid_aad', index: 1 })
  }
})

test('a value of a column that is missing is refused with its place', async () => {
  for (const { name, options, call } of calls.filter(({ batch }) => batch)) {
    for (const option of Object.keys(options)) {
      for (const column of [[undefined], [null], new Array(1)]) {
        isTypeError(await refusal(() => call({ ...options, [option]: column })), /value 0 of the column/, `${name} ${option}`)
      }
      assert.equal((await refusal(() => call({ ...options, [option]: [] }))).detail, 'columns_differ', `${name} ${option}`)
    }
  }
  const key = ring.key('derived')
  for (const missing of [[undefined], [null], new Array(1)]) {
    for (const verb of ['encrypt', 'decrypt', 'rewrap', 'encryptBinary', 'decryptBinary', 'rewrapBinary', 'needsRewrap', 'needsRewrapBinary', 'dataKey', 'sign', 'hmac']) {
      isTypeError(await refusal(() => key[`${verb}Batch`](missing)), /value 0 of \w+ is/, verb)
    }
    for (const verb of ['verifyBatch', 'verifyHmacBatch']) {
      isTypeError(await refusal(() => key[verb](['m'], missing)), /value 0 of \w+ is/, verb)
      isTypeError(await refusal(() => key[verb](missing, ['s'])), /value 0 of \w+ is/, verb)
    }
  }
  isTypeError(await refusal(() => key.encryptBatch(['a', 7], { context: 'c', errors: 'return' })), /a plaintext must be/, 'another type')
  assert.throws(() => key.encryptBatch(['a', 7], { context: 'c' }), { index: 1 })
})

test('a column is an array, and nothing else that has values', async () => {
  const key = ring.key('derived')
  const wrong = [
    'hello', new String('hello'), Buffer.from('hello'), new Uint8Array(2), new Uint32Array(2), new Set(['a']), new Map([['a', 'b']]), { length: 1, 0: 'a' }, {},
    ['a'].values(), (function * () { yield 'a' })(), Promise.resolve(['a']), 5, null, undefined
  ]
  for (const given of wrong) {
    for (const verb of ['encrypt', 'decrypt', 'rewrap', 'encryptBinary', 'decryptBinary', 'rewrapBinary', 'needsRewrap', 'needsRewrapBinary', 'dataKey', 'sign', 'hmac']) {
      isTypeError(await refusal(() => key[`${verb}Batch`](given, { errors: 'return' })), /^\w+ must be an array; \[/, verb)
    }
    for (const verb of ['verifyBatch', 'verifyHmacBatch']) {
      isTypeError(await refusal(() => key[verb](['a'], given)), /^\w+ must be an array; \[/, verb)
      isTypeError(await refusal(() => key[verb](given, ['a'])), /^\w+ must be an array; \[/, verb)
    }
    isTypeError(await refusal(() => ring.reseal(given)), /^seals must be an array; \[/, 'reseal')
    isTypeError(await refusal(() => ring.resealAsync(given)), /^seals must be an array; \[/, 'resealAsync')
  }
  // As an option they are one value for all, or no value at all.
  for (const given of [new Set(['a']), ['a'].values(), Promise.resolve('a'), new Uint32Array(1), 5]) {
    isTypeError(await refusal(() => key.encryptBatch(['m'], { context: 'c', aad: given })), /must be/, 'aad')
    isTypeError(await refusal(() => key.encryptBatch(['m'], { context: given })), /must be/, 'context')
  }
})

test('options are a plain object, and count where they are its own', async () => {
  class Options { get aad () { return 'order-17' } }
  const inherited = Object.create({ aad: 'order-17' })
  const wrong = [
    new Options(), inherited, Object.create(inherited), [], ['aad'], new Map([['aad', 'order-17']]), new Proxy(new Map(), {}), Promise.resolve({ aad: 'order-17' }),
    new Date(), Buffer.from('order-17'), 'order-17', 7, true, null, () => {}
  ]
  for (const { name, options, call } of calls) {
    for (const given of wrong) isTypeError(await refusal(() => call(given)), /options must be a plain object/, name)
    for (const given of [Object.assign(Object.create(null), options), runInNewContext('({ ...given })', { given: options }), new Proxy(options, {}), Object.freeze({ ...options })]) {
      assert.equal(await refusal(() => call(given)), undefined, name)
    }
    for (const option of ['aad', 'context']) {
      isTypeError(await refusal(() => call(Object.defineProperty({}, option, { value: 'x' }))), new RegExp(`${option} cannot be enumerated`), name)
    }
  }
})

test('a map as aad or context has all of its pairs', async () => {
  const key = ring.key('derived')
  class Row { constructor () { this.tenant = 'acme' } }
  for (const given of [new Row(), Object.create({ tenant: 'acme' }), { [Symbol('tenant')]: 'acme' }, { tenant: undefined }, { tenant: null }, { tenant: 7 }, [], new Map([['tenant', undefined]]), new URLSearchParams('a=b')]) {
    for (const option of ['aad', 'context']) isTypeError(await refusal(() => key.encrypt('m', { context: 'c', [option]: given })), /must be/, option)
    isTypeError(await refusal(() => key.context(given)), /must be/, 'context')
  }
  const hidden = Object.defineProperty({ a: '1' }, 'b', { value: '2' })
  assert.equal(key.decrypt(key.encrypt('m', { context: hidden }), { context: { a: '1', b: '2' } }).toString(), 'm')
  // The pairs are those that the Map holds, whatever its class answers.
  class Liar extends Map { * [Symbol.iterator] () {} * entries () {} get size () { return 0 } forEach () {} }
  assert.equal(key.decrypt(key.encrypt('m', { context: new Liar([['a', '1']]) }), { context: { a: '1' } }).toString(), 'm')
})

test('a parameter that can be left out is not undefined or null', async (t) => {
  const own = Keyring.inMemory()
  const key = own.createKey('cards', {})
  const seal = Seal.rootKey(Buffer.alloc(32).map((_, index) => index))
  const backup = key.backup(seal)
  for (const missing of [undefined, null]) {
    const refused = {
      createKey: () => own.createKey('other', missing),
      keyOrCreate: () => own.keyOrCreate('cards', missing),
      importKey: () => own.importKey('imported', Buffer.alloc(32, 'abcdefg'), missing),
      rotate: () => key.rotate(missing),
      publicKey: () => own.key('cards').publicKey(missing),
      dataKey: () => key.dataKey(missing),
      'dataKey with options': () => key.dataKey(missing, { aad: 'a' }),
      configure: () => key.configure(missing),
      trim: () => key.trim(missing),
      restoreKey: () => Keyring.inMemory().restoreKey(backup, seal, missing),
      restoreKeyAsync: () => Keyring.inMemory().restoreKeyAsync(backup, seal, missing),
      passphrase: () => Seal.passphrase('p', missing),
      inMemory: () => Keyring.inMemory(missing),
      context: () => key.context(missing),
      reseal: () => own.reseal([missing])
    }
    for (const [name, call] of Object.entries(refused)) isTypeError(await refusal(call), /./, `${name} ${missing}`)
  }
  assert.deepEqual(own.keys(), ['cards'])
  assert.equal(key.info().latestVersion, 1)
  isTypeError(await refusal(() => Keyring.inMemory({ label: 'production' })), /no options/, 'inMemory')
  for (const look of ['needsRewrap', 'needsRewrapBinary']) {
    const ciphertext = look === 'needsRewrap' ? key.encrypt('m') : key.encryptBinary('m')
    assert.equal(key[look](ciphertext, {}), false)
    for (const options of [{ aad: 'a' }, { version: 1 }, { errors: 'return' }, { add: 1 }]) isTypeError(await refusal(() => key[look](ciphertext, options)), /there is no option/, look)
    isTypeError(await refusal(() => key[look](ciphertext, null)), /must be a plain object/, look)
  }
})

test('options of keys and keyrings have values, and are plain objects', async (t) => {
  const path = folder(t)
  const seal = Seal.rootKey(Buffer.alloc(32).map((_, index) => index))
  const own = Keyring.createSync(join(path, 'ring'), { seal })
  const key = own.createKey('cards', { exportable: true, allowPlaintextBackup: true, keyType: 'aes256-gcm96' })
  const releases = own.createKey('releases', 'ecdsa-p256')
  const material = Buffer.alloc(32, 'abcdefg')
  const exposed = { exposeSecretMaterial: true }
  const backup = key.backupTransit('vault', exposed)
  const witness = own.witness()
  const theirs = generateKeyPairSync('ed25519')
  const pair = Buffer.from(theirs.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'p' }))
  const publicKey = theirs.publicKey.export({ type: 'spki', format: 'der' })
  const recipient = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' })
  let made = 0
  // Each call with options, and a set of options that it takes.
  const options = {
    createKey: [(given) => own.createKey(`k${made++}`, given), { keyType: 'hmac', keySize: 32, exportable: true, autoRotatePeriodMs: 0, labels: { team: 'payments' } }],
    configure: [(given) => key.configure(given), { minEncryptionVersion: 1, deletionAllowed: true, labels: { team: 'payments' } }],
    importKey: [(given) => own.importKey(`k${made++}`, material, {}, given), { format: 'raw', allowRotation: true }],
    'importKey of a pair': [(given) => own.importKey(`k${made++}`, pair, 'ed25519', given), { format: 'private-key', passphrase: 'p' }],
    importVersion: [(given) => own.importKey(`k${made++}`, publicKey, 'ed25519', { format: 'public-key' }).importVersion(pair, given), { format: 'pkcs8', passphrase: 'p', version: 1 }],
    exportWrapped: [(given) => key.exportWrapped(recipient, given), { ...exposed, hash: 'sha2-256' }],
    certificateRequest: [(given) => releases.certificateRequest(given), { template: releases.certificateRequest(), version: 1 }],
    deriveKey: [(given) => own.deriveKey(`k${made++}`, releases, releases.publicKey({ format: 'pem' }), 'aes256-gcm96', given), { version: 1 }],
    export: [(given) => key.export('encryption-key', given), exposed],
    exportTransit: [(given) => key.exportTransit('encryption-key', 'raw', given), exposed],
    backupTransit: [(given) => key.backupTransit('vault', given), { ...exposed, evenIfUnusable: true }],
    backupTransitAsync: [(given) => key.backupTransitAsync('vault', given), { ...exposed, evenIfUnusable: true }],
    restoreTransit: [(given) => Keyring.inMemory().restoreTransit(backup, given), { name: 'moved', dialect: 'vault' }],
    restoreTransitAsync: [(given) => Keyring.inMemory().restoreTransitAsync(backup, given), { name: 'moved', dialect: 'vault' }],
    openSync: [(given) => Keyring.openSync(join(path, 'ring'), given), { seal, pin: { id: own.id, generation: 1 }, witness, maxStalenessMs: 1000, nonces: 'pooled' }],
    open: [(given) => Keyring.open(join(path, 'ring'), given), { seal, pin: { id: own.id, generation: 1 }, witness, usageLimit: 1000 }],
    createSync: [(given) => Keyring.createSync(join(path, `r${made++}`), given), { seal, label: 'production' }],
    create: [(given) => Keyring.create(join(path, `r${made++}`), given), { seal, label: 'production' }],
    openOrCreate: [(given) => Keyring.openOrCreate(join(path, `r${made++}`), given), { seal, label: 'production' }],
    openOrCreateSync: [(given) => Keyring.openOrCreateSync(join(path, `r${made++}`), given), { seal, label: 'production' }],
    restoreSync: [(given) => Keyring.restoreSync(own.snapshotBytes(), join(path, `r${made++}`), given), { seal, maxStalenessMs: 1000 }],
    restore: [(given) => Keyring.restore(own.snapshotBytes(), join(path, `r${made++}`), given), { seal, maxStalenessMs: 1000 }]
  }
  for (const [name, [call, given]] of Object.entries(options)) {
    assert.equal(await refusal(() => call(given)), undefined, name)
    for (const option of Object.keys(given)) {
      isTypeError(await refusal(() => call({ ...given, [option]: undefined })), new RegExp(`${option} is undefined`), `${name} ${option}`)
      if (option !== 'minEncryptionVersion') isTypeError(await refusal(() => call({ ...given, [option]: null })), /must be|the one option is|the options are/, `${name} ${option}`)
    }
    class Options { get keyType () { return 'hmac' } }
    for (const wrong of [new Options(), Object.create(given), new Map(Object.entries(given)), Promise.resolve(given), [], null, { ...given, [Symbol('pin')]: 1 }]) {
      isTypeError(await refusal(() => call(wrong)), /must be|no option|leave it out/, name)
    }
  }
  for (const call of ['openSync', 'open']) isTypeError(await refusal(() => Keyring[call](join(path, 'ring'), { seal, label: 'l' })), /no option label/, call)
  for (const call of ['restoreSync', 'restore']) isTypeError(await refusal(() => Keyring[call](own.snapshotBytes(), join(path, 'r'), { seal, label: 'l' })), /no option label/, call)
  // Nothing is made in the place of the keyring that was meant.
  for (const call of ['createSync', 'create', 'openOrCreateSync', 'openOrCreate']) {
    const refused = await refusal(() => Keyring[call](join(path, 'none'), { seal, pin: { id: own.id, generation: 1 } }))
    assert.equal(refused?.code, call.startsWith('create') ? 'invalid_option' : 'keyring_not_found', call)
  }
  assert.ok(!existsSync(join(path, 'none')))
  assert.equal(Keyring.openOrCreateSync(join(path, 'ring'), { seal, pin: { id: own.id, generation: 1 } }).id, own.id)
  for (const labels of [new Map([['team', 'payments']]), ['payments'], Promise.resolve({}), { team: undefined }]) {
    isTypeError(await refusal(() => own.createKey('labelled', { labels })), /labels must be|the label team is undefined/, 'labels')
    isTypeError(await refusal(() => key.configure({ labels })), /labels must be|the label team is undefined/, 'labels')
  }
  for (const pin of [{ id: own.id }, { id: own.id, generation: undefined }, new Map([['id', own.id]])]) {
    isTypeError(await refusal(() => Keyring.openSync(join(path, 'ring'), { seal, pin })), /pin must|is undefined/, 'pin')
  }
})

test('text that has no UTF-8 form is refused where it would be kept as another one', async (t) => {
  const own = Keyring.inMemory()
  const key = own.createKey('cards')
  const path = folder(t)
  const seal = Seal.passphrase('p')
  const odd = 'a\uD800'
  for (const call of [
    () => own.createKey('k', { labels: { team: odd } }), () => own.createKey('k', { labels: { [odd]: 'x' } }), () => key.configure({ labels: { team: odd } }),
    () => own.createKey('k', { versionTemplate: `${odd}{{version}}:` }), () => Keyring.createSync(join(path, odd), { seal }), () => Keyring.createSync(join(path, 'r'), { seal, label: odd }),
    () => own.snapshot(join(path, odd)), () => Keyring.restoreSync(join(path, odd), join(path, 'r'), { seal }), () => Seal.passphrase('p', odd), () => Seal.rootKeyEnv(odd),
    () => Seal.rootKeyFile(odd), () => Seal.passphraseFile(odd), () => Seal.passphraseFile('p', odd), () => Seal.provider({ kind: odd, keyId: 'i', wrap () {}, unwrap () {} }), () => Seal.provider({ kind: 'k', keyId: odd, wrap () {}, unwrap () {} })
  ]) {
    assert.equal((await refusal(call))?.code, 'invalid_option', `${call}`)
  }
})

test('a label can have any name', () => {
  const own = Keyring.inMemory()
  const labels = JSON.parse('{ "__proto__": "a", "constructor": "b", "toString": "c", "0": "d" }')
  const { labels: kept } = own.createKey('cards', { labels }).info()
  assert.deepEqual(Object.entries(kept).sort(), Object.entries(labels).sort())
  assert.equal(Object.getPrototypeOf(kept), Object.prototype)
})
