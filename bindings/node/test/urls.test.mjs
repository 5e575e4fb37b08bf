// Seals by their URLs, and several as one: those of this machine, and one of an OpenBao that goes away.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { codeOf, folder, Keyring, Seal } from './vectors.mjs'

// The address of an OpenBao that is there for the tests, with the token `root`.
const ADDRESS = process.env.STRONGROOM_BAO_ADDRESS
const DIGITS = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex')

test('what is no URL is refused and not repeated', () => {
  const wrong = [
    '', 'hunter2', 'hunter2:place', 'vault://root:hunter2@host/transit/app', 'vault://host/transit/app?token=hunter2', 'vault://host/transit/app?hunter2=1',
    'env:hunter2', 'file:hunter2', 'passphrase:/p?passphrase=hunter2', 'awskms:///alias/a?region=eu-central-1&secret=hunter2',
    'pkcs11:token=t;object=o?module-path=/m.so&pin-value=hunter2', 'env:A\0hunter2'
  ]
  for (const url of wrong) {
    const refused = (error) => error.code === 'invalid_url' && error.message.includes('not a url of a seal') && !error.message.includes('hunter2')
    assert.throws(() => Seal.url(url), refused, url)
  }
  for (const other of [undefined, null, 1, Buffer.from('env:A'), new URL('vault://host/transit/app')]) assert.throws(() => Seal.url(other), { name: 'TypeError' })
  assert.throws(() => Seal.url('env:\ud800'))
})

function secret (path, text) {
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

test('URLs of this machine', async (t) => {
  const path = folder(t)
  const [ring, key, phrase] = [join(path, 'ring'), secret(join(path, 'key'), DIGITS), secret(join(path, 'phrase'), 'correct horse')]
  process.env.STRONGROOM_URL_KEY = DIGITS
  const made = Keyring.createSync(ring, { seal: Seal.url(`file:${key}`) })
  const text = made.createKey('cards').encrypt('4111')
  made.addSeal(Seal.url(`passphrase:${phrase}?id=desk`).labelled('the desk'))
  assert.deepEqual(made.seals().map(({ kind, id, label }) => [kind, id, label]), [['root-key', Seal.rootKeyText(DIGITS).id(), null], ['passphrase', 'desk', 'the desk']])
  for (const url of [`file:${key}`, 'env:STRONGROOM_URL_KEY', `passphrase:${phrase}?id=desk`]) {
    assert.equal((await Keyring.open(ring, { seal: Seal.url(url) })).key('cards').decrypt(text).toString(), '4111')
  }
  chmodSync(key, 0o644)
  assert.equal(codeOf(() => Keyring.openSync(ring, { seal: Seal.url(`file:${key}`) })), 'insecure_permissions')
  Keyring.openSync(ring, { seal: Seal.url(`file:${key}`).insecureModeOk() })
  assert.ok(made.reseal([Seal.url('env:STRONGROOM_URL_KEY')]) >= 1)
  assert.equal(codeOf(() => Keyring.openSync(ring, { seal: Seal.url(`passphrase:${phrase}?id=desk`) })), 'wrong_seal')
  await made.refreshAsync()
})

test('the page shows what runs', async (t) => {
  const path = folder(t)
  const [block, ...others] = readFileSync(new URL('../../../docs/seals.md', import.meta.url), 'utf8').split('\n```js\n').slice(1).map((rest) => rest.split('\n```')[0])
  const url = 'vault://vault.example:8200/transit/app?auth=kubernetes&role=app'
  assert.ok(others.length === 0 && block.includes(url) && block.includes('/var/lib/app/keyring') && block.includes("'strongroom'"))
  process.env.STRONGROOM_URL_KEY = DIGITS
  const made = Keyring.createSync(join(path, 'ring'), { seal: Seal.rootKeyText(DIGITS) })
  const program = block.replace(url, 'env:STRONGROOM_URL_KEY').replace('/var/lib/app/keyring', join(path, 'ring')).replace("'strongroom'", JSON.stringify(new URL('../index.mjs', import.meta.url)))
  writeFileSync(join(path, 'page.mjs'), `${program}\nexport { ring }\n`)
  const { ring } = await import(pathToFileURL(join(path, 'page.mjs')))
  assert.equal(ring.id, made.id)
})

test('several seals', async (t) => {
  const path = join(folder(t), 'ring')
  const first = Seal.rootKey(Buffer.alloc(32, 7).fill(1, 16))
  const dead = Seal.rootKeyEnv('STRONGROOM_NOT_SET')
  const turn = (bytes) => Buffer.from(bytes).reverse()
  const second = Seal.provider({ kind: 'turned', keyId: 'one', wrap: async (key) => turn(key), unwrap: async (blob) => turn(blob) })
  const ring = await Keyring.create(path, { seal: Seal.any([first, second]) })
  assert.deepEqual(ring.seals().map(({ kind }) => kind), ['root-key', 'turned'])
  for (const seal of [first, second, Seal.any([dead, first]), Seal.any([dead, second]), Seal.any([Seal.any([dead]), first])]) {
    assert.equal((await Keyring.open(path, { seal })).id, ring.id)
  }
  assert.equal(codeOf(() => Keyring.openSync(path, { seal: Seal.any([dead]) })), 'invalid_root_key')
  assert.throws(() => Seal.any([]), { code: 'invalid_option', detail: 'no_seal' })
  assert.equal(codeOf(() => ring.createKey('cards').backup(Seal.any([first, second]))), 'invalid_option')
  await assert.rejects(Keyring.open(path, { seal: Seal.any([Seal.rootKeyText(DIGITS), Seal.passphrase('no')]) }), { code: 'wrong_seal' })
  for (const wrong of [undefined, first, 'env:A', [undefined], ['env:A'], new Set([first])]) assert.throws(() => Seal.any(wrong), { name: 'TypeError' })
})

// A way to the server on the thread of JavaScript: nothing passes while that is held up.
async function wayTo (address, t) {
  const [host, port] = address.replace('http://', '').split(':')
  const open = new Set()
  const server = createServer((near) => {
    const far = connect(Number(port), host)
    for (const [from, to] of [[near, far], [far, near]]) {
      open.add(from)
      from.on('data', (piece) => to.write(piece)).on('error', () => to.destroy()).on('close', () => to.destroy())
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  t.after(close)
  return { address: `127.0.0.1:${server.address().port}`, close }
}

// A mount of Transit with a key, and the URL that names it, at the server and by a way of its own.
async function platform (t, mount) {
  const ask = async (method, path, body) => {
    const answer = await fetch(`${ADDRESS}/v1/${path}`, { method, headers: { 'X-Vault-Token': 'root' }, body: body && JSON.stringify(body) })
    assert.ok(answer.ok, `${path}: ${answer.status}`)
  }
  await ask('POST', `sys/mounts/${mount}`, { type: 'transit' })
  t.after(() => ask('DELETE', `sys/mounts/${mount}`))
  await ask('POST', `${mount}/keys/app`, {})
  const token = secret(join(folder(t), 'token'), 'root')
  const way = await wayTo(ADDRESS, t)
  const url = (address) => `vault+http://${address}/${mount}/app?token_file=${token}`
  return { way, url: url(way.address), direct: url(ADDRESS.replace('http://', '')) }
}

const options = { skip: ADDRESS === undefined && 'there is no OpenBao to ask (STRONGROOM_BAO_ADDRESS)' }

test('a platform seals what another process opens', options, async (t) => {
  const { url, direct } = await platform(t, 'sealing-node')
  const path = join(folder(t), 'ring')
  const ring = await Keyring.create(path, { seal: Seal.url(url) })
  assert.deepEqual(ring.seals().map(({ kind, id }) => [kind, id]), [['vault-transit', 'sealing-node/app']])
  const text = ring.createKey('cards').encrypt('4111', { aad: 'order-17' })
  const program = 'const { Keyring, Seal } = require(process.argv[1]); const [folder, url, text] = process.argv.slice(2); process.stdout.write(Keyring.openSync(folder, { seal: Seal.url(url) }).key("cards").decrypt(text, { aad: "order-17" }))'
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, new URL('../', import.meta.url).pathname, path, direct, text])
  assert.equal(stdout, '4111')
  const backup = await ring.key('cards').backupAsync(Seal.url(url))
  assert.equal((await Keyring.inMemory().restoreKeyAsync(backup, Seal.url(url))).decrypt(text, { aad: 'order-17' }).toString(), '4111')
})

test('JavaScript runs while a promise waits for the platform', options, async (t) => {
  const { url } = await platform(t, 'waiting-node')
  const path = join(folder(t), 'ring')
  const ring = await Keyring.create(path, { seal: Seal.url(url) })
  const cards = ring.createKey('cards')
  const opened = await Keyring.open(path, { seal: Seal.url(url) })
  const theirs = opened.key('cards')
  await assert.rejects(ring.addSealAsync(Seal.url(url)), { code: 'seal_exists' })
  await ring.resealAsync([Seal.url(url)])
  // The keyring that was opened before is told of the new root key, for which the platform is asked.
  await opened.refreshAsync()
  cards.rotate()
  assert.equal(theirs.decrypt(cards.encrypt('4111')).toString(), '4111')
  await ring.resealAsync([Seal.url(url)])
  await pause(300)
  assert.equal(cards.decrypt(await theirs.encryptAsync('4111')).toString(), '4111')
})

test('what is open goes on when the platform is away', options, async (t) => {
  const { way, url } = await platform(t, 'away-node')
  const path = join(folder(t), 'ring')
  const spare = Seal.rootKeyText(DIGITS)
  const ring = await Keyring.create(path, { seal: Seal.any([Seal.url(url), spare]) })
  const cards = ring.createKey('cards')
  way.close()
  const begun = performance.now()
  const text = cards.encrypt('4111')
  assert.ok(cards.rotate() === 2 && cards.decrypt(text).toString() === '4111' && performance.now() - begun < 5000)
  await assert.rejects(Keyring.open(path, { seal: Seal.url(url) }), { code: 'seal_failed' })
  assert.equal((await Keyring.open(path, { seal: Seal.any([Seal.url(url), spare]) })).key('cards').decrypt(text).toString(), '4111')
})
