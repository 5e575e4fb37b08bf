// What real servers of Vault's and OpenBao's Transit answered (tests/vectors/transit/README.md), asked again of this package.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Keyring, StrongroomError } from '../index.mjs'

export const PRODUCTS = ['openbao', 'vault']
export const file = (name) => JSON.parse(readFileSync(new URL(`../../../tests/vectors/transit/${name}`, import.meta.url), 'utf8'))
export const fixtures = (product) => file(`${product}.json`).keys
export const fixture = (product, id) => fixtures(product).find((one) => one.id === id)

const bytes = (base64) => Buffer.from(base64 ?? '', 'base64')
const base64 = (buffer) => buffer.toString('base64')

// The keys of a fixture, by the state in which cases ask for them; `undefined` is the key as it is now.
export function keys ({ backup, states = [] }, ring = Keyring.inMemory()) {
  const found = new Map([[undefined, ring.restoreTransit(backup, { name: 'now' })]])
  let last = backup
  states.forEach((state, index) => {
    last = state.backup ?? last
    const key = ring.restoreTransit(last, { name: `state${index}` })
    // The server takes no backup of a key that is soft-deleted.
    if (!state.backup) key.disable()
    found.set(state.id, key)
  })
  return found
}

// Why a case cannot be asked, if it cannot.
export function left (fixture, { op, error = '', nonce, padding_scheme: scheme }) {
  const words = ['salt length is invalid', 'salt length neither', 'salt length -2', 'signature context', 'hash_algorithm=none requires', 'unsupported rsa signature algorithm', 'unsupported RSA padding scheme']
  // Without OAEP an answer to a ciphertext of somebody else's says too much about it.
  if (scheme === 'pkcs1v15' || words.some((words) => error.includes(words))) return 'not expressible'
  // Of keys with the first convergent rule every encryption is refused, with a nonce or without, so those are asked.
  if (op === 'encrypt' && nonce !== undefined && !fixture.id.startsWith('convergent-v1')) return 'nonce of the caller'
}

// A case as a call: the method, what it works on, and what is said besides.
export function request (one) {
  const [method, ...inputs] = {
    encrypt: () => ['encrypt', bytes(one.plaintext)],
    decrypt: () => ['decrypt', one.ciphertext],
    datakey: () => ['decrypt', one.ciphertext],
    rewrap: () => ['rewrap', one.ciphertext],
    sign: () => ['sign', bytes(one.input)],
    verify: () => ['verify', bytes(one.input), one.signature],
    hmac: () => ['hmac', bytes(one.input)],
    verify_hmac: () => ['verifyHmac', bytes(one.input), one.hmac]
  }[one.op]()
  const options = {}
  if (one.associated_data) options.aad = bytes(one.associated_data)
  if (one.context) options.context = bytes(one.context)
  if (one.version && one.op !== 'datakey') options.version = one.version
  const hash = one.algorithm ?? one.hash_algorithm
  const signs = one.op === 'sign' || one.op === 'verify'
  // A mac without a hash is none.
  if (hash && (hash !== 'none' || (signs && one.prehashed))) options.hash = hash
  if (one.marshaling_algorithm) options.form = one.marshaling_algorithm
  if (signs) {
    if (one.prehashed !== undefined) options.prehashed = one.prehashed
    if (['pss', 'pkcs1v15'].includes(one.signature_algorithm)) options.padding = one.signature_algorithm
    if (one.salt_length) options.saltLength = /^\d+$/.test(one.salt_length) ? Number(one.salt_length) : one.salt_length === '-1' ? 'hash' : one.salt_length.toLowerCase()
  }
  return { method, inputs, options }
}

// What came out, in the form in which the case holds it; the error if one was thrown.
export function run (view, one) {
  try {
    if (one.op === 'public_key') return base64(view.publicKey(one.version))
    const { method, inputs, options } = request(one)
    return spoken(view, one, view[method](...inputs, options))
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error
    return refused(one, error)
  }
}

// A result of the case's method as the case would say it.
export function spoken (view, one, result) {
  switch (one.op) {
    case 'decrypt': case 'datakey': return base64(result)
    case 'verify': case 'verify_hmac': return 'true'
    case 'rewrap': {
      const head = (text) => text.slice(0, text.lastIndexOf(':'))
      const { options } = request(one)
      delete options.version
      assert.equal(head(result), head(one.result), one.id)
      assert.equal(base64(view.decrypt(one.result, options)), one.plaintext, one.id)
      return base64(view.decrypt(result, options))
    }
    default: return result
  }
}

export const refused = ({ op }, error) => op.startsWith('verify') && error.code === 'bad_signature' ? 'false' : error

const answer = (one) => ({ encrypt: one.ciphertext, sign: one.signature, hmac: one.hmac, public_key: one.public_key, verify: `${one.valid}`, verify_hmac: `${one.valid}` })[one.op] ?? one.plaintext

// Whether an error says what the server's text says: by the first row of reasons.json that fits the text.
const REASONS = file('reasons.json').reasons
export function isSameReason ({ error: said, state }, { code, detail }) {
  // Of two reasons to refuse, each side names the one that it comes to first.
  if (state === 'soft-deleted' && code === 'key_disabled') return true
  return REASONS.find(({ says }) => said.includes(says)).errors.includes(detail === undefined ? code : `${code}/${detail}`)
}

// What a case came to; `undefined` is a difference.
export function judge (one, ours) {
  if (!(ours instanceof Error)) {
    if (one.error === undefined) return ours === answer(one) ? 'agrees' : undefined
    // What is no signature is not one of the message either.
    if (ours === 'false' && one.error.startsWith('supplied signature')) return 'both refuse'
    // The server refuses what it made itself, by a fault of its own.
    return ours === (one.intended_plaintext ?? one.plaintext_if_fixed) ? 'only we read it' : undefined
  }
  if (one.error !== undefined) return isSameReason(one, ours) ? 'both refuse' : undefined
  if (one.nonce !== undefined && ours.code === 'invalid_option') return 'nonce of the caller'
  if (one.op === 'encrypt' && ours.code === 'invalid_option') return 'second convergent rule'
  if (one.op === 'encrypt' && ours.code === 'aad_not_allowed' && one.associated_data) return 'aad of a convergent key'
  // Nothing would authenticate one with RSA.
  if (one.op === 'decrypt' && ours.code === 'aad_not_allowed') return 'aad of an rsa key'
  if (one.valid === false && ours.code === 'type_not_supported') return 'key without use'
  // The fixture's author made these around the server.
  if (one.op === 'hmac' && ours.code === 'version_not_allowed') return 'below the window'
}
