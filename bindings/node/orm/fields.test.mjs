// What all ORMs have in common: how values are written and bound, by the examples that every language reads, and what is refused.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Keyring } from '../index.mjs'
import { VALUES, hidden, load, refused } from './world.mjs'

const { Field } = load('../lib/fields/field.js')
const { fieldOptions } = load('../lib/fields/options.js')
const { rowText } = load('../lib/fields/bound.js')
const { rewrapTable } = load('../lib/fields/rewrap.js')
const shared = JSON.parse(readFileSync(new URL('../../fields.json', import.meta.url), 'utf8'))

const ring = Keyring.inMemory()
const key = ring.createKey('people')
const made = (options, rowBound = false) => new Field(fieldOptions({ key, column: 'people.email', ...options }), rowBound)
const sealAll = (field, values, rows = [], contexts = []) => values.map((value, at) => value === null ? null : field.seal(value, rows[at], contexts[at]))
const AAD = { column: 'people.email' }
const plaintextOf = (one) => one.plaintext === undefined ? Buffer.from(one.plaintext_base64, 'base64') : Buffer.from(one.plaintext)

// The values of an example, by the types that JavaScript has for it.
function examples ({ type, value }) {
  switch (type) {
    case 'bytes': return [[type, Buffer.from(value, 'base64')]]
    case 'int': return [['bigint', BigInt(value)], ...(Number.isSafeInteger(Number(value)) ? [['int', Number(value)]] : [])]
    case 'datetime': return [['datetime_text', value], ...(value.endsWith('+00:00') ? [['datetime', new Date(value)]] : [])]
    default: return [[type, value]]
  }
}

test('values are written and read as in every language', () => {
  let ran = 0
  for (const one of shared.values) {
    for (const [type, value] of examples(one)) {
      // A decimal with an exponent is a number of Python's, not a text.
      if (type === 'decimal' && value.includes('E')) continue
      const field = made({ type })
      assert.deepEqual(key.decrypt(field.seal(value), { aad: AAD }), plaintextOf(one))
      assert.deepEqual(field.open(key.encrypt(plaintextOf(one), { aad: AAD })), value)
      ran++
    }
  }
  assert.ok(ran >= 28, `${ran} ran`)
})

test('a time keeps its moment where its offset is not read', () => {
  const other = key.encrypt('2026-11-30T09:05:00-03:30', { aad: AAD })
  assert.equal(made({ type: 'datetime' }).open(other).toISOString(), '2026-11-30T12:35:00.000Z')
})

test('what is written otherwise is refused, with the name of the field', async () => {
  let ran = 0
  const more = [{ type: 'int', plaintext: '9007199254740993' }, { type: 'datetime', plaintext: '2026-11-30T09:05:00.000001+00:00' }, { type: 'json', plaintext: '[1,"\\"9007199254740993\\"",9007199254740993]' }, { type: 'date', plaintext: '0000-01-01' }]
  for (const { type, ...one } of [...shared.unreadable, ...more]) {
    await refused(() => made({ type }).open(key.encrypt(plaintextOf(one), { aad: AAD })), 'people.email')
    ran++
  }
  assert.ok(ran >= 31, `${ran} ran`)
  assert.deepEqual(made({ type: 'json' }).open(key.encrypt('[10000000000000000,"12345678901234567890"]', { aad: AAD })), [1e16, '12345678901234567890'])
})

test('a value of another type is refused and never converted', async () => {
  const within = []
  within.push(within)
  for (const [type, value] of [
    ['text', 41117093], ['text', undefined], ['text', 'Zürich\ud800'], ['bytes', 'Zürich'], ['int', '41117093'], ['int', 41.11], ['int', 2 ** 53], ['int', 41117093n], ['bigint', 41117093],
    ['decimal', 41.11], ['decimal', '1E+3'], ['bool', 'true'], ['date', new Date()], ['date', '2026-02-29'], ['datetime', '2026-11-30T00:00:00Z'], ['datetime', new Date(NaN)],
    ['datetime', new Date(Date.UTC(10_000, 1))], ['datetime', new Date('0000-02-01T00:00:00Z')], ['naive_datetime', '2026-11-30T25:00:00'], ['json', undefined], ['json', [NaN]], ['json', new Date()], ['json', { a: undefined }],
    ['json', [41117093n]], ['json', within], ['json', new Map()], ['json', { toJSON: () => 1 }], ['json', 123456789012345680000], ['json', Object.create({ a: 1 })], ['json', Object.assign([1], { toJSON: () => 'Zürich' })],
    ['text', { constructor: { name: 'Zürich' } }], ['text', { get constructor () { throw new Error('Zürich') } }], ['json', Object.create(Object.create({ constructor: { name: 41117093 } }))]
  ]) {
    const error = await refused(() => made({ type }).seal(value), 'people.email')
    assert.ok(error instanceof TypeError || error instanceof RangeError, String(value))
  }
  const nested = (levels) => levels === 0 ? 'deep' : [nested(levels - 1)]
  assert.deepEqual(made({ type: 'json' }).open(made({ type: 'json' }).seal(nested(200))), nested(200))
  await refused(() => made({ type: 'json' }).seal(nested(201)), '200 levels')
  await refused(() => made({ type: 'json' }).seal(Object.defineProperty({}, 'toJSON', { value: () => 'Zürich' })), 'takes JSON')
  assert.deepEqual(made({ type: 'json' }).open(made({ type: 'json' }).seal(Object.assign(Object.create(null), { a: 1 }))), { a: 1 })
})

test('a row is named by its key as text', async () => {
  let ran = 0
  for (const { type, key, row } of shared.rows) {
    if (type === 'uuid') {
      await refused(async () => rowText(key), 'small')
      assert.equal(rowText(key.toLowerCase()), row)
    } else for (const one of type === 'int' ? [Number(key), BigInt(key)] : [key]) assert.equal(rowText(one), row)
    ran++
  }
  assert.ok(ran >= 4)
  for (const [wrong, word] of [['', 'empty'], [undefined, 'no primary key'], [null, 'no primary key'], [1.5, 'not whole'], [true, 'boolean'], [new Date(), 'object']]) await refused(() => made({}, true).seal('Zürich', wrong), word, 'people.email')
})

test('a value is bound as in every language', async () => {
  const keys = {
    plain: ring.createKey('plain'),
    derived: ring.createKey('derived', { derived: true }),
    convergent: ring.createKey('convergent', { keyType: 'aes256-gcm96', derived: true, convergent: true })
  }
  let ran = 0
  for (const { form, column, key: kind = 'plain', row, tenant, aad, context, refused: isRefused } of shared.bound) {
    const field = new Field(fieldOptions({ key: () => keys[kind], column }), form === 'row')
    ran++
    if (isRefused) {
      await refused(() => field.seal('Zürich', row, tenant), 'convergent')
      continue
    }
    const options = { ...(aad && { aad }), ...(context && { context }) }
    assert.equal(keys[kind].decrypt(field.seal('Zürich', row, tenant), options).toString(), 'Zürich')
    assert.equal(field.open(keys[kind].encrypt('Zürich', options), row, tenant), 'Zürich')
    assert.deepEqual(field.openAll(sealAll(field, ['Zürich', null], [row, row], [tenant, tenant]), [row, row], [tenant, tenant]), ['Zürich', null])
    const stored = field.seal('Zürich', row, tenant)
    keys[kind].rotate()
    const [renewed] = field.rewrapAll([stored], [row], [tenant])
    assert.deepEqual([renewed === stored, field.open(renewed, row, tenant)], [false, 'Zürich'])
  }
  assert.ok(ran >= 7)
  // aes256-siv takes an aad as any other.
  const siv = new Field(fieldOptions({ key: ring.createKey('siv', 'aes256-siv'), column: 'people.email' }), true)
  assert.equal(siv.open(siv.seal('Zürich', 1), 1), 'Zürich')
  await refused(() => siv.open(siv.seal('Zürich', 1), 2), 'decrypt_failed', 'of row 2')
})

test('what another language wrote is opened and found', () => {
  const held = {}
  for (const [name, { type, derived, convergent, material }] of Object.entries(shared.keys)) {
    held[name] = ring.importKey(`fixed-${name}`, Buffer.from(material, 'hex'), { keyType: type, derived, convergent })
  }
  let ran = 0
  for (const { key, column, row, tenant, ciphertext, ...one } of shared.sealed) {
    for (const [type, value] of examples(one)) {
      const field = new Field(fieldOptions({ key: () => held[key], column, type }), row !== undefined)
      assert.deepEqual(field.open(ciphertext, row, tenant), value)
      ran++
    }
  }
  for (const { key, column, normalize, bits, index, ...one } of shared.indexes) {
    for (const [type, value] of examples(one)) {
      const field = new Field(fieldOptions({ key: held.plain, indexKey: () => held[key], column, type, index: 'i', normalize, ...(bits && { bits }) }), false)
      assert.equal(field.indexOf(value), index)
      assert.deepEqual(field.indexesOf(value), [index])
      assert.ok(!field.needsReindex(index))
      ran++
    }
  }
  assert.ok(ran >= 15, `${ran} ran`)
})

test('an index is of the field, and finds what was written before a rotation', () => {
  const column = 'people.email'
  const name = column
  const key = ring.createKey('searched')
  const field = new Field(fieldOptions({ key, column, index: 'i', normalize: 'email', bits: 64 }), false)
  const index = field.indexOf(' Ann@Example.com')
  assert.equal(index, key.index('ann@example.com', { name, normalize: 'email', bits: 64 }))
  key.rotate()
  assert.ok(field.needsReindex(index))
  assert.deepEqual([field.indexesOf('ann@example.com').length, field.indexesOf('ann@example.com').includes(index)], [2, true])
  const derived = ring.createKey('searched-derived', { derived: true })
  const other = new Field(fieldOptions({ key: derived, column, index: 'i', type: 'int' }), true)
  assert.equal(other.indexOf(17), derived.context(column).index('17', { name }))
  assert.equal(other.indexOf(17, 'acme'), derived.context('acme').index('17', { name }))
})

test('a view, a template and bytes work too', async () => {
  const view = new Field(fieldOptions({ key: ring.key('derived').context('acme'), column: 'people.email' }), false)
  assert.equal(view.open(view.seal('Zürich')), 'Zürich')
  const own = new Field(fieldOptions({ key: ring.createKey('own', { keyType: 'aes256-gcm96', versionTemplate: 'own{{version}}-' }), column: 'people.email', allowPlaintext: true }), false)
  assert.ok(own.seal('Zürich').startsWith('own1-') && own.isCiphertext(own.seal('Zürich')) && !own.isCiphertext('Zürich'))
  const binary = made({ storage: 'binary', type: 'text', allowPlaintext: true }, true)
  assert.deepEqual(binary.openAll([...sealAll(binary, ['Zürich', null, ''], [1, 2, 3]), Buffer.from('Ann@Example')], [1, 2, 3, 4]), ['Zürich', null, '', 'Ann@Example'])
  assert.equal(binary.encryptedLen(10), key.encryptedBinaryLen(Buffer.alloc(10)))
  await refused(() => binary.open('Zürich', 1), 'bytes has to be')
  await refused(() => made({}).open(Buffer.from('Zürich')), 'text has to be')
  await refused(() => made({}).open(41117093), 'number')
})

test('plaintext is refused, or allowed by name, counted and warned of once', async () => {
  await refused(() => made({}).open('Ann@Example'), 'malformed', 'people.email: it is a plaintext, or was never encrypted: allowPlaintext: true reads it')
  await refused(() => made({ storage: 'binary' }).open(Buffer.from('Ann@Example')), 'malformed', 'allowPlaintext')
  const warnings = []
  const listen = (warning) => warnings.push(warning)
  process.on('warning', listen)
  const field = made({ allowPlaintext: true, column: 'people.counted', type: 'text' })
  assert.deepEqual([field.open('Ann@Example'), field.open(''), field.openAll(['Zürich'])[0], field.plaintextReads], ['Ann@Example', '', 'Zürich', 3])
  // Also where it would be of another type of key.
  for (const [begins, code] of [['strongroom:v1:', 'malformed'], ['strongroom:v12:', 'version_too_new'], ['vault:v1:', 'malformed']]) await refused(() => field.open(`${begins}Zürich`), code)
  await refused(() => made({ allowPlaintext: true }).open(made({ column: 'people.other' }).seal('Zürich')), 'decrypt_failed', '(the key, the column)')
  await refused(() => made({ allowPlaintext: true, type: 'int' }).open('Ann@Example'), 'another type')
  await new Promise(setImmediate)
  process.off('warning', listen)
  const ours = warnings.filter(({ message }) => message.startsWith('people.counted'))
  assert.deepEqual([ours.length, ours[0].name, ours[0].code], [1, 'StrongroomWarning', 'STRONGROOM_PLAINTEXT'])
  hidden(...warnings)
})

test('plaintext is written where that is said, and read back', async () => {
  for (const storage of ['text', 'binary']) {
    for (const [type, value] of Object.entries(VALUES)) {
      // Bytes that are no text are stored as bytes.
      if (type === 'bytes' && storage === 'text') continue
      const field = made({ type, storage, allowPlaintext: true, writePlaintext: true }, true)
      const stored = field.write(value, 1)
      assert.ok(!field.isCiphertext(stored))
      assert.deepEqual(field.open(stored, 1), value)
      assert.ok(field.isCiphertext(field.seal(value, 1)))
      assert.deepEqual(made({ type, storage }, true).open(field.seal(value, 1), 1), value)
    }
  }
  const both = { allowPlaintext: true, writePlaintext: true }
  await refused(() => made({ ...both, type: 'bytes' }).write(Buffer.from([255])), 'UTF-8', 'people.email')
  await refused(() => made(both).write('vault:v1:Zürich'), 'begins as a ciphertext', 'people.email')
  await refused(() => made({ ...both, type: 'bytes', storage: 'binary' }).write(Buffer.from([0xFE, 1])), 'begins as a ciphertext')
  await refused(() => made(both, true).write(41117093, 7), 'people.email of row 7')
  assert.ok(made({ allowPlaintext: true }).isCiphertext(made({ allowPlaintext: true }).write('Zürich')))
})

test('errors of a batch name the row, and keep what the library said', async () => {
  const field = made({}, true)
  const stored = sealAll(field, ['Zürich', 'Zürich'], [1, 2])
  const error = await refused(() => field.openAll([null, stored[0], stored[1]], [0, 1, 3]), 'decrypt_failed', 'of row 3')
  for (const twice of [() => field.openAll([stored[0], 'Zürich'], [1, 2]), () => field.open('Zürich', 1)]) assert.equal((await refused(twice)).message.split('people.email').length, 2)
  assert.deepEqual([error.family, error.number], ['untrusted_input', 106])
  await refused(() => field.openAll([stored[0], 'Zürich'], [1, 2]), 'of row 2', 'allowPlaintext')
  const numbers = made({ type: 'int' }, true)
  await refused(() => numbers.openAll([numbers.seal(17, 1), made({}, true).seal('Zürich', 2)], [1, 2]), 'of row 2', 'another type')
  await refused(() => field.rewrapAll([stored[0], stored[0]], [1, 2]), 'of row 2')
  await refused(() => made({ storage: 'binary' }).rewrapAll([key.encryptBinary('Zürich')]), 'people.email', 'decrypt_failed')
  const locked = ring.createKey('locked')
  const shut = made({ key: locked })
  const before = shut.seal('Zürich')
  locked.disable()
  await refused(() => sealAll(shut, ['Zürich']), 'key_disabled', 'people.email')
  await refused(() => shut.open(before), 'key_disabled')
  await refused(() => made({ type: 'int' }).decodePlaintext('Zürich', 4), 'people.email')
  await refused(() => made({ type: 'int' }).same(1, 'Zürich'), 'people.email')
})

test('options are refused by name', async () => {
  for (const [options, word] of [
    [{ colum: 1 }, 'did you mean "column"'], [{ type: 'float' }, 'there is no type'], [{ storage: 'disk' }, "'text' or 'binary'"], [{ allowPlaintext: 1 }, 'true or false'], [{ writePlaintext: true }, 'beside allowPlaintext'], [{ writePlaintext: 1, allowPlaintext: true }, 'writePlaintext'], [{ index: 1 }, 'blind index'],
    [{ normalize: 'email' }, 'no option index'], [{ bits: 64 }, 'no option index'], [{ indexKey: key }, 'no option index'], [{ type: 'bytes', index: 'i' }, 'hexadecimal'], [{ column: 'email' }, 'people.email'], [{ column: undefined }, 'undefined'], [{ index: null }, 'null']
  ]) await refused(async () => made(options), word)
  await refused(async () => fieldOptions(), 'takes options')
  await refused(async () => fieldOptions({ column: 'people.email' }), 'key is missing')
  await refused(() => made({ key: 'people' }).seal('Zürich'), 'a key or a function')
  await refused(() => made({ key: async () => key }).seal('Zürich'), 'not a promise')
  await refused(() => made({ index: 'i', indexKey: 'people' }).indexOf('Zürich'), 'indexKey')
})

test('what all objects inherit is no option', async () => {
  const more = { allowPlaintext: true, writePlaintext: true, index: 'emailIndex', normalize: 'email', encryptPlaintext: true, dryRun: true }
  Object.assign(Object.prototype, more)
  try {
    const field = made({})
    assert.deepEqual([field.allowPlaintext, field.writePlaintext, field.index, field.indexed.normalize], [false, false, undefined, undefined])
    const rows = [{ id: 'a', email: 'Ann@Example.com' }]
    const table = { fields: [{ field, name: 'email' }], key: 'id', read: async () => rows.splice(0), write: async (changes) => changes.map(() => true) }
    await refused(() => rewrapTable(table, {}), 'people.email of row a', 'encryptPlaintext')
    for (const dryRun of [true, false]) await refused(() => rewrapTable({ ...table, read: async () => [{ id: 'a', email: 41117093 }] }, { dryRun }), 'people.email of row a holds number in the database')
  } finally {
    for (const name of Object.keys(more)) delete Object.prototype[name]
  }
})

test('the key is asked for at each use', async () => {
  let current = ring.createKey('first')
  const field = made({ key: () => current, index: 'i', indexKey: () => current })
  const [stored, index] = [field.seal('Zürich'), field.indexOf('Zürich')]
  const first = current
  current = ring.createKey('second')
  await refused(() => field.open(stored), 'decrypt_failed')
  assert.notEqual(field.indexOf('Zürich'), index)
  current = first
  assert.deepEqual([field.open(stored), field.indexOf('Zürich')], ['Zürich', index])
})

test('a field shows no value and no key', async () => {
  const field = made({ index: 'i' }, true)
  const stored = field.seal('Zürich', 1)
  field.same('Zürich', 'Zürich')
  const sealed = field.sealed(stored)
  hidden(field, sealed, JSON.stringify(field))
  for (const show of [() => `${sealed}`, () => JSON.stringify({ sealed })]) await refused(show, 'people.email', 'select the id too, or open(id)')
  assert.ok(inspect(sealed).includes(stored))
  assert.equal(inspect(field), 'Field { people.email }')
  assert.equal(sealed.open(1), 'Zürich')
})

test('every type goes round', () => {
  for (const [type, value] of Object.entries(VALUES)) for (const storage of ['text', 'binary']) assert.deepEqual(made({ type, storage }).open(made({ type, storage }).seal(value)), value)
})

test('rewrap refuses what it does not know, and leaves rows that others write all the time', async () => {
  const field = made({ allowPlaintext: true }, true)
  const table = { fields: [{ field, name: 'email' }], key: 'id', again: async (ids) => ids.map((id) => ({ id, email: 'Zürich' })) }
  await refused(() => rewrapTable(table, { dry: true }), 'dryRun')
  for (const batchSize of [0, 1.5, 10_001]) await refused(() => rewrapTable(table, { batchSize }), 'batchSize')
  await refused(() => rewrapTable({ fields: [] }), 'no encrypted column')
  // Each row is written where it is as it was read, and an index where its value is.
  const renewed = ring.createKey('renewed')
  const both = made({ key: renewed, index: 'i' }, true)
  const old = [1, 2].map((id) => ({ id, email: both.seal('Zürich', id), i: both.indexOf('Zürich') }))
  renewed.rotate()
  old[1].email = both.rewrapAll([old[1].email], [2])[0]
  const written = []
  let pages = 0
  await rewrapTable({ fields: [{ field: both, name: 'email', index: 'i' }], key: 'id', read: async () => pages++ === 0 ? old : [], write: async (changes) => changes.map((change) => written.push(change) > 0) })
  assert.deepEqual(written.map(({ same }) => same), old.map(({ email, i }) => ({ email, i })))
  assert.deepEqual(written.map(({ set }) => Object.keys(set)), [['email', 'i'], ['i']])
  // One that somebody else wrote meanwhile is looked at again, as it is then.
  const again = [{ id: 1, email: both.seal('Ann@Example.com', 1), i: both.indexOf('Ann@Example.com') }]
  const lost = await rewrapTable({ fields: [{ field: both, name: 'email', index: 'i' }], key: 'id', read: async () => pages++ === 2 ? [old[0]] : [], again: async () => again, write: async (changes) => changes.map(() => false) })
  assert.deepEqual(lost, { rows: 1, rewrapped: 0, encrypted: 0, reindexed: 0, plaintext: 0, contended: 0, last: 1 })
  // An index of a version that there is not is nothing to be made anew.
  const searched = made({ index: 'i' }, true)
  const rows = [{ id: 1, email: searched.seal('Zürich', 1), i: searched.indexOf('Zürich').replace('i1', 'i9') }]
  await refused(() => rewrapTable({ fields: [{ field: searched, name: 'email', index: 'i' }], key: 'id', read: async () => rows }), 'version_too_new')
  let asked = 0
  const contended = await rewrapTable({ ...table, read: async () => asked++ === 0 ? [{ id: 1, email: 'Zürich' }] : [], write: async (changes) => changes.map(() => false) }, { encryptPlaintext: true })
  assert.deepEqual(contended, { rows: 1, rewrapped: 0, encrypted: 0, reindexed: 0, plaintext: 0, contended: 1, last: 1 })
})

test('plaintext is moved over where a column says that it may stand there, and nowhere else', async () => {
  const fields = [made({ allowPlaintext: true }, true), made({ column: 'people.note' }, true)].map((field, at) => ({ field, name: ['email', 'note'][at] }))
  const moved = async (row, options, table = {}) => {
    const rows = [{ id: 'a', email: null, note: null, ...row }]
    return rewrapTable({ fields, key: 'id', read: async () => rows.splice(0), write: async (changes) => changes.map(() => true), ...table }, { encryptPlaintext: true, ...options })
  }
  for (const dryRun of [true, false]) {
    await refused(() => moved({ email: 'Ann@Example.com', note: 'Zürich' }, { dryRun }), 'people.note of row a holds a plaintext', 'allowPlaintext')
    assert.equal((await moved({ email: 'Ann@Example.com' }, { dryRun })).encrypted, 1)
  }
  const written = [{ field: made({ allowPlaintext: true, writePlaintext: true }), name: 'email' }]
  for (const dryRun of [true, false]) await refused(() => moved({}, { dryRun }, { fields: written }), 'people.email', 'take writePlaintext away first')
  assert.equal((await moved({ email: 'Ann@Example.com' }, { encryptPlaintext: false }, { fields: written })).plaintext, 1)
})
