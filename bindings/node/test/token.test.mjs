// Tokens that expire, and the keys of an API.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import { ApiKey } from '../index.mjs'
import { refusal } from './calls.mjs'
import { codeOf, Keyring } from './vectors.mjs'

const MINUTE = 60_000
const keyOf = (spec = {}) => Keyring.inMemory().createKey('sessions', spec)

const isTypeError = async (call, words, about) => {
  const error = await refusal(call)
  assert.ok(error instanceof TypeError && error.code === 'ERR_INVALID_ARG_TYPE', `${about}: ${error}`)
  assert.match(error.message, words, about)
}

test('a token says what it was issued with', async () => {
  const key = keyOf()
  const before = Date.now()
  for (const payload of ['', 'user-17', Buffer.from('user-17'), new Uint8Array(5000)]) {
    for (const text of [key.issue(payload, 300_000), await key.issueAsync(payload, 300_000)]) {
      assert.match(text, /^srt_[A-Za-z0-9_-]+$/)
      for (const token of [key.redeem(text), await key.redeemAsync(text)]) {
        assert.deepEqual(token.payload, Buffer.from(payload))
        assert.ok(token.issued instanceof Date && token.issued.getTime() >= before && token.issued.getTime() <= Date.now())
        assert.equal(token.expires.getTime() - token.issued.getTime(), 300_000)
      }
    }
  }
})

test('a token is bound to all that was said', () => {
  const key = keyOf()
  const text = key.issue('user-17', MINUTE, { aad: 'login', prefix: 'acme_' })
  assert.ok(text.startsWith('acme_'))
  assert.equal(key.redeem(text, { aad: Buffer.from('login'), prefix: 'acme_', leewayMs: 0 }).payload.toString(), 'user-17')
  for (const said of [{}, { aad: 'logout' }, { aad: { login: '' } }]) assert.equal(codeOf(() => key.redeem(text, { ...said, prefix: 'acme_' })), 'decrypt_failed')
  for (const said of [{}, { prefix: 'acme2_' }, { prefix: 'srt_' }]) assert.equal(codeOf(() => key.redeem(text, { ...said, aad: 'login' })), 'malformed')
  assert.equal(codeOf(() => key.issue('m', MINUTE, { aad: '' })), 'invalid_aad')
  const tenants = keyOf({ derived: true })
  const acme = tenants.issue('m', MINUTE, { context: 'acme', aad: new Map([['for', 'login']]) })
  assert.equal(tenants.context('acme').redeem(acme, { aad: { for: 'login' } }).payload.toString(), 'm')
  assert.equal(codeOf(() => tenants.redeem(acme, { aad: { for: 'login' }, context: 'other' })), 'decrypt_failed')
  assert.equal(codeOf(() => tenants.redeem(acme)), 'context_required')
  key.rotate()
  key.configure({ minDecryptionVersion: 2 })
  assert.equal(codeOf(() => key.redeem(text, { aad: 'login', prefix: 'acme_' })), 'version_too_old')
})

test('tokens and ciphertexts are not each other', () => {
  const key = keyOf()
  const [text, ciphertext] = [key.issue('m', MINUTE), key.encrypt('m')]
  for (const call of [() => key.decrypt(text), () => key.rewrap(text), () => key.redeem(ciphertext), () => key.redeem(ciphertext, { prefix: 'strongroom_' })]) assert.throws(call, { family: 'untrusted_input' })
  assert.equal(codeOf(() => keyOf('aes256-gcm96').issue('m', MINUTE)), 'operation_not_supported')
})

test('a token expires', async () => {
  const key = keyOf()
  const text = key.issue('m', 1000)
  assert.equal(key.redeem(text).payload.toString(), 'm')
  await setTimeout(1010)
  for (const options of [undefined, { leewayMs: 0 }, { leewayMs: 86_400_000 }]) {
    assert.equal(codeOf(() => key.redeem(text, options)), 'token_expired')
    assert.equal((await refusal(() => key.redeemAsync(text, options))).code, 'token_expired')
  }
})

test('how long it lasts has to be said', async () => {
  const key = keyOf()
  for (const call of [(...given) => key.issue('m', ...given), (...given) => key.issueAsync('m', ...given)]) {
    for (const ttlMs of [0, 999, 400 * 86_400_000 + 1, 2 ** 52]) assert.equal((await refusal(() => call(ttlMs))).code, 'invalid_option', `${ttlMs}`)
    const wrong = [undefined, null, -1, 1000.5, NaN, Infinity, '60000', true, new Date(), 60_000n, { ttlMs: 60_000 }, { aad: 'a' }]
    for (const ttlMs of wrong) await isTypeError(() => call(ttlMs), /ttlMs, for how many milliseconds .* must be a whole number/, `${String(ttlMs)}`)
    await isTypeError(() => call(), /ttlMs, for how many milliseconds/, 'nothing')
    for (const name of ['ttl', 'ttlMs']) await isTypeError(() => call(MINUTE, { [name]: 1 }), new RegExp(`no option ${name}; say it behind the payload`), name)
    await isTypeError(() => call(MINUTE, { leewayMs: 1 }), /there is no option leewayMs/, 'leeway')
    await isTypeError(() => call(MINUTE, { associatedData: 'a' }), /did you mean "aad"/, 'aad')
    await isTypeError(() => call(MINUTE, 'aad'), /options must be a plain object/, 'a string')
  }
  for (const call of [(given) => key.redeem('srt_', given), (given) => key.redeemAsync('srt_', given)]) {
    await isTypeError(() => call({ leeway: 1 }), /did you mean "leewayMs"/, 'leeway')
    await isTypeError(() => call({ leewayMs: -1 }), /leewayMs must be a whole number/, 'leewayMs')
    await isTypeError(() => call({ ttlMs: 1 }), /there is no option ttlMs/, 'ttlMs')
  }
})

test('what cannot be a token is refused', async () => {
  const key = keyOf()
  for (const prefix of ['', 'srt', 'Srt_', 's_', 's_t_', 'abcdefghij0123456_', 'srt_\n', '\uD800']) assert.equal(codeOf(() => key.issue('m', MINUTE, { prefix })), 'invalid_option', prefix)
  for (const prefix of [1, {}, Buffer.from('srt_')]) await isTypeError(() => key.issue('m', MINUTE, { prefix }), /prefix must be a string/, `${prefix}`)
  for (const text of ['', 'srt_', 'nonsense', '\uD800', `${key.issue('m', MINUTE)}\n`, 'strongroom:v1:AAAA']) assert.equal(codeOf(() => key.redeem(text)), 'malformed', text)
  for (const text of [undefined, null, 1, Buffer.from('srt_')]) await isTypeError(() => key.redeem(text), /a token must be a string/, `${text}`)
  for (const payload of [undefined, null, 1, {}, new Uint16Array(1)]) await isTypeError(() => key.issue(payload, MINUTE), /a payload must be/, `${payload}`)
  assert.equal(codeOf(() => key.issue('\uD800', MINUTE)), 'invalid_option')
})

test('what a token said is not shown', () => {
  const key = keyOf()
  const token = key.redeem(key.issue('user-17 of acme', MINUTE))
  const shown = [inspect(token), inspect(token, { showHidden: true, depth: null, getters: true }), JSON.stringify(token), JSON.stringify({ ...token }), String(token), inspect([token])]
  for (const text of shown) assert.ok(!/user-17|75 ?73 ?65 ?72|117,115/.test(text), text)
  assert.match(inspect(token), /^Token \{ issued: .*expires: /s)
  assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(token))), ['issued', 'expires'])
  assert.throws(() => structuredClone(token), { name: 'DataCloneError', message: /in the clear/ })
  const { payload } = token
  payload.fill(0)
  assert.deepEqual(token.payload, Buffer.alloc(15))
  assert.throws(() => { token.payload = payload }, TypeError)
  assert.throws(() => new token.constructor(), TypeError)
})

test('the keys of an API are found by their index', () => {
  const key = keyOf()
  const texts = [ApiKey.generate('acme'), ApiKey.generate('acme')]
  const table = new Map(texts.map((text, row) => [key.indexBinary(text, ApiKey.index).toString('hex'), row]))
  key.rotate()
  texts.forEach((text, row) => {
    assert.match(text, /^acme_[0-9A-Za-z]{49}$/)
    assert.equal(ApiKey.check(text), undefined)
    const places = key.indexesBinary(text, ApiKey.index)
    assert.deepEqual(places.map((place) => place.length), [32, 32])
    assert.deepEqual(places.map((place) => table.get(place.toString('hex'))).filter((found) => found !== undefined), [row])
  })
  assert.notEqual(texts[0], texts[1])
  assert.deepEqual({ ...ApiKey.index }, { name: 'strongroom.api-key', bits: 256 })
  assert.throws(() => { ApiKey.index.bits = 8 }, TypeError)
  assert.throws(() => { ApiKey.index = {} }, TypeError)
})

test('a key that was mistyped is refused', async () => {
  const text = ApiKey.generate('acme')
  for (let at = 0; at < text.length; at++) {
    for (const letter of ['a', '0', '-', '\n', 'é']) {
      if (text[at] !== letter) assert.equal(codeOf(() => ApiKey.check(text.slice(0, at) + letter + text.slice(at + 1))), 'malformed')
    }
  }
  for (const wrong of ['', text.slice(0, -1), `${text}0`, `${text}\n`, ` ${text}`, '\uD800', text.toUpperCase(), text.slice(5)]) assert.equal(codeOf(() => ApiKey.check(wrong)), 'malformed', wrong)
  for (const prefix of ['', 'a', 'Acme', 'acme_', 'abcdefghij0123456', 'é', '\uD800']) assert.equal(codeOf(() => ApiKey.generate(prefix)), 'invalid_option', prefix)
  for (const wrong of [undefined, null, 1, Buffer.from('acme')]) {
    await isTypeError(() => ApiKey.generate(wrong), /a prefix must be a string/, `${wrong}`)
    await isTypeError(() => ApiKey.check(wrong), /the key of an API must be a string/, `${wrong}`)
  }
  assert.throws(() => new ApiKey(), TypeError)
})
