// Every data operation with options, in its forms: at once, with a promise and in a batch of one. For tests of what all have in common.
import { Keyring } from './vectors.mjs'

export const ring = Keyring.inMemory()
const key = ring.createKey('derived', { keyType: 'aes256-siv', derived: true })
const signer = ring.createKey('signer', 'ed25519')
const tokens = ring.createKey('tokens', 'ecdsa-p256')
const digest = Buffer.alloc(48, 7)
const hashed = { form: 'jws', hash: 'sha2-384', prehashed: true }
const said = { context: 'acme', aad: 'order-17' }
const text = key.encrypt('m', said)
const binary = key.encryptBinary('m', said)

const sessions = ring.createKey('sessions', { derived: true })
const bound = { ...said, prefix: 'acme_' }

const ENCRYPT = { ...said, version: 1 }
const operations = [
  ['encrypt', key, ['m'], ENCRYPT], ['encryptBinary', key, ['m'], ENCRYPT], ['decrypt', key, [text], said], ['decryptBinary', key, [binary], said],
  ['rewrap', key, [text], said], ['rewrapBinary', key, [binary], said], ['dataKey', key, [16], ENCRYPT],
  ['sign', signer, ['m'], { form: 'jws', version: 1 }], ['verify', signer, ['m', signer.sign('m', { form: 'jws' })], { form: 'jws' }],
  ['sign', tokens, [digest], { ...hashed, version: 1 }], ['verify', tokens, [digest, tokens.sign(digest, hashed)], hashed],
  ['hmac', key, ['m'], { hash: 'sha2-512', version: 1 }], ['verifyHmac', key, ['m', key.hmac('m', { hash: 'sha2-512' })], { hash: 'sha2-512' }],
  ['issue', sessions, ['m', 3_600_000], { ...bound, version: 1 }], ['redeem', sessions, [sessions.issue('m', 3_600_000, bound)], { ...bound, leewayMs: 1000 }]
]

// Each is { name, options, call }, where `call(options)` throws what the operation throws, and gives its result as a promise where it is one.
export const calls = []
for (const [verb, on, inputs, options] of operations) {
  calls.push({ name: verb, options, call: (given) => on[verb](...inputs, given) })
  if (on[`${verb}Async`]) calls.push({ name: `${verb}Async`, options, call: (given) => on[`${verb}Async`](...inputs, given) })
  const columns = inputs.map((input) => [input])
  if (on[`${verb}Batch`]) calls.push({ name: `${verb}Batch`, batch: true, options, call: (given) => on[`${verb}Batch`](...columns, given) })
}
calls.push({ name: 'encryptInto', options: ENCRYPT, call: (given) => key.encryptInto('m', Buffer.alloc(200), given) })
calls.push({ name: 'decryptInto', options: said, call: (given) => key.decryptInto(binary, Buffer.alloc(200), given) })

// What a call is refused with, at once or in its promise; `undefined` if it is not.
export async function refusal (call) {
  try {
    await call()
  } catch (error) {
    return error
  }
}
