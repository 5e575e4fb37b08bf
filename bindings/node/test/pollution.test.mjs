// Prototypes that somebody added to, or whose methods somebody replaced, bind nothing and give nothing away.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { calls } from './calls.mjs'
import { codeOf, folder, Keyring, Seal } from './vectors.mjs'

// Runs `call` while `holder` has other properties, which are taken back before anybody else looks.
async function polluted (holder, properties, call) {
  const before = Object.getOwnPropertyDescriptors(holder)
  try {
    for (const [name, value] of Object.entries(properties)) Object.defineProperty(holder, name, { value, configurable: true, enumerable: true, writable: true })
    return await call()
  } finally {
    for (const name of Object.keys(properties)) {
      if (Object.hasOwn(before, name)) Object.defineProperty(holder, name, before[name])
      else delete holder[name]
    }
  }
}

const everything = {
  aad: 'polluted', context: 'polluted', passphrase: 'polluted', version: 7, hash: 'sha1', form: 'jws', prehashed: true, padding: 'pkcs1v15', saltLength: 20, errors: 'return', seal: 'polluted', pin: { id: '0'.repeat(32), generation: 9 }, label: 'polluted',
  maxStalenessMs: 1, usageLimit: 1, nonces: 'polluted', keyType: 'hmac', derived: true, convergent: true, keySize: 64, versionTemplate: 'x{{version}}', exportable: true,
  allowPlaintextBackup: true, deletionAllowed: true, autoRotatePeriodMs: 3_600_000, labels: { polluted: 'x' }, format: 'pkcs8', allowRotation: true, kdf: 'hmac-counter',
  exposeSecretMaterial: true, name: 'polluted', dialect: 'openbao', minDecryptionVersion: 9, minEncryptionVersion: 9, id: 'polluted', generation: 9, normalize: 'trim', bits: 8, leewayMs: 1, prefix: 'polluted_', 0: 'polluted', 1: 'polluted', polluted: 'x'
}

test('an aad of Object.prototype is not that of a batch without options', async () => {
  const key = Keyring.inMemory().createKey('cards')
  const [ciphertext] = await polluted(Object.prototype, { aad: 'polluted' }, () => key.encryptBatch(['m']))
  assert.equal(key.decrypt(ciphertext).toString(), 'm')
})

test('what Object.prototype has is no option', async (t) => {
  const path = folder(t)
  const seal = Seal.rootKey(Buffer.alloc(32).map((_, index) => index))
  const ring = Keyring.createSync(join(path, 'ring'), { seal })
  const material = Buffer.alloc(32, 'abcdefg')
  const seen = await polluted(Object.prototype, everything, async () => {
    const key = ring.createKey('cards', {})
    const own = {
      first: key.encryptBatch(['m'], {}), bare: key.encryptBatch(['m']), single: key.encrypt('m', {}), later: await key.encryptAsync('m', {}),
      binary: key.encryptBinary('m', {}), dataKey: key.dataKey(32, {}).ciphertext, aad: key.encryptBatch(['m'], { aad: 'own' }), map: key.encrypt('m', { aad: { a: '1' } }),
      refused: codeOf(() => key.export('encryption-key', {})), mac: key.hmac('m', {}), index: key.index(' m', { name: 'c' }), parts: key.indexNgrams('abc', 2, { name: 'c' }), each: key.indexBatch([' m'], { name: 'c' }),
      nameless: codeOf(() => key.index('m', {})), token: key.issue('m', 60_000, {}), info: key.configure({ labels: { team: 'payments' } })
    }
    own.imported = ring.importKey('imported', material, {}, {}).info()
    own.fails = codeOf(() => key.decryptBatch(['nothing'], {}))
    own.hole = codeOf(() => key.encryptBatch(new Array(1), {}))
    own.hollow = codeOf(() => key.encryptBatch(['m'], { aad: new Array(1) }))
    own.other = Keyring.openSync(join(path, 'ring'), { seal })
    own.later_ring = await Keyring.open(join(path, 'ring'), { seal })
    own.noSeal = codeOf(() => Keyring.openSync(join(path, 'ring'), {}))
    own.pin = codeOf(() => Keyring.openSync(join(path, 'ring'), { seal, pin: {} }))
    return own
  })
  const key = ring.key('cards')
  for (const ciphertext of [...seen.first, ...seen.bare, seen.single, seen.later, seen.dataKey]) key.decrypt(ciphertext)
  key.decryptBinary(seen.binary)
  key.decrypt(seen.aad[0], { aad: 'own' })
  key.decrypt(seen.map, { aad: { a: '1' } })
  key.verifyHmac('m', seen.mac)
  assert.equal(key.redeem(seen.token).payload.toString(), 'm')
  assert.deepEqual([seen.index, seen.parts, seen.each], [key.index(' m', { name: 'c' }), key.indexNgrams('abc', 2, { name: 'c' }), [seen.index]])
  assert.equal(seen.nameless, 'ERR_INVALID_ARG_TYPE')
  assert.deepEqual([seen.refused, seen.fails, seen.hole, seen.hollow, seen.noSeal, seen.pin], ['exposure_not_confirmed', 'malformed', ...new Array(4).fill('ERR_INVALID_ARG_TYPE')])
  const { keyType, derived, exportable, allowPlaintextBackup, versionTemplate, autoRotatePeriodMs, labels, minEncryptionVersion } = seen.info
  assert.deepEqual({ keyType, derived, exportable, allowPlaintextBackup, versionTemplate, autoRotatePeriodMs, labels, minEncryptionVersion }, {
    keyType: 'xaes256-gcm', derived: false, exportable: false, allowPlaintextBackup: false, versionTemplate: null, autoRotatePeriodMs: 0, labels: { team: 'payments' }, minEncryptionVersion: null
  })
  assert.deepEqual([seen.imported.keyType, seen.imported.allowRotation, seen.imported.exportable], ['xaes256-gcm', false, false])
  assert.equal(seen.other.id, ring.id)
  assert.equal(seen.later_ring.id, ring.id)
})

test('setters of prototypes get nothing', async () => {
  const key = Keyring.inMemory().createKey('cards', { keyType: 'aes256-gcm96', exportable: true })
  let caught = 0
  const setter = { set () { caught++ }, get () { return 'polluted' }, configurable: true }
  const names = ['0', '1', '2', 'aad', 'context', 'version', 'code', 'number', 'family', 'index', 'plaintext', 'ciphertext', 'name', 'labels', 'cause', 'needed']
  for (const holder of [Object.prototype, Array.prototype]) {
    const before = names.map((name) => Object.getOwnPropertyDescriptor(holder, name))
    let seen
    for (const name of names) Object.defineProperty(holder, name, setter)
    try {
      seen = {
        batch: key.encryptBatch(['a', 'b'], { aad: ['x', 'y'] }), map: key.encrypt('m', { aad: { a: '1', b: '2' } }), other: key.encrypt('m', { aad: new Map([['a', '1']]) }),
        pair: key.dataKey(), exported: key.export('encryption-key', { exposeSecretMaterial: true }), info: key.info(),
        returned: key.decryptBatch(['nothing'], { errors: 'return' }), indexes: key.indexesBinaryBatch(['a', 'b'], { name: 'c', normalize: ['trim', 'nfkc'] })
      }
      try { key.decryptBatch(['nothing']) } catch (error) { seen.thrown = error }
      try { key.encryptInto('m', Buffer.alloc(1)) } catch (error) { seen.small = error }
    } finally {
      names.forEach((name, index) => before[index] ? Object.defineProperty(holder, name, before[index]) : delete holder[name])
    }
    assert.equal(caught, 0)
    assert.deepEqual(seen.indexes, ['a', 'b'].map((value) => key.indexesBinary(value, { name: 'c' })))
    assert.deepEqual(key.decryptBatch(seen.batch, { aad: ['x', 'y'] }).map(String), ['a', 'b'])
    assert.equal(Object.getPrototypeOf(seen.batch), Array.prototype)
    key.decrypt(seen.map, { aad: { a: '1', b: '2' } })
    key.decrypt(seen.other, { aad: { a: '1' } })
    assert.deepEqual(key.decrypt(seen.pair.ciphertext), seen.pair.plaintext)
    assert.deepEqual([seen.exported.get(1).length, seen.info.name, seen.returned[0].code, seen.thrown.code, seen.thrown.index], [32, 'cards', 'malformed', 'malformed', 0])
    assert.ok(seen.small.needed > 1)
  }
})

// What code that was loaded later does to the methods that this package calls.
const nothing = () => { throw new Error('called') }
const replaced = [
  [Array.prototype, { [Symbol.iterator]: nothing, push: nothing, fill: nothing, map: nothing, entries: nothing, constructor: nothing }],
  [Array, { from: nothing, isArray: () => false, of: nothing }],
  [Object, { keys: () => [], entries: () => [], getPrototypeOf: () => null, hasOwn: () => false, assign: nothing, setPrototypeOf: nothing }],
  [Reflect, { ownKeys: () => [] }],
  [Map.prototype, { [Symbol.iterator]: nothing, entries: nothing, set: nothing, get: nothing, forEach: nothing }],
  [Object.getPrototypeOf(new Map().entries()), { next: nothing }],
  [Object.getPrototypeOf([].values()), { next: nothing }],
  [Buffer, { from: nothing, alloc: nothing, isBuffer: () => false }],
  [Uint8Array, { [Symbol.hasInstance]: () => false }],
  [Map, { [Symbol.hasInstance]: () => false }],
  [globalThis, { Date: nothing }],
  [Function.prototype, { call: nothing, bind: nothing, apply: nothing }]
]

test('methods that were replaced later are not called', () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('cards', { keyType: 'aes256-gcm96', exportable: true })
  const binary = key.encryptBinary('m', { aad: 'a' })
  const bytes = new Uint8Array([1, 2, 3])
  const map = new Map([['a', '1'], ['b', '2']])
  const sessions = ring.createKey('sessions')
  const token = sessions.issue('m', 60_000)
  // No test of these can run meanwhile, so results are looked at afterwards.
  const work = () => [
    key.encrypt(bytes, { aad: map }), key.encrypt(bytes, { aad: { b: '2', a: '1' } }), key.encryptBatch([bytes, bytes], { aad: [map, map] })[1],
    key.decryptBinary(binary, { aad: 'a' }), key.export('encryption-key', { exposeSecretMaterial: true }), key.createKey,
    key.indexBatch([bytes], { name: 'c', normalize: ['trim'] }), key.indexPrefixes('abc', [1, 2], { name: 'c' }), sessions.redeem(token)
  ]
  for (const [holder, methods] of replaced) {
    const names = Reflect.ownKeys(methods)
    const before = names.map((name) => Object.getOwnPropertyDescriptor(holder, name))
    const define = Object.defineProperty
    let [seen, failed] = []
    for (let index = 0; index < names.length; index++) define(holder, names[index], { value: methods[names[index]], configurable: true, writable: true })
    try {
      seen = work()
    } catch (error) {
      failed = error
    } finally {
      for (let index = 0; index < names.length; index++) {
        if (before[index]) define(holder, names[index], before[index])
        else delete holder[names[index]]
      }
    }
    const about = `${names.map(String)}`
    assert.equal(failed, undefined, about)
    for (const ciphertext of seen.slice(0, 3)) assert.deepEqual(key.decrypt(ciphertext, { aad: { a: '1', b: '2' } }), Buffer.from(bytes), about)
    assert.equal(seen[3].toString(), 'm', about)
    assert.equal(seen[4].get(1).length, 32, about)
    assert.ok(seen[8].payload.toString() === 'm' && seen[8].expires - seen[8].issued === 60_000, about)
    assert.deepEqual([seen[6], seen[7].length], [[key.index(bytes, { name: 'c' })], 2], about)
  }
})

test('every operation works beside them', async () => {
  const { data } = await polluted(Object.prototype, everything, async () => {
    const data = []
    for (const { name, options, call } of calls) {
      try { await call(options) } catch (error) { data[data.length] = `${name}: ${error}` }
    }
    return { data }
  })
  assert.deepEqual(data, [])
})
