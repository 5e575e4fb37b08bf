// What a call costs from Node, beside node:crypto doing the same job, in turns, as lines of JSON: {"work", "size", "who", "ns"}.
// --plain prints a table for people instead, --quick takes fewer rounds, --work=WORD measures what has the word in its name. The least of the rounds counts, so that a busy machine does little harm.
import { constants, createCipheriv, createDecipheriv, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import strongroom from '../index.js'

const asked = process.argv.slice(2)
const work = asked.find(word => word.startsWith('--work='))?.slice('--work='.length) ?? ''
const unknown = asked.find(word => !['--quick', '--plain'].includes(word) && !word.startsWith('--work='))
if (unknown !== undefined) throw new Error(`usage: calls.mjs [--quick] [--plain] [--work=WORD]; there is no ${unknown}`)
const SIZES = [64, 64 << 10, 1 << 20]
const ROUNDS = asked.includes('--quick') ? 30 : 120
const ITEMS = 10_000
// How long one call is repeated in one round, in nanoseconds.
const MOMENT = 500_000
// A call that takes so long is not made once more before it is timed.
const LONG = 2_000_000

// How long ML-DSA takes is chance, so that many are made at a time.
const CHANCES = 64

const measures = []
const notes = [{ package: 'Node', version: process.versions.node }, { package: 'OpenSSL of Node', version: process.versions.openssl }]

function time (measure) {
  const { call, calls } = measure
  // What was freed over the others is taken back.
  if (measure.least < LONG) call()
  const start = process.hrtime.bigint()
  for (let index = 0; index < calls; index++) call()
  measure.least = Math.min(measure.least, Number(process.hrtime.bigint() - start) / calls)
}

function add (work, size, who, call, messages = 1) {
  const measure = { work, size, who, call, messages, calls: 1, least: Infinity }
  // V8 compiles what was called often. What takes long was compiled elsewhere.
  const enough = process.hrtime.bigint() + 50_000_000n
  for (let index = 0; index < (messages === 1 && size < 1024 ? 2000 : 2) && process.hrtime.bigint() < enough; index++) call()
  time(measure)
  measure.calls = Math.max(1, Math.min(20_000, Math.floor(MOMENT / measure.least)))
  measures.push(measure)
}

function pair (kind, size, who, encrypt, decrypt) {
  const message = Buffer.alloc(size, 7)
  const made = encrypt(message)
  if (!decrypt(made).equals(message)) throw new Error(`${who} does not open what it made`)
  add(`encrypt ${kind}`, size, who, () => encrypt(message))
  add(`decrypt ${kind}`, size, who, () => decrypt(made))
}

function batch (who, encrypt, decrypt) {
  const messages = Array.from({ length: ITEMS }, (_, index) => Buffer.alloc(64, index))
  const made = encrypt(messages)
  add('encrypt batch', 64, who, () => encrypt(messages), ITEMS)
  add('decrypt batch', 64, who, () => decrypt(made), ITEMS)
}

function index (who, key) {
  const values = Array.from({ length: ITEMS }, (_, number) => `user-${String(number).padStart(5, '0')}@example.com`)
  const [value, email] = [values[0], { name: 'users.email', normalize: 'email' }]
  add('index', value.length, who, () => key.index(value, { name: 'users.email' }))
  add('index email', value.length, who, () => key.index(value, email))
  add('index batch', value.length, who, () => key.indexBatch(values, email), ITEMS)
}

function token (who, key) {
  const payload = Buffer.alloc(64, 7)
  const text = key.issue(payload, 3_600_000)
  add('issue', 64, who, () => key.issue(payload, 3_600_000))
  add('redeem', 64, who, () => key.redeem(text))
}

const secret = randomBytes(32)
function seal (plaintext) {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce)
  const body = cipher.update(plaintext)
  cipher.final()
  return Buffer.concat([nonce, body, cipher.getAuthTag()])
}
function open (payload) {
  const decipher = createDecipheriv('aes-256-gcm', secret, payload.subarray(0, 12))
  decipher.setAuthTag(payload.subarray(-16))
  return Buffer.concat([decipher.update(payload.subarray(12, -16)), decipher.final()])
}
const sealText = plaintext => 'v1:' + seal(plaintext).toString('base64')
const openText = text => open(Buffer.from(text.slice(3), 'base64'))

const ring = strongroom.Keyring.inMemory()
for (const type of ['aes256-gcm96', 'xaes256-gcm']) {
  const key = ring.createKey(type, type)
  const who = `Strongroom ${type}`
  for (const size of SIZES) {
    pair('text', size, who, message => key.encrypt(message), text => key.decrypt(text))
    pair('binary', size, who, message => key.encryptBinary(message), binary => key.decryptBinary(binary))
    const out = Buffer.alloc(size + 128)
    const [message, binary] = [Buffer.alloc(size, 7), key.encryptBinary(Buffer.alloc(size, 7))]
    add('encrypt_into', size, who, () => key.encryptInto(message, out))
    add('decrypt_into', size, who, () => key.decryptInto(binary, out))
  }
  batch(who, messages => key.encryptBatch(messages), texts => key.decryptBatch(texts))
  if (type === 'xaes256-gcm') {
    index(who, key)
    token(who, key)
  }
}
for (const size of SIZES) {
  pair('text', size, 'node:crypto and base64', sealText, openText)
  pair('binary', size, 'node:crypto', seal, open)
}
batch('node:crypto and base64', messages => messages.map(sealText), texts => texts.map(openText))
add('empty call', 0, 'Node', () => undefined)

function signature (who, algorithm, sign, verify) {
  const many = algorithm.startsWith('ml-dsa') ? CHANCES : 1
  const messages = Array.from({ length: many }, (_, number) => Buffer.alloc(64, number))
  const made = messages.map(sign)
  if (!messages.every((message, index) => verify(message, made[index]))) throw new Error(`${who} does not verify what it signed`)
  add('signature', 64, `${who} ${algorithm}`, () => { for (const message of messages) sign(message) }, many)
  add('verification', 64, `${who} ${algorithm}`, () => { for (let index = 0; index < many; index++) verify(messages[index], made[index]) }, many)
}

// Of each algorithm: its key here and there, and the hash that others have for it. The salt of PSS is as long as the hash.
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const ALGORITHMS = [
  ['ed25519', 'ed25519', {}, ['ed25519', {}], null, {}],
  ['ecdsa-p256', 'ecdsa-p256', { hash: 'sha2-256' }, ['ec', { namedCurve: 'P-256' }], 'sha256', {}],
  ['ecdsa-p384', 'ecdsa-p384', { hash: 'sha2-384' }, ['ec', { namedCurve: 'P-384' }], 'sha384', {}],
  ['ecdsa-p521', 'ecdsa-p521', { hash: 'sha2-512' }, ['ec', { namedCurve: 'P-521' }], 'sha512', {}],
  ['rsa-2048 pss', 'rsa-2048', { padding: 'pss', saltLength: 'hash' }, ['rsa', { modulusLength: 2048 }], 'sha256', PSS],
  ['rsa-2048 pkcs1v15', 'rsa-2048', { padding: 'pkcs1v15' }, ['rsa', { modulusLength: 2048 }], 'sha256', {}],
  ['rsa-3072 pss', 'rsa-3072', { padding: 'pss', saltLength: 'hash' }, ['rsa', { modulusLength: 3072 }], 'sha256', PSS],
  ['rsa-4096 pss', 'rsa-4096', { padding: 'pss', saltLength: 'hash' }, ['rsa', { modulusLength: 4096 }], 'sha256', PSS],
  ['ml-dsa-65', 'ml-dsa-65', {}, ['ml-dsa-65', {}], null, {}]
]
for (const [algorithm, type, options, made, hash, how] of ALGORITHMS) {
  const key = ring.createKey(algorithm.replace(' ', '-'), type)
  signature('Strongroom', algorithm, message => key.sign(message, options), (message, text) => key.verify(message, text, options) === undefined)
  try {
    const { privateKey, publicKey } = generateKeyPairSync(...made)
    signature('node:crypto', algorithm, message => sign(hash, message, { key: privateKey, ...how }), (message, bytes) => verify(hash, message, { key: publicKey, ...how }, bytes))
  } catch (error) {
    notes.push({ missing: `${algorithm} of node:crypto`, why: error.message })
  }
}

const wanted = measures.filter(measure => measure.work.includes(work))
for (let round = 0; round < ROUNDS; round++) wanted.forEach(time)

const lines = wanted.map(({ work, size, who, least, messages }) => ({ work, size, who, ns: Number((least / messages).toFixed(1)) }))
if (asked.includes('--plain')) {
  for (const { work, size, who, ns } of lines) console.log(`${work.padEnd(16)}${String(size).padStart(10)} B  ${who.padEnd(30)}${ns.toFixed(1).padStart(14)} ns`)
} else {
  for (const line of [...notes, ...lines]) console.log(JSON.stringify(line))
}
