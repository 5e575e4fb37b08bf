// What is said to somebody who has made a mistake that many make.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { ApiKey, Keyring, Seal } from '../index.mjs'
import { folder } from './vectors.mjs'

const ring = Keyring.inMemory()
const key = ring.createKey('cards')
const text = key.encrypt('4111')

// The message of what a call throws, or of what its promise is rejected with.
async function told (call) {
  try {
    await call()
  } catch (error) {
    return error.message
  }
  assert.fail('it was not refused')
}

test('a misspelt option is recognised', async () => {
  for (const name of ['add', 'associatedData', 'additionalData', 'ad']) assert.match(await told(() => key.encrypt('m', { [name]: 'a' })), new RegExp(`^there is no option ${name} \\(did you mean "aad"\\?\\); data operations have aad`))
  assert.match(await told(() => key.decrypt(text, { contxt: 'a' })), /did you mean "context"\?/)
  assert.match(await told(() => key.encryptBatch(['m'], { error: 'return' })), /did you mean "errors"\?/)
  assert.doesNotMatch(await told(() => key.encrypt('m', { frobnicate: 1 })), /did you mean/)
  // What objects inherit is no name of an option.
  assert.doesNotMatch(await told(() => key.encrypt('m', { toString: 1 })), /did you mean/)
})

test('a type, a format and a name of another language are recognised', async () => {
  for (const call of [() => ring.createKey('x', 'ecdsap256'), () => ring.createKey('x', { keyType: 'ecdsap256' }), () => ring.importKey('x', 'm', 'ecdsap256')]) assert.match(await told(call), / \(did you mean "ecdsa-p256"\?\)$/)
  assert.match(await told(() => key.rotate('AES256_GCM96')), / \(did you mean "aes256-gcm96"\?\)$/)
  assert.match(await told(() => ring.importKey('x', Buffer.alloc(32), { format: 'private-key' })), /^there is no option format; importKey takes it behind the specification/)
  assert.match(await told(() => key.configure({ min_decryption_version: 1 })), /\(did you mean "minDecryptionVersion"\?\)$/)
})

test('the seal is an option', async () => {
  const seal = Seal.rootKey(Buffer.alloc(32, 'ab'))
  for (const call of [Keyring.open, Keyring.openSync, Keyring.create, Keyring.createSync, Keyring.openOrCreate]) {
    assert.match(await told(() => call('x', seal)), /such as \{ seal \}/)
    assert.match(await told(() => call('x')), /such as \{ seal \}/)
    assert.equal(await told(() => call('x', { sael: seal })), 'there is no option sael (did you mean "seal"?)')
    assert.match(await told(() => call('x', {})), /the option seal is missing/)
    assert.match(await told(() => call('x', { seal: 'text' })), /seal must be a Seal, such as Seal\.rootKeyEnv/)
  }
})

test('bytes and text are told apart', async () => {
  const root = Seal.generateRootKey()
  assert.match(await told(() => Seal.rootKey(root.toString())), /a root key must be a Buffer or Uint8Array; its text goes to Seal\.rootKeyText/)
  assert.match(await told(() => Seal.rootKey(root)), /a root key has 32 bytes, not 44; its text goes to Seal\.rootKeyText/)
  assert.match(await told(() => Seal.rootKeyText(Buffer.alloc(32, 200))), /the 32 bytes of a root key, not their text/)
  for (const call of ['decryptBinary', 'decryptBinaryAsync', 'rewrapBinary', 'needsRewrapBinary', 'decryptedBinaryLen']) assert.match(await told(() => key[call](text)), /text goes to the function without Binary in its name/, call)
  assert.match(await told(() => key.decryptInto(text, Buffer.alloc(9))), /text goes to the function without Binary/)
  for (const call of ['decrypt', 'decryptAsync', 'rewrap', 'needsRewrap']) assert.match(await told(() => key[call](Buffer.from(text))), /bytes go to the function with Binary in its name/, call)
})

test('what was made for another call is named', async () => {
  const index = key.index('4111', { name: 'cards.number' })
  const apiKey = ApiKey.generate('acme')
  const token = key.issue('x', 60_000)
  const stream = await buffer(Readable.from(['4111']).pipe(key.encryptStream()))
  for (const [given, why] of [[index, /\(it is a blind index, /], [apiKey, /\(it is an API key, /], [token, /\(it is a token: redeem it\)$/]]) {
    for (const call of [() => key.decrypt(given), () => key.decryptAsync(given), () => key.decryptBatch([given])]) assert.match(await told(call), why)
  }
  for (const [given, why] of [[index, /\(it is a blind index, /], [apiKey, /\(it is an API key, /], [text, /\(it is a ciphertext, /]]) {
    for (const call of ['redeem', 'redeemAsync']) assert.match(await told(() => key[call](given)), why)
  }
  for (const [given, why] of [['', /\(it is empty\)$/], ['foo', /begins with strongroom:i/], [text, /\(it is a ciphertext, /], [index + '!', /\(it begins as one; /]]) {
    for (const call of [() => key.needsReindex(given), () => key.needsReindexBatch([given])]) assert.match(await told(call), why)
  }
  for (const [given, why] of [[apiKey + '\n', /newline before it or behind it; cut that off/], [apiKey.slice(0, -1), /\(it begins as one; /], [token, /\(it is a token: /]]) {
    assert.match(await told(() => ApiKey.check(given)), why)
  }
  for (const [given, why] of [[stream, /\(it is a stream: /], [Buffer.from(text), /\(it is the text form: /], [Buffer.alloc(0), /\(it is empty\)$/]]) {
    for (const call of ['decryptBinary', 'decryptBinaryAsync', 'rewrapBinary', 'needsRewrapBinary']) assert.match(await told(() => key[call](given)), why, call)
    assert.match(await told(() => key.decryptBinaryBatch([given])), why)
  }
})

test('a step of a normalization is named, with the one that was meant', async () => {
  for (const [normalize, said] of [
    ['lower', /\("lower" was given; did you mean "casefold"\?\)$/],
    [['trim', 'Email'], /\("Email" was given; did you mean "email"\?\)$/],
    ['nfkc,casefold', /\("nfkc,casefold" was given; several steps are a list with one name for each, "nfkc" and "casefold"\)$/]
  ]) assert.match(await told(() => key.index('v', { name: 'n', normalize })), said)
  const misplaced = '-----BEGIN PRIVATE KEY-----'
  assert.ok(!(await told(() => key.index('v', { name: 'n', normalize: misplaced }))).includes(misplaced))
})

test('times are milliseconds, and whoever says seconds is told', async () => {
  for (const call of ['issue', 'issueAsync']) assert.match(await told(() => key[call]('x', 900)), /\(ttlMs is in milliseconds: an hour is 3_600_000\)$/)
  assert.match(await told(() => key.issue('x', '1h')), /^ttlMs, for how many milliseconds/)
  const warned = []
  const listen = (warning) => warned.push(warning)
  process.on('warning', listen)
  for (const ttlMs of [1000, 30_000, 3_600_000, 900_001]) key.issue('x', ttlMs)
  await new Promise(setImmediate)
  assert.deepEqual(warned, [])
  for (let n = 0; n < 3; n++) key.issue('x', 3600)
  await new Promise(setImmediate)
  process.off('warning', listen)
  assert.equal(warned.length, 1)
  assert.equal(warned[0].code, 'STRONGROOM_SHORT_TTL')
  assert.match(warned[0].message, /^a token was issued for 3600 ms, which are 3\.6 seconds: /)
})

test('a prefix, a number and another spelling are explained', async () => {
  assert.match(await told(() => key.issue('x', 60_000, { prefix: 'acme' })), /write acme_, not acme$/)
  for (const aad of [17, 17n]) assert.match(await told(() => key.encrypt('m', { aad })), /; of a number give its text, as in String\(row\.id\)$/)
  for (const option of ['aad', 'context']) assert.match(await told(() => key.encrypt('m', { [option]: ['a', 'b'] })), /, and not an array; one for each value goes to a function with Batch in its name$/)
  assert.match(await told(() => key.encrypt(17)), /; of a number give its text/)
  assert.match(await told(() => ({ ...ApiKey.INDEX })), /^it is ApiKey\.index, with a small letter$/)
  assert.match(await told(() => ring.createKey('x', 'aes')), /\(did you mean "xaes256-gcm" or "aes256-gcm96"\?\)$/)
  ring.createKey('customers', { deletionAllowed: true })
  assert.match(await told(() => ring.deleteKey('custmoers')), /^there is no key "custmoers" \(did you mean "customers"\?\)/)
})

test('what cannot be a seal is refused where it is made', async () => {
  assert.match(await told(() => Seal.passphrase('')), /the passphrase is empty$/)
  assert.match(await told(() => Seal.rootKeyText('')), /it is empty$/)
  assert.match(await told(() => Seal.rootKeyText('short')), /64 hexadecimal digits or 44 characters/)
})

test('what is odd about a text is said', async () => {
  const vault = ring.createKey('aes', 'aes256-gcm96').encrypt('4111')
  for (const [odd, why] of [['', /\(it is empty\)$/], [text + '\n', /a newline before it or behind it/], [vault, /Vault's or OpenBao's Transit/]]) {
    for (const call of ['decrypt', 'decryptAsync', 'rewrap']) assert.match(await told(() => key[call](odd)), why, call)
    assert.match(await told(() => key.verifyHmac('m', odd)), why)
    assert.match(await told(() => key.decryptBatch([odd])), why)
  }
  assert.match(await told(() => key.decrypt('nonsense')), /for its form \(text, binary or stream\)$/)
})

test('an error of a batch says which input it was, thrown or returned', () => {
  assert.throws(() => key.decryptBatch([text, 'nonsense']), { code: 'malformed', index: 1 })
  const returned = key.decryptBatch([text, '', null, 'nonsense'], { errors: 'return' })
  assert.deepEqual(returned.map((one) => one.index), [undefined, 1, 2, 3])
  assert.match(returned[1].message, /\(it is empty\)$/)
  assert.throws(() => key.decryptBatch([text], { errors: 'ignore' }), { message: 'errors must be "throw" or "return"' })
})

test('names and numbers are explained', async () => {
  for (const call of ['key', 'createKey', 'keyOrCreate']) assert.match(await told(() => ring[call]('a/b')), /^not a key name; .* \(it has '\/' in it\)$/, call)
  assert.match(await told(() => ring.importKey('', Buffer.alloc(32, 'ab'))), /\(it is empty\)$/)
  for (const version of [1.5, -1]) assert.match(await told(() => key.encrypt('m', { version })), new RegExp(`\\(${version} was given\\)$`))
})

test('the seals of a keyring are named to who has none of them', async (t) => {
  const place = join(folder(t), 'ring')
  Keyring.createSync(place, { seal: Seal.passphrase('correct horse', 'office') })
  const other = { seal: Seal.rootKey(Buffer.alloc(32, 'ab')) }
  for (const call of [Keyring.open, Keyring.openSync]) assert.match(await told(() => call(place, other)), /\(the keyring has copies for passphrase "office"; the seal given is "[0-9a-f]{16}"\)$/)
})
