// Blind indexes: the same value is found again, whatever has been rotated since.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { StrongroomError } from '../index.mjs'
import { refusal } from './calls.mjs'
import { codeOf, folder, Keyring, Seal } from './vectors.mjs'

const EMAIL = { name: 'users.email', normalize: 'email' }
const NAME = { name: 'users.name', normalize: ['trim', 'casefold'] }
const bits = (text) => Buffer.from(text.split(':').pop(), 'base64url')
const keyOf = (spec = {}) => Keyring.inMemory().createKey('users', spec)

// Every form, with options.
const forms = (key) => [
  ['index', (given) => key.index('v', given)], ['indexBinary', (given) => key.indexBinary('v', given)], ['indexes', (given) => key.indexes('v', given)],
  ['indexesBinary', (given) => key.indexesBinary('v', given)], ['indexPrefixes', (given) => key.indexPrefixes('v', [1], given)],
  ['indexPrefixesBinary', (given) => key.indexPrefixesBinary('v', [1], given)], ['indexNgrams', (given) => key.indexNgrams('v', 1, given)],
  ['indexNgramsBinary', (given) => key.indexNgramsBinary('v', 1, given)], ['indexesPrefix', (given) => key.indexesPrefix('v', given)],
  ['indexesPrefixBinary', (given) => key.indexesPrefixBinary('v', given)], ['indexesNgrams', (given) => key.indexesNgrams('v', 1, given)],
  ['indexesNgramsBinary', (given) => key.indexesNgramsBinary('v', 1, given)], ['indexAsync', (given) => key.indexAsync('v', given)],
  ['indexesNgramsAsync', (given) => key.indexesNgramsAsync('v', 1, given)], ['indexBatch', (given) => key.indexBatch(['v'], given)],
  ['indexBinaryBatch', (given) => key.indexBinaryBatch(['v'], given)], ['indexesBatch', (given) => key.indexesBatch(['v'], given)],
  ['indexesBinaryBatch', (given) => key.indexesBinaryBatch(['v'], given)]
]

const isTypeError = (error, words, about) => {
  assert.ok(error instanceof TypeError && error.code === 'ERR_INVALID_ARG_TYPE', `${about}: ${error}`)
  assert.match(error.message, words, about)
}

test('equal values of a column are found', () => {
  const key = keyOf()
  const text = key.index('Ann@Example.com', EMAIL)
  assert.match(text, /^strongroom:i1:[A-Za-z0-9_-]{22}$/)
  for (const same of ['ann@example.com', ' ANN@example.com ', Buffer.from('ann@EXAMPLE.com'), new TextEncoder().encode('ann@example.com')]) assert.equal(key.index(same, EMAIL), text)
  assert.deepEqual(key.indexes('ann@example.com', EMAIL), [text])
  assert.deepEqual(key.indexBinary('ann@example.com', EMAIL), bits(text))
  assert.ok(Buffer.isBuffer(key.indexBinary('ann@example.com', EMAIL)))
  assert.deepEqual(key.indexesBinary('ann@example.com', EMAIL), [bits(text)])
  const others = [
    key.index('bob@example.com', EMAIL), key.index('ann@example.com', { ...EMAIL, name: 'users.mail' }), key.index('ann@example.com', { ...EMAIL, bits: 64 }),
    key.index('Ann@Example.com', { name: 'users.email' })
  ]
  assert.equal(new Set([text, ...others]).size, 5)
  assert.equal(bits(others[2]).length, 8)
})

test('a normalization is one step or several in their order', () => {
  const key = keyOf()
  const index = (value, normalize) => key.index(value, { name: 'c', normalize })
  const plain = key.index('ann', { name: 'c' })
  for (const normalize of ['none', [], ['none'], ['none', 'trim'], ['trim', 'trim'], Object.freeze(['nfkc'])]) assert.equal(index('ann', normalize), plain)
  assert.deepEqual([index(' ann ', 'trim'), index(' ANN\u2003', ['trim', 'casefold']), index('\uFF21\uFF2E\uFF2E', ['nfkc', 'casefold'])], [plain, plain, plain])
  assert.equal(index('+49 (170) 1234', 'digits'), index('491701234', 'none'))
  for (const wrong of ['emial', 'trim,digits', '', 'Trim', ['trim', 'cäsefold'], [''], '\uD800']) assert.equal(codeOf(() => index('ann', wrong)), 'invalid_option', `${wrong}`)
  for (const wrong of [1, true, {}, new Set(['trim']), Buffer.from('trim'), ['trim', 1], [['trim']], () => {}]) {
    isTypeError(captured(() => index('ann', wrong)), /normalize must be a string or an array of strings/, `${wrong}`)
  }
  for (const wrong of [['trim', undefined], [null], new Array(1)]) isTypeError(captured(() => index('ann', wrong)), /value \d of the option normalize/, 'a hole')
})

function captured (call) {
  try {
    call()
  } catch (error) {
    return error
  }
}

test('a rotation is searched before it is written with', async (t) => {
  const seal = Seal.rootKey(Buffer.alloc(32, Buffer.of(7, 1)))
  const key = Keyring.createSync(join(folder(t), 'ring'), { seal }).createKey('users')
  const before = key.index('ann@example.com', EMAIL)
  assert.equal(key.rotate(), 2)
  const found = key.indexes('ann@example.com', EMAIL)
  // Not every process that opens the folder can know of the new version yet, and all of them search for both.
  assert.ok(found.length === 2 && found[1] === before && found[0].startsWith('strongroom:i2:'))
  assert.equal(key.index('ann@example.com', EMAIL), before)
  assert.equal(key.index('ann@example.com', { ...EMAIL, version: 2 }), found[0])
  assert.deepEqual(key.indexesBinary('ann@example.com', EMAIL), found.map(bits))
  assert.deepEqual([key.needsReindex(before), ...key.needsReindexBatch(found)], [false, false, false])
  key.configure({ minDecryptionVersion: 2 })
  assert.deepEqual(key.needsReindexBatch([before, found[0]]), [true, false])
  assert.deepEqual(key.indexes('ann@example.com', EMAIL), [found[0]])
  assert.equal(await key.indexAsync('ann@example.com', EMAIL), found[0])
  assert.equal(codeOf(() => key.index('ann', { ...EMAIL, version: 1 })), 'version_too_old')
  assert.equal(codeOf(() => key.index('ann', { ...EMAIL, version: 3 })), 'version_too_new')
  assert.equal(codeOf(() => key.needsReindex('strongroom:i3:AAAA')), 'version_too_new')
})

test('a keyring in memory is nobody else\'s', () => {
  const key = keyOf()
  const before = key.index('ann@example.com', EMAIL)
  key.rotate()
  assert.equal(key.index('ann@example.com', EMAIL), key.indexes('ann@example.com', EMAIL)[0])
  assert.ok(key.needsReindex(before))
})

test('beginnings and parts are found', async () => {
  const key = keyOf()
  const stored = key.indexPrefixes(' Smith', [3, 4, 5, 3], NAME)
  const sorted = (texts) => texts.map(bits).sort(Buffer.compare)
  assert.deepEqual([stored.length, stored.map(bits)], [3, sorted(stored)])
  assert.deepEqual(key.indexPrefixesBinary('smith', [3, 4, 5], NAME), stored.map(bits))
  for (const beginning of ['smi', 'Smit', 'SMITH ']) assert.ok(stored.includes(key.indexesPrefix(beginning, NAME)[0]))
  for (const other of ['sm', 'mith', 'smythe']) assert.ok(!stored.includes(key.indexesPrefix(other, NAME)[0]))
  assert.deepEqual([key.indexPrefixes('ab', [3, 4], NAME), key.indexPrefixes('ab', [], NAME), key.indexNgrams('ab', 3, NAME)], [[], [], []])
  // Characters are those of Unicode, not units of UTF-16.
  assert.ok(key.indexPrefixes('Ü😀x', [2], NAME).includes(key.indexesPrefix('ü😀', NAME)[0]))
  const parts = key.indexNgrams('Anastasia', 3, NAME)
  assert.deepEqual([parts.length, parts.map(bits)], [7, sorted(parts)])
  assert.deepEqual(key.indexNgramsBinary('anastasia', 3, NAME), parts.map(bits))
  key.rotate()
  const asked = key.indexesNgrams('STAS', 3, NAME)
  assert.ok(asked.length === 2 && asked[0].length === 2 && asked[1].every((text) => parts.includes(text)))
  assert.deepEqual(key.indexesNgramsBinary('stas', 3, NAME), asked.map((set) => set.map(bits)))
  assert.deepEqual(key.indexesPrefixBinary('smi', NAME), key.indexesPrefix('smi', NAME).map(bits))
})

test('a promise gives what the call gives', async () => {
  const key = keyOf()
  key.rotate()
  for (const [form, ...pieces] of [['index'], ['indexBinary'], ['indexes'], ['indexesBinary'], ['indexPrefixes', [1, 2]], ['indexPrefixesBinary', [1, 2]], ['indexNgrams', 2], ['indexNgramsBinary', 2], ['indexesPrefix'], ['indexesPrefixBinary'], ['indexesNgrams', 2], ['indexesNgramsBinary', 2]]) {
    const bytes = Buffer.from(' Smith ')
    const later = key[`${form}Async`](bytes, ...pieces, NAME)
    bytes.fill(0)
    assert.ok(later instanceof Promise)
    assert.deepEqual(await later, key[form]('smith', ...pieces, NAME), form)
  }
})

test('the name of the column has to be said', async () => {
  const key = keyOf()
  for (const [form, call] of forms(key)) {
    for (const given of [undefined, {}, { normalize: 'trim' }]) isTypeError(await refusal(() => call(given)), /the option name is missing, .* \{ name: 'users\.email' \}/, form)
    for (const name of [undefined, null]) isTypeError(await refusal(() => call({ name })), new RegExp(`name is ${name}; leave it out`), form)
    for (const name of [1, {}, ['users.email'], Buffer.from('users.email')]) isTypeError(await refusal(() => call({ name })), /name must be a string/, form)
    for (const name of ['', 'x'.repeat(256), 'é'.repeat(128), '\uD800']) assert.equal((await refusal(() => call({ name })))?.code, 'invalid_option', form)
    assert.equal(await refusal(() => call({ name: 'é'.repeat(127) })), undefined, form)
    isTypeError(await refusal(() => call(Object.defineProperty({}, 'name', { value: 'c' }))), /name cannot be enumerated/, form)
  }
})

test('options are as everywhere', async () => {
  const key = keyOf()
  class Options { get name () { return 'c' } }
  const whole = { name: 'c', normalize: 'trim', bits: 64, version: 1 }
  for (const [form, call] of forms(key)) {
    for (const given of [new Options(), Object.create(whole), new Map(Object.entries(whole)), [], 'c', null, 7, () => {}]) isTypeError(await refusal(() => call(given)), /options must be a plain object/, form)
    for (const option of Object.keys(whole)) {
      for (const value of [undefined, null]) isTypeError(await refusal(() => call({ ...whole, [option]: value })), new RegExp(`${option} is ${value}; leave it out`), `${form} ${option}`)
    }
    for (const given of [Object.freeze({ ...whole }), Object.assign(Object.create(null), whole), runInNewContext('({ ...whole })', { whole })]) assert.equal(await refusal(() => call(given)), undefined, form)
    for (const [option, meant] of [['normalise', 'normalize'], ['nam', 'name'], ['bit', 'bits']]) isTypeError(await refusal(() => call({ name: 'c', [option]: 1 })), new RegExp(`there is no option ${option} \\(did you mean "${meant}"`), form)
    isTypeError(await refusal(() => call({ name: 'c', context: 'acme' })), /no option context; take the view that key\.context/, form)
    isTypeError(await refusal(() => call({ name: 'c', aad: 'a' })), /no option aad/, form)
    for (const number of [7, 257, 0, 2 ** 40]) assert.equal((await refusal(() => call({ name: 'c', bits: number })))?.code, 'invalid_option', `${form} ${number}`)
    for (const number of [-1, 128.5, NaN, '128', true, {}]) isTypeError(await refusal(() => call({ name: 'c', bits: number })), /bits must be a whole number/, `${form} ${number}`)
    for (const version of [0, -1, 1.5, 2 ** 31]) assert.equal((await refusal(() => call({ name: 'c', version })))?.code, 'invalid_option', `${form} ${version}`)
    // Each is read once.
    const reads = []
    const once = new Proxy(whole, { get (target, name) { reads.push(name); return target[name] } })
    assert.equal(await refusal(() => call(once)), undefined, form)
    assert.deepEqual(reads, Object.keys(whole), form)
    if (!form.endsWith('Batch')) isTypeError(await refusal(() => call({ name: 'c', errors: 'return' })), /no option errors/, form)
  }
  isTypeError(await refusal(() => key.needsReindex('strongroom:i1:AA', { errors: 'return' })), /no option errors/, 'needsReindex')
  for (const length of [0, 256, 2 ** 40]) {
    assert.equal(codeOf(() => key.indexPrefixes('v', [3, length], NAME)), 'invalid_option')
    for (const form of ['indexNgrams', 'indexesNgrams']) assert.equal(codeOf(() => key[form]('v', length, NAME)), 'invalid_option')
  }
  for (const wrong of ['345', 3, undefined, null, new Set([3]), new Uint8Array([3]), ['3'], [undefined], [3.5], [-1], new Array(1), { name: 'c' }]) isTypeError(captured(() => key.indexPrefixes('v', wrong, NAME)), /length/, `${wrong}`)
  for (const wrong of ['3', undefined, null, [3], 3.5, -1, { name: 'c' }]) isTypeError(captured(() => key.indexNgrams('v', wrong, NAME)), /n must be a whole number/, `${wrong}`)
})

test('what has no index is refused', () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('users')
  for (const value of ['', Buffer.alloc(0), Buffer.from([0xFF]), Buffer.from([0x61, 0xC3]), '\uD800', 'a\uD800']) {
    for (const call of [() => key.index(value, EMAIL), () => key.indexes(value, NAME), () => key.indexesPrefix(value, NAME), () => key.indexNgrams(value, 3, NAME)]) assert.equal(codeOf(call), 'invalid_value')
  }
  assert.equal(codeOf(() => key.index(' \u2003', { name: 'c', normalize: 'trim' })), 'invalid_value')
  for (const value of [undefined, null, 1, {}, ['v'], new Uint16Array(2), true]) isTypeError(captured(() => key.index(value, EMAIL)), /a value must be a Buffer, Uint8Array or string/, `${value}`)
  isTypeError(captured(() => key.index(new Uint8Array(new SharedArrayBuffer(4)), EMAIL)), /SharedArrayBuffer/, 'shared')
  for (const text of ['', 'nonsense', 'strongroom:i0:AA', 'strongroom:i1:AA==', 'strongroom:i1:+/8', 'strongroom:v1:AA', '\uD800', key.hmac('m')]) assert.equal(codeOf(() => key.needsReindex(text)), 'malformed', text)
  for (const wrong of [undefined, null, Buffer.from('strongroom:i1:AA'), 1]) isTypeError(captured(() => key.needsReindex(wrong)), /an index must be a string/, `${wrong}`)
  const theirs = ring.importKey('theirs', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }), 'ed25519', { format: 'public-key' })
  assert.equal(codeOf(() => theirs.index('v', EMAIL)), 'index_not_supported')
  ring.close()
  for (const [form, call] of forms(key).filter(([form]) => !form.endsWith('Async'))) assert.equal(codeOf(() => call(EMAIL)), 'closed', form)
  assert.equal(codeOf(() => key.needsReindex('strongroom:i1:AA')), 'closed')
})

test('tenants have indexes of their own', () => {
  const tenants = keyOf({ derived: true })
  assert.equal(codeOf(() => tenants.index('v', EMAIL)), 'context_required')
  const found = new Set(['acme', 'other', { tenant: 'acme' }].map((context) => tenants.context(context).index('v', EMAIL)))
  assert.ok(found.size === 3 && found.has(tenants.context(Buffer.from('acme')).indexes('v', EMAIL)[0]))
  const macs = keyOf('hmac')
  assert.deepEqual(macs.indexes('v', EMAIL), [macs.index('v', EMAIL)])
})

test('a batch equals the singles', () => {
  const key = keyOf()
  key.rotate()
  const values = [...Array.from({ length: 700 }, (_, index) => `user-${index}@example.com`), Buffer.from('Ann@example.com'), '', Buffer.from([0xFF]), '\uD800', 'x', null, undefined, 'y']
  for (const form of ['index', 'indexBinary', 'indexes', 'indexesBinary']) {
    const singles = values.map((value) => {
      try {
        return key[form](value, EMAIL)
      } catch (error) {
        return error.code
      }
    })
    const made = key[`${form}Batch`](values, { ...EMAIL, errors: 'return' })
    made.forEach((one, index) => {
      if (values[index] === null || values[index] === undefined) assert.ok(one instanceof StrongroomError && one.detail === 'item_missing' && one.index === index)
      else assert.deepEqual(one instanceof StrongroomError ? one.code : one, singles[index], `${form} ${index}`)
    })
    assert.throws(() => key[`${form}Batch`](values.slice(0, 705), EMAIL), { code: 'invalid_value', index: 701 })
    assert.throws(() => key[`${form}Batch`](values, EMAIL), (error) => error instanceof TypeError && error.index === 705)
    assert.throws(() => key[`${form}Batch`](['a', 7], { ...EMAIL, errors: 'return' }), (error) => error instanceof TypeError && error.index === 1)
    assert.throws(() => key[`${form}Batch`](['a'], { ...EMAIL, errors: 'ignore' }), /errors must be/)
    assert.deepEqual(key[`${form}Batch`]([], EMAIL), [])
    for (const wrong of ['values', Buffer.from('values'), new Set(['v']), { 0: 'v', length: 1 }, undefined, null, ['a'].values()]) isTypeError(captured(() => key[`${form}Batch`](wrong, EMAIL)), /^values must be an array/, form)
  }
  const told = key.needsReindexBatch([...key.indexBatch(['a', 'b'], EMAIL), 'nonsense', null], { errors: 'return' })
  assert.deepEqual(told.map((one) => one.detail ?? one.code ?? one), [false, false, 'malformed', 'item_missing'])
  assert.throws(() => key.needsReindexBatch(['strongroom:i1:AA', 'nonsense']), { code: 'malformed', index: 1 })
  isTypeError(captured(() => key.needsReindexBatch('nonsense')), /^indexes must be an array/, 'a string')
  isTypeError(captured(() => key.needsReindexBatch([], { aad: 'a' })), /no option aad/, 'aad')
})

test('the examples of the page on searching are true', async (t) => {
  const page = readFileSync(new URL('../../../docs/search.md', import.meta.url), 'utf8')
  const examples = page.split('```js\n').slice(1).map((block) => block.split('```')[0])
  assert.ok(examples.length >= 2)
  const place = folder(t)
  for (const [number, example] of examples.entries()) {
    const file = join(place, `example-${number}.mjs`)
    writeFileSync(file, example.replace("'strongroom'", JSON.stringify(new URL('../index.mjs', import.meta.url))))
    await import(pathToFileURL(file))
  }
})
