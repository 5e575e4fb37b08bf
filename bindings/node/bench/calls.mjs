// What a call costs from Node, beside node:crypto doing the same job, in turns, as lines of JSON: {"work", "size", "who", "ns"}.
// --plain prints a table for people instead, --quick takes fewer rounds. The least of the rounds counts, so that a busy machine does little harm.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import strongroom from '../index.js'

const asked = process.argv.slice(2)
const unknown = asked.find(word => !['--quick', '--plain'].includes(word))
if (unknown !== undefined) throw new Error(`usage: calls.mjs [--quick] [--plain]; there is no ${unknown}`)
const SIZES = [64, 64 << 10, 1 << 20]
const ROUNDS = asked.includes('--quick') ? 30 : 120
const ITEMS = 10_000
// How long one call is repeated in one round, in nanoseconds.
const MOMENT = 500_000
// A call that takes so long is not made once more before it is timed.
const LONG = 2_000_000

const measures = []

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
  // V8 compiles what was called often.
  for (let index = 0; index < (messages === 1 && size < 1024 ? 2000 : 2); index++) call()
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
}
for (const size of SIZES) {
  pair('text', size, 'node:crypto and base64', sealText, openText)
  pair('binary', size, 'node:crypto', seal, open)
}
batch('node:crypto and base64', messages => messages.map(sealText), texts => texts.map(openText))
add('empty call', 0, 'Node', () => undefined)

for (let round = 0; round < ROUNDS; round++) measures.forEach(time)

const lines = measures.map(({ work, size, who, least, messages }) => ({ work, size, who, ns: Number((least / messages).toFixed(1)) }))
const notes = [{ package: 'Node', version: process.versions.node }, { package: 'OpenSSL of Node', version: process.versions.openssl }]
if (asked.includes('--plain')) {
  for (const { work, size, who, ns } of lines) console.log(`${work.padEnd(16)}${String(size).padStart(10)} B  ${who.padEnd(30)}${ns.toFixed(1).padStart(14)} ns`)
} else {
  for (const line of [...notes, ...lines]) console.log(JSON.stringify(line))
}
