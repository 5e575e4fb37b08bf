import assert from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { codeOf, folder, Keyring, Seal } from './vectors.mjs'

const rootKey = (byte) => Seal.rootKey(Buffer.alloc(32).map((_, index) => byte + index))

test('a keyring is created, opened and closed', async (t) => {
  const path = join(folder(t), 'ring')
  assert.equal(codeOf(() => Keyring.openSync(path, { seal: rootKey(1) })), 'keyring_not_found')
  const ring = await Keyring.create(path, { seal: rootKey(1), label: 'production', maxStalenessMs: 60_000, usageLimit: 2 ** 20, nonces: 'unbuffered' })
  const ciphertext = ring.createKey('cards').encrypt('4111')
  await assert.rejects(Keyring.create(path, { seal: rootKey(1) }), { code: 'keyring_exists' })
  await assert.rejects(Keyring.open(path, { seal: rootKey(2) }), { code: 'wrong_seal' })
  const again = await Keyring.open(pathToFileURL(path), { seal: rootKey(1), pin: { id: ring.id, generation: 1 } })
  assert.equal(again.key('cards').decrypt(ciphertext).toString(), '4111')
  await assert.rejects(Keyring.open(path, { seal: rootKey(1), pin: { id: '0'.repeat(32), generation: 1 } }), { code: 'keyring_mismatch' })
  for (const options of [undefined, {}, { seal: 'x' }, { seal: rootKey(1), path: 1 }, { seal: rootKey(1), pin: {} }, { seal: rootKey(1), maxStalenessMs: -1 }]) {
    await assert.rejects(Keyring.open(path, options), { name: 'TypeError' })
  }
  assert.equal((await Keyring.openOrCreate(path, { seal: rootKey(1) })).id, ring.id)
  assert.equal(Keyring.openOrCreateSync(path, { seal: rootKey(1) }).id, ring.id)
  again.close()
  assert.equal(codeOf(() => again.key('cards')), 'closed')
  again.close()
})

test('dispose closes', () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('cards')
  ring[Symbol.dispose]()
  assert.equal(codeOf(() => key.encrypt('m')), 'closed')
  assert.equal(codeOf(() => ring.keys()), 'closed')
})

test('a key goes through its life', () => {
  const ring = Keyring.inMemory()
  const spec = { keyType: 'aes256-gcm96', derived: true, exportable: true, autoRotatePeriodMs: 86_400_000, labels: { team: 'payments' }, versionTemplate: 'acme:{{version}}:' }
  const key = ring.createKey('cards', spec)
  assert.equal(codeOf(() => ring.createKey('cards')), 'key_exists')
  assert.equal(codeOf(() => ring.keyOrCreate('cards')), 'key_mismatch')
  ring.keyOrCreate('cards', spec)
  assert.deepEqual(ring.keys(), ['cards'])
  assert.match(key.encrypt('m', { context: 'c' }), /^acme:1:/)
  assert.equal(key.rotate(), 2)
  const info = key.configure({ minDecryptionVersion: 2, minEncryptionVersion: 2, deletionAllowed: true, autoRotatePeriodMs: 0, labels: { team: null, tier: 'gold' } })
  assert.deepEqual(info, key.info())
  const { versions, ...rest } = info
  assert.deepEqual(rest, {
    name: 'cards', keyType: 'aes256-gcm96', derived: true, convergent: false, disabled: false, imported: false, allowRotation: true, exportable: true,
    allowPlaintextBackup: false, deletionAllowed: true, autoRotatePeriodMs: 0, latestVersion: 2, minAvailableVersion: 0, minDecryptionVersion: 2,
    minEncryptionVersion: 2, keySize: null, versionTemplate: 'acme:{{version}}:', labels: { tier: 'gold' }, warnings: []
  })
  assert.deepEqual(versions.map(({ version, state }) => [version, state]), [[1, 'suspended'], [2, 'active']])
  assert.ok(Math.abs(versions[1].created - Date.now()) < 60_000)
  assert.equal(key.configure({ minEncryptionVersion: null }).minEncryptionVersion, null)
  key.configure({ minEncryptionVersion: 2 })
  key.trim(2)
  assert.equal(key.info().versions[0].state, 'destroyed')
  key.disable()
  assert.equal(codeOf(() => key.encrypt('m', { context: 'c' })), 'key_disabled')
  key.enable()
  assert.equal(codeOf(() => key.export('encryption-key')), 'exposure_not_confirmed')
  assert.equal(codeOf(() => key.export('encryption-key', { exposeSecretMaterial: false })), 'exposure_not_confirmed')
  assert.throws(() => key.export('encryption-key', { expose: true }), { name: 'TypeError' })
  const exported = key.export('encryption-key', { exposeSecretMaterial: true })
  assert.deepEqual([...exported.keys()], [2])
  assert.equal(exported.get(2).length, 32)
  assert.equal(codeOf(() => key.export('signing-key', { exposeSecretMaterial: true })), 'operation_not_supported')
  ring.deleteKey('cards')
  assert.equal(codeOf(() => ring.key('cards')), 'key_not_found')
  for (const [options, code] of [[{ keyType: 'aes' }, 'invalid_option'], [{ keyType: 'tink-gcm-hkdf-stream' }, 'type_not_supported'], ['hmac', undefined], [{ keyType: 'hmac', keySize: 10 ** 9 }, 'invalid_option']]) {
    assert.equal(codeOf(() => ring.createKey(`k${code}`, options)), code)
  }
})

test('what has another name is told it', (t) => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('cards')
  const refused = { keyType: () => ring.createKey('k', { type: 'hmac' }), autoRotatePeriodMs: () => key.configure({ autoRotatePeriod: 0 }), maxStalenessMs: () => Keyring.openSync(folder(t), { seal: rootKey(1), maxStaleness: 0 }) }
  for (const [name, call] of Object.entries(refused)) assert.throws(call, (error) => error instanceof TypeError && error.message.includes(name))
})

test('a key tells of everything that the typings say', () => {
  const typings = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  const declared = /export interface KeyInfo \{\n([\s\S]*?)\n\}/.exec(typings)[1].match(/^ {2}\w+(?=: )/gm).map((name) => name.trim())
  assert.deepEqual(Object.keys(Keyring.inMemory().createKey('cards').info()).sort(), declared.sort())
  assert.ok(declared.length >= 20)
})

test('the types of the typings are those that work, and the others say so', () => {
  const typings = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  const offered = /export type KeyType =\n([^\n]*)\n/.exec(typings)[1].match(/[a-z][a-z0-9-]+/g)
  const source = readFileSync(new URL('../../../core/src/material.rs', import.meta.url), 'utf8')
  const assigned = [...new Set([...source.matchAll(/"([a-z0-9]+(?:-[a-z0-9]+)*)"/g)].map(([, name]) => name))]
  assert.ok(assigned.length >= 21, assigned.join())
  const ring = Keyring.inMemory()
  const supported = assigned.filter((type) => !['invalid_option', 'type_not_supported'].includes(codeOf(() => ring.createKey(type, type))))
  assert.deepEqual([...offered].sort(), supported.sort())
})

test('material is imported', () => {
  const ring = Keyring.inMemory()
  const [first, second] = [Buffer.alloc(32, 'abcdefg'), Buffer.alloc(32, 'hijklmno')]
  const key = ring.importKey('cards', first, 'aes256-gcm96', { allowRotation: true, kdf: 'hkdf-sha256' })
  assert.equal(key.importVersion(second), 2)
  assert.equal(codeOf(() => key.importVersion(first)), 'duplicate_material')
  assert.equal(codeOf(() => ring.importKey('short', Buffer.alloc(5, 1), 'aes256-gcm96')), 'invalid_material')
  assert.ok(key.info().allowRotation && key.rotate() === 3 && key.info().allowRotation)
  const fixed = ring.importKey('fixed', first, 'aes256-gcm96')
  assert.equal(fixed.info().allowRotation, false)
  assert.equal(codeOf(() => fixed.rotate()), 'rotation_not_allowed')
  const copy = ring.importKey('copy', first)
  assert.equal(copy.info().keyType, 'xaes256-gcm')
})

test('ed25519 keys of other programs are imported', () => {
  const ring = Keyring.inMemory()
  const theirs = generateKeyPairSync('ed25519')
  for (const [index, options] of [{ type: 'pkcs8', format: 'der' }, { type: 'pkcs8', format: 'pem' }].entries()) {
    const document = Buffer.from(theirs.privateKey.export(options))
    const key = ring.importKey(`releases${index}`, document, 'ed25519', { format: 'pkcs8' })
    const signature = Buffer.from(key.sign('message').split(':')[2], 'base64')
    assert.ok(verify(null, Buffer.from('message'), theirs.publicKey, signature))
    assert.equal(codeOf(() => ring.importKey('raw', document, 'ed25519')), 'invalid_material')
    assert.equal(codeOf(() => key.importVersion(document, { format: 'pkcs8' })), 'duplicate_material')
  }
  assert.equal(codeOf(() => ring.importKey('x', Buffer.alloc(48, 1), 'ed25519', { format: 'jwk' })), 'invalid_option')
  assert.equal(codeOf(() => ring.importKey('x', Buffer.alloc(48, 1), 'ed25519', { format: 'pkcs8' })), 'invalid_material')
})

test('material that options take away meanwhile is not read', () => {
  const ring = Keyring.inMemory()
  for (const [name, take] of Object.entries({ moved: (material) => structuredClone(material.buffer, { transfer: [material.buffer] }), shrunk: (material) => material.buffer.resize(0) })) {
    const material = new Uint8Array(new ArrayBuffer(32, { maxByteLength: 64 }))
    for (let index = 0; index < 32; index++) material[index] = index * 7 + 1
    const options = { get allowRotation () { take(material); return true } }
    assert.notEqual(codeOf(() => ring.importKey(name, material, 'aes256-gcm96', options)), undefined)
  }
  assert.deepEqual(ring.keys(), [])
})

test('backups, snapshots and checks', async (t) => {
  const path = folder(t)
  const ring = Keyring.createSync(join(path, 'ring'), { seal: rootKey(1) })
  const key = ring.createKey('cards')
  const ciphertext = key.encrypt('4111')
  const backup = key.backup(rootKey(9))
  const other = Keyring.inMemory()
  assert.equal(other.restoreKey(backup, rootKey(9), 'copy').decrypt(ciphertext).toString(), '4111')
  assert.equal((await other.restoreKeyAsync(await key.backupAsync(Seal.passphrase('p')), Seal.passphrase('p'))).decrypt(ciphertext).toString(), '4111')
  await assert.rejects(other.restoreKeyAsync(backup, rootKey(8), 'x'), { code: 'wrong_seal' })
  const { documents, keys, faults, warnings, witness } = await ring.checkAsync()
  assert.deepEqual({ documents, keys, faults, warnings, witness }, { documents: 2, keys: 1, faults: [], warnings: [], witness: null })
  ring.snapshot(join(path, 'backup.sr'))
  await ring.snapshotAsync(join(path, 'second.sr'))
  for (const [index, snapshot] of [join(path, 'backup.sr'), pathToFileURL(join(path, 'second.sr')), ring.snapshotBytes()].entries()) {
    const restored = await Keyring.restore(snapshot, join(path, `restored${index}`), { seal: rootKey(1) })
    assert.equal(restored.key('cards').decrypt(ciphertext).toString(), '4111')
  }
  assert.equal(codeOf(() => Keyring.restoreSync(Buffer.from('no'), join(path, 'none'), { seal: rootKey(1) })), 'corrupt_backup')
  const file = join(path, 'ring', 'key-cards.sr')
  chmodSync(file, 0o666)
  const message = 'others may write to key-cards.sr; set its mode to 0600'
  assert.deepEqual(ring.check().warnings, [{ subject: 'key-cards.sr', code: 'others_may_write', message }])
  const bytes = readFileSync(file)
  bytes[bytes.length - 1] ^= 1
  writeFileSync(file, bytes)
  const [fault] = ring.check().faults
  assert.deepEqual([fault.document, fault.error.code], ['key-cards.sr', 'corrupt_document'])
})

test('seals are added and removed, and documents sealed anew', async (t) => {
  const path = join(folder(t), 'ring')
  const ring = Keyring.createSync(path, { seal: rootKey(1) })
  ring.createKey('cards')
  await ring.addSealAsync(Seal.passphrase('correct horse', 'desk'))
  assert.deepEqual(ring.seals().map(({ kind }) => kind), ['root-key', 'passphrase'])
  assert.equal((await Keyring.open(path, { seal: Seal.passphrase('correct horse', 'desk') })).id, ring.id)
  await assert.rejects(Keyring.open(path, { seal: Seal.passphrase('wrong', 'desk') }), { code: 'wrong_seal' })
  ring.removeSeal('passphrase', 'desk')
  assert.equal(codeOf(() => ring.removeSeal('passphrase', 'desk')), 'seal_not_found')
  assert.equal(codeOf(() => ring.addSeal(rootKey(1))), 'seal_exists')
  ring.rewrapSeals()
  await ring.rewrapSealsAsync([rootKey(1)])
  await assert.rejects(ring.rewrapSealsAsync([rootKey(9)]), { code: 'invalid_option', detail: 'seal_without_copy' })
  assert.equal(await ring.resealAsync([rootKey(2)]), 1)
  assert.equal(ring.reseal([rootKey(3), rootKey(4)]), 1)
  assert.equal(codeOf(() => Keyring.openSync(path, { seal: rootKey(2) })), 'wrong_seal')
  Keyring.openSync(path, { seal: rootKey(4) }).key('cards')
  assert.equal(codeOf(() => ring.reseal([])), 'invalid_option')
  assert.throws(() => ring.reseal([{}]), { name: 'TypeError' })
  assert.equal(ring.upgrade(), 0)
  ring.refresh()
})

test('root keys from the environment and from a file', (t) => {
  const path = folder(t)
  const text = Seal.generateRootKey()
  assert.ok(Buffer.isBuffer(text))
  assert.equal(Buffer.from(text.toString(), 'base64').length, 32)
  process.env.STRONGROOM_TEST_KEY = text.toString()
  const keyFile = join(path, 'key')
  writeFileSync(keyFile, text, { mode: 0o600 })
  Keyring.createSync(join(path, 'ring'), { seal: Seal.rootKeyEnv('STRONGROOM_TEST_KEY') })
  Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyFile(keyFile) })
  Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyText(text) })
  Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyText(text.toString()) })
  const malformed = { '': 'empty', 'hex:00': '64 hexadecimal', [`${text}\r`]: 'carriage return' }
  for (const [wrong, reason] of Object.entries(malformed)) {
    const open = () => Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyText(wrong) })
    assert.throws(open, (error) => error.code === 'invalid_root_key' && error.message.includes(reason))
  }
  chmodSync(path, 0o755)
  chmodSync(keyFile, 0o444) // as container platforms mount one
  Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyFile(keyFile) })
  chmodSync(keyFile, 0o644)
  Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyFile(keyFile).insecureModeOk() })
  const moot = () => Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyText(text).insecureModeOk() })
  assert.equal(codeOf(moot), 'invalid_option')
  const phrase = join(path, 'passphrase')
  writeFileSync(phrase, 'correct horse\n', { mode: 0o600 })
  Keyring.createSync(join(path, 'other'), { seal: Seal.passphraseFile(phrase, 'desk') })
  Keyring.openSync(join(path, 'other'), { seal: Seal.passphrase('correct horse', 'desk') })
  assert.equal(codeOf(() => Keyring.openSync(join(path, 'ring'), { seal: Seal.rootKeyFile(keyFile) })), 'insecure_permissions')
  assert.equal(codeOf(() => Seal.rootKey(Buffer.alloc(31, 1))), 'invalid_root_key')
  assert.throws(() => Seal.rootKey('x'.repeat(32)), { name: 'TypeError' })
})

test('another keyring\'s rotation is seen, and due keys are rotated', (t) => {
  const path = join(folder(t), 'ring')
  const ring = Keyring.createSync(path, { seal: rootKey(1), usageLimit: 4 })
  const key = ring.createKey('cards', 'aes256-gcm96')
  Keyring.openSync(path, { seal: rootKey(1) }).key('cards').rotate()
  ring.refresh()
  assert.equal(key.info().latestVersion, 2)
  for (let use = 0; use < 3; use++) key.encrypt('m')
  assert.deepEqual(ring.rotateDue(), [{ name: 'cards', version: 3 }])
})

test('a keyring is known again by its pin', async (t) => {
  const path = folder(t)
  const [ring, other] = ['ring', 'other'].map((name) => Keyring.createSync(join(path, name), { seal: rootKey(1) }))
  const open = (pin) => Keyring.openSync(join(path, 'ring'), { seal: rootKey(1), pin })
  const pin = ring.pin()
  assert.ok(pin.startsWith(`srp1:${ring.id}:1:`), pin)
  assert.equal(open(pin).id, ring.id)
  assert.equal((await Keyring.openOrCreate(join(path, 'ring'), { seal: rootKey(1), pin })).id, ring.id)
  assert.equal(Keyring.restoreSync(ring.snapshotBytes(), join(path, 'restored'), { seal: rootKey(1), pin }).id, ring.id)
  assert.equal(codeOf(() => open(other.pin())), 'keyring_mismatch')
  for (const malformed of ['', 'srp1:', ring.id, `${pin}\n`, pin.toUpperCase()]) assert.equal(codeOf(() => open(malformed)), 'invalid_option', malformed)
  for (const wrong of [undefined, null, 7, Buffer.from(pin), [pin], { pin }]) assert.throws(() => open(wrong), { name: 'TypeError' })
  assert.equal(codeOf(() => Keyring.inMemory().pin()), 'keyring_not_found')
})

test('an old document is seen with a witness', async (t) => {
  const path = folder(t)
  const [place, elsewhere] = ['ring', 'other'].map((name) => join(path, name))
  const [ring, other] = [place, elsewhere].map((name) => Keyring.createSync(name, { seal: rootKey(1) }))
  const open = (witness) => Keyring.openSync(place, { seal: rootKey(1), witness })
  const latest = (opened) => opened.key('cards').info().latestVersion
  const cards = ring.createKey('cards')
  ring.createKey('other')
  const before = readFileSync(join(place, 'key-cards.sr'))
  cards.rotate()
  const witness = ring.witness()
  assert.ok(Buffer.isBuffer(witness) && witness.subarray(0, 4).toString() === 'SRW1')
  assert.equal(latest(open(await ring.witnessAsync())), 2)
  assert.equal(latest(open(new Uint8Array(witness))), 2)
  const snapshot = ring.snapshotBytes()
  writeFileSync(join(place, 'key-cards.sr'), before)
  // Without a witness nobody who opens now can know.
  assert.equal(latest(Keyring.openSync(place, { seal: rootKey(1) })), 1)
  for (const opened of [open(witness), await Keyring.open(place, { seal: rootKey(1), witness }), await Keyring.openOrCreate(place, { seal: rootKey(1), witness })]) {
    assert.throws(() => opened.key('cards'), { code: 'rolled_back', message: /key-cards/ })
    assert.equal(opened.key('other').decrypt(opened.key('other').encrypt('4111')).toString(), '4111')
  }
  const { faults, witness: { made, ...since } } = open(witness).check()
  assert.deepEqual(faults.map(({ document, error }) => [document, error.code]), [['key-cards.sr', 'rolled_back']])
  assert.deepEqual(since, { documents: 2, missing: [], older: ['key-cards.sr'], otherHistory: [], deleted: [], recreated: [], unknown: [] })
  assert.ok(made instanceof Date && Math.abs(made - Date.now()) < 600_000)
  // What is given is copied before the promise is: it may change then.
  const changing = Buffer.from(witness)
  const later = Keyring.open(place, { seal: rootKey(1), witness: changing })
  changing.fill(0)
  assert.equal((await later).id, ring.id)
  const changed = (at) => { const copy = Buffer.from(witness); copy[at] ^= 1; return copy }
  const damaged = [Buffer.alloc(0), witness.subarray(1), witness.subarray(0, -1), Buffer.concat([witness, Buffer.alloc(1)]), changed(0), changed(40), changed(witness.length - 1)]
  for (const given of damaged) assert.equal(codeOf(() => open(given)), 'corrupt_document')
  assert.equal(codeOf(() => open(changed(3))), 'unsupported_format')
  assert.equal(codeOf(() => open(other.witness())), 'keyring_mismatch')
  assert.equal(codeOf(() => Keyring.openSync(elsewhere, { seal: rootKey(1), witness })), 'keyring_mismatch')
  for (const wrong of [undefined, null, 7, witness.toString('hex'), [...witness], {}, witness.buffer, new Uint16Array(witness.length)]) {
    assert.throws(() => open(wrong), { name: 'TypeError' })
    await assert.rejects(Keyring.open(place, { seal: rootKey(1), witness: wrong }), { name: 'TypeError' })
  }
  assert.equal(latest(Keyring.restoreSync(snapshot, join(path, 'restored'), { seal: rootKey(1), witness })), 2)
  assert.equal(codeOf(() => Keyring.openOrCreateSync(join(path, 'none'), { seal: rootKey(1), witness })), 'keyring_not_found')
  assert.equal(codeOf(() => Keyring.createSync(join(path, 'none'), { seal: rootKey(1), witness })), 'invalid_option')
  assert.equal(codeOf(() => Keyring.inMemory().witness()), 'keyring_not_found')
  await assert.rejects(Keyring.inMemory().witnessAsync(), { code: 'keyring_not_found' })
})

test('what cannot be read is repaired or taken away', async (t) => {
  const path = join(folder(t), 'ring')
  const before = Keyring.createSync(path, { seal: rootKey(1) })
  const ciphertext = before.createKey('cards', 'aes256-gcm96').encrypt('4111')
  before.createKey('lost')
  assert.deepEqual(before.repair(), [])
  before.close()
  for (const name of ['usage-cards.sr', 'key-lost.sr']) {
    const document = readFileSync(join(path, name))
    document[document.length - 1] ^= 1
    writeFileSync(join(path, name), document)
  }
  const ring = Keyring.openSync(path, { seal: rootKey(1) })
  assert.deepEqual(await ring.repairAsync(), ['cards'])
  assert.deepEqual(ring.repair(), [])
  const cards = ring.key('cards')
  assert.equal(codeOf(() => cards.encrypt('4111')), 'usage_unknown')
  assert.equal(cards.decrypt(ciphertext).toString(), '4111')
  assert.equal(cards.rotate(), 2)
  assert.equal(cards.decrypt(cards.encrypt('4111')).toString(), '4111')
  assert.deepEqual([ring.keys(), codeOf(() => ring.key('lost'))], [['cards', 'lost'], 'corrupt_document'])
  ring.removeUnreadable('lost')
  assert.deepEqual(ring.keys(), ['cards'])
  assert.equal(codeOf(() => ring.removeUnreadable('cards')), 'invalid_option')
  assert.equal(codeOf(() => ring.removeUnreadable('never')), 'key_not_found')
})

test('seals say what people know of them', (t) => {
  const path = join(folder(t), 'ring')
  const [safe, desk] = [rootKey(1), Seal.passphrase('correct horse', 'desk')]
  const ring = Keyring.createSync(path, { seal: safe.labelled('the safe') })
  ring.addSeal(desk)
  const [first, second] = ring.seals()
  assert.deepEqual({ ...first, added: null }, { kind: 'root-key', id: safe.id(), label: 'the safe', added: null, inUse: true })
  assert.ok(Math.abs(first.added - new Date()) < 60_000)
  assert.deepEqual(second, { kind: 'passphrase', id: desk.id(), label: null, added: null, inUse: false })
  assert.deepEqual(Keyring.openSync(path, { seal: desk.labelled('not written') }).seals().map(({ inUse }) => inUse), [false, true])
  for (const label of ['', 'x'.repeat(256)]) {
    assert.throws(() => ring.addSeal(Seal.passphrase('x', 'other').labelled(label)), { code: 'invalid_option', detail: 'seal_label_out_of_range' })
  }
  for (const label of [undefined, null, 5]) assert.throws(() => safe.labelled(label), TypeError)
  assert.throws(() => Seal.rootKeyText('short').id(), { code: 'invalid_root_key' })
})

test('no process is more patient than the keyring', (t) => {
  const path = join(folder(t), 'ring')
  const ring = Keyring.createSync(path, { seal: rootKey(1) })
  const patient = () => Keyring.openSync(path, { seal: rootKey(1), maxStalenessMs: 600_000 })
  assert.equal(codeOf(patient), 'invalid_option')
  ring.setMaxStaleness(600_000)
  patient()
  ring.setMaxStaleness(30_000)
  assert.equal(codeOf(patient), 'invalid_option')
  for (const limit of [999, 366 * 24 * 3_600_000]) assert.equal(codeOf(() => ring.setMaxStaleness(limit)), 'invalid_option')
  for (const wrong of [undefined, '1000', 1000.5, -1, NaN, 1000n]) assert.throws(() => ring.setMaxStaleness(wrong), { name: 'TypeError' })
})
