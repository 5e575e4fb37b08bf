// Encrypts a card number, rotates the key, and brings the ciphertext up to date.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring, Seal } from 'strongroom'

// Once: keep this text outside, here in an environment variable.
process.env.STRONGROOM_ROOT_KEY = Seal.generateRootKey().toString()
const seal = Seal.rootKeyEnv('STRONGROOM_ROOT_KEY')
const folder = mkdtempSync(join(tmpdir(), 'keys-'))
const created = await Keyring.create(folder, { seal })
created.createKey('cards')
created.close()

// In the service:
const ring = await Keyring.open(folder, { seal })
const cards = ring.key('cards')
const ciphertext = cards.encrypt('4111 1111 1111 1111', { aad: 'order-17' })
cards.rotate()
const number = cards.decrypt(ciphertext, { aad: 'order-17' }) // version 1 still opens
const current = cards.rewrap(ciphertext, { aad: 'order-17' }) // now version 2
console.log(number.toString(), ciphertext.slice(0, 14), current.slice(0, 14))
ring.close()
