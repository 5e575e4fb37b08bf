// What a call costs above the same call in Rust, and beside node:crypto doing the same job, for messages of 64 bytes.
// Given the figures of Rust as JSON. The least of many rounds counts, so that a busy machine does little harm.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import strongroom from '../index.js'

const ROUNDS = 150
const CALLS = 2000

function minimum (call) {
  let least = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint()
    for (let index = 0; index < CALLS; index++) call()
    least = Math.min(least, Number(process.hrtime.bigint() - start) / CALLS)
  }
  return least
}

const rust = JSON.parse(process.argv[2] ?? '{}')
const ring = strongroom.Keyring.inMemory()
const message = Buffer.alloc(64, 7)
const out = Buffer.alloc(256)
const above = (ns, base) => base === undefined ? '' : `  Rust ${base.toFixed(0)} ns, ${(ns - base).toFixed(0)} ns above it`
const line = (name, ns, more = '') => console.log(`${name.padEnd(34)} ${ns.toFixed(0).padStart(6)} ns${more}`)
const times = {}

for (const type of ['aes256-gcm96', 'xaes256-gcm']) {
  const key = ring.createKey(type, type)
  const ciphertext = key.encrypt(message)
  const aad = { aad: 'order-17' }
  times[type] = { encrypt: minimum(() => key.encrypt(message)), decrypt: minimum(() => key.decrypt(ciphertext)) }
  line(`${type} encrypt`, times[type].encrypt, above(times[type].encrypt, rust[type]?.encrypt))
  line(`${type} decrypt`, times[type].decrypt, above(times[type].decrypt, rust[type]?.decrypt))
  line(`${type} encryptInto`, minimum(() => key.encryptInto(message, out)))
  line(`${type} encrypt, string`, minimum(() => key.encrypt('0123456789abcdef0123456789abcdef')))
  line(`${type} encrypt with aad`, minimum(() => key.encrypt(message, aad)))
}

const secret = randomBytes(32)
function seal (plaintext) {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce)
  const body = cipher.update(plaintext)
  cipher.final()
  return 'vault:v1:' + Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64')
}
function open (text) {
  const payload = Buffer.from(text.slice(9), 'base64')
  const decipher = createDecipheriv('aes-256-gcm', secret, payload.subarray(0, 12))
  decipher.setAuthTag(payload.subarray(-16))
  return Buffer.concat([decipher.update(payload.subarray(12, -16)), decipher.final()])
}
const theirs = { encrypt: minimum(() => seal(message)), decrypt: (text => minimum(() => open(text)))(seal(message)) }
for (const verb of ['encrypt', 'decrypt']) {
  line(`node:crypto aes-256-gcm ${verb}`, theirs[verb], `  ${(theirs[verb] / times['aes256-gcm96'][verb]).toFixed(1)} times ours`)
}
