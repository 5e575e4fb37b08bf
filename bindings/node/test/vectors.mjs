// The files that every language reads (tests/vectors/strongroom/README.md), and their cases through this package.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring, Seal } from '../index.mjs'

export const file = (name) => JSON.parse(readFileSync(new URL(`../../../tests/vectors/strongroom/${name}`, import.meta.url), 'utf8'))
export const bytes = (hex) => Buffer.from(hex, 'hex')

// A folder that is gone when the test is over.
export function folder (t, place = tmpdir()) {
  const path = mkdtempSync(join(place, 'strongroom-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function store (t, ...sets) {
  const path = folder(t)
  for (const documents of sets) {
    for (const [name, document] of Object.entries(documents)) writeFileSync(join(path, name), bytes(document), { mode: 0o600 })
  }
  return path
}

export const seal = ({ kind, key, id, passphrase, allow_costly: costly }) => {
  if (kind === 'root-key') return Seal.rootKey(bytes(key))
  return costly ? Seal.passphrase(passphrase, id).allowCostly() : Seal.passphrase(passphrase, id)
}

// A context or aad as one would write it here; `undefined` for none.
export function spoken (value) {
  if (value === null || value === undefined) return undefined
  if ('text' in value) return value.text
  if ('bytes' in value) return bytes(value.bytes)
  if ('repeat' in value) return Buffer.alloc(value.repeat[1], bytes(value.repeat[0]))
  return value.map
}

// Runs one case; gives what came out, in the form in which the case holds it.
export function run (ring, name, one) {
  const key = ring.key(name)
  const options = {}
  for (const name of ['aad', 'context']) if (spoken(one[name]) !== undefined) options[name] = spoken(one[name])
  for (const name of ['hash', 'form']) if (typeof one[name] === 'string') options[name] = one[name]
  if (typeof one.version === 'number' && ['encrypt', 'sign', 'hmac'].includes(one.op)) options.version = one.version
  const message = bytes(one.message ?? one.plaintext ?? '')
  switch (one.op) {
    case 'encrypt': return key.encrypt(message, options)
    case 'decrypt': return key.decrypt(one.text, options).toString('hex')
    case 'decrypt_binary': return key.decryptBinary(bytes(one.binary), options).toString('hex')
    case 'rewrap': return key.rewrap(one.text, options)
    case 'sign': return key.sign(message, options)
    case 'hmac': return key.hmac(message, options)
    case 'verify': return key.verify(message, one.text, options) ?? ''
    case 'verify_hmac': return key.verifyHmac(message, one.text, options) ?? ''
    case 'public_key': return (options.context === undefined ? key : key.context(options.context)).publicKey(one.version ?? undefined).toString('hex')
  }
  throw new Error(`unknown operation ${one.op}`)
}

export function expected (one) {
  const field = { decrypt: 'plaintext', decrypt_binary: 'plaintext', encrypt: 'text', sign: 'text', hmac: 'text', public_key: 'public' }[one.op]
  return field === undefined ? '' : one[field]
}

// The code of what `call` throws, or `undefined`.
export function codeOf (call) {
  try {
    call()
  } catch (error) {
    return error.code ?? String(error)
  }
}

export { Keyring, Seal }
