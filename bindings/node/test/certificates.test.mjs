// Certificate requests, certificates that are kept with a key, and keys that two sides agree on: with Node's OpenSSL as the other side.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createCipheriv, createECDH, generateKeyPairSync, hkdfSync, randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeOf, folder, Keyring } from './vectors.mjs'

const detailOf = (call) => { try { call() } catch (error) { return error.detail } }
const SETTINGS = '[req]\ndistinguished_name=dn\nreq_extensions=ex\nprompt=no\n[dn]\nCN=tls.example\n[ex]\nsubjectAltName=DNS:tls.example\n'
const isInstalled = (() => { try { return execFileSync('openssl', ['version']).length > 0 } catch { return false } })()

test('OpenSSL issues what is asked for, and it is kept', { skip: isInstalled ? false : 'there is no openssl' }, (t) => {
  const at = folder(t)
  const openssl = (line) => execFileSync('openssl', line.split(' '), { cwd: at, stdio: 'pipe' })
  const read = (name) => readFileSync(join(at, name))
  writeFileSync(join(at, 'settings'), SETTINGS)
  openssl('req -x509 -newkey ed25519 -nodes -keyout ca.key -out ca.pem -subj /CN=Root')
  openssl('req -new -newkey ed25519 -nodes -keyout t.key -config settings -out template.pem')
  openssl('req -in template.pem -outform DER -out template.der')
  const ring = Keyring.inMemory()
  for (const type of ['ed25519', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'rsa-2048']) {
    if (type === 'rsa-2048' && codeOf(() => ring.createKey('r', type)) !== undefined) continue
    const key = ring.createKey(type, type)
    key.rotate()
    for (const template of [read('template.pem'), read('template.pem').toString(), read('template.der')]) {
      writeFileSync(join(at, 'k.csr'), key.certificateRequest({ template }))
      openssl('req -in k.csr -noout -verify')
    }
    openssl('x509 -req -in k.csr -CA ca.pem -CAkey ca.key -copy_extensions copyall -out k.pem')
    const certificate = new X509Certificate(read('k.pem'))
    assert.equal(certificate.subject, 'CN=tls.example')
    assert.equal(certificate.subjectAltName, 'DNS:tls.example')
    assert.equal(certificate.publicKey.export({ type: 'spki', format: 'pem' }), key.publicKey(2, { format: 'pem' }))
    const chain = Buffer.concat([read('k.pem'), read('ca.pem')])
    assert.equal(key.certificateChain(), undefined)
    assert.equal(codeOf(() => key.setCertificateChain(chain, { version: 1 })), 'invalid_certificate')
    assert.equal(key.setCertificateChain(chain), undefined)
    key.setCertificateChain(chain.toString(), { version: 2 })
    assert.equal(key.certificateChain(), chain.toString())
    assert.equal(key.certificateChain(2), chain.toString())
    assert.equal(key.certificateChain(1), undefined)
    for (const wrong of ['', Buffer.alloc(0), 'pem', read('ca.pem'), Buffer.concat([read('ca.pem'), read('k.pem')]), chain.subarray(0, 300)]) {
      assert.equal(codeOf(() => key.setCertificateChain(wrong)), 'invalid_certificate')
    }
  }
})

test('what is no request, and a key that has none, is refused', () => {
  const ring = Keyring.inMemory()
  const key = ring.createKey('k', 'ecdsa-p256')
  const bare = key.certificateRequest()
  assert.match(bare, /^-----BEGIN CERTIFICATE REQUEST-----\n[\s\S]+\n-----END CERTIFICATE REQUEST-----\n$/)
  assert.equal(key.certificateRequest({ template: bare, version: 1 }).length > 300, true)
  for (const template of ['', Buffer.alloc(0), 'no request', bare + bare, bare.slice(0, 200)]) assert.equal(codeOf(() => key.certificateRequest({ template })), 'invalid_certificate')
  key.rotate()
  assert.equal(codeOf(() => key.certificateRequest({ version: 1 })), 'version_not_allowed')
  assert.equal(codeOf(() => key.certificateChain(3)), 'version_too_new')
  const [cards, derived] = [ring.createKey('cards'), ring.createKey('derived', { keyType: 'ed25519', derived: true })]
  for (const call of [(key) => key.certificateRequest(), (key) => key.certificateChain(), (key) => key.setCertificateChain('pem')]) {
    assert.equal(codeOf(() => call(cards)), 'operation_not_supported')
    assert.equal(detailOf(() => call(derived)), 'derived_has_no_certificate')
  }
  for (const wrong of [{ template: 7 }, { version: '1' }, { subject: 'CN=a' }, null, 'pem']) assert.throws(() => key.certificateRequest(wrong), { name: 'TypeError' })
  for (const wrong of [undefined, null, 7, {}]) assert.throws(() => key.setCertificateChain(wrong), { name: 'TypeError' })
  for (const wrong of [undefined, null, 'latest']) assert.throws(() => key.certificateChain(wrong), { name: 'TypeError' })
})

test('a key is agreed on with another program', () => {
  const ring = Keyring.inMemory()
  for (const [type, curve, named] of [['ecdsa-p256', 'prime256v1', 'P-256'], ['ecdsa-p384', 'secp384r1', 'P-384'], ['ecdsa-p521', 'secp521r1', 'P-521']]) {
    const base = ring.createKey(type, type)
    const pair = generateKeyPairSync('ec', { namedCurve: named })
    const theirs = createECDH(curve)
    theirs.setPrivateKey(Buffer.from(pair.privateKey.export({ format: 'jwk' }).d, 'base64url'))
    const secret = theirs.computeSecret(base.publicKey())
    for (const [agreed, cipher, size] of [['aes128-gcm96', 'aes-128-gcm', 16], ['aes256-gcm96', 'aes-256-gcm', 32]]) {
      const material = Buffer.from(hkdfSync('sha256', secret, '', '', size))
      const nonce = randomBytes(12)
      const sealing = createCipheriv(cipher, material, nonce)
      const blob = Buffer.concat([nonce, sealing.update('4111'), sealing.final(), sealing.getAuthTag()])
      for (const format of ['pem', 'der']) {
        const shared = ring.deriveKey(`${type}-${agreed}-${format}`, base, pair.publicKey.export({ type: 'spki', format }), agreed, { version: 1 })
        assert.equal(shared.decrypt(`vault:v1:${blob.toString('base64')}`).toString(), '4111')
      }
    }
  }
})

test('two sides agree, and what does not fit is refused', () => {
  const [here, there] = [Keyring.inMemory(), Keyring.inMemory()]
  const [alice, bob] = [here.createKey('alice', 'ecdsa-p256'), there.createKey('bob', 'ecdsa-p256')]
  const pem = (key) => key.publicKey({ format: 'pem' })
  const spec = { keyType: 'chacha20-poly1305', derived: true }
  const ours = here.deriveKey('shared', alice, pem(bob), spec)
  const theirs = there.deriveKey('shared', bob, Buffer.from(pem(alice)), spec)
  assert.equal(theirs.decrypt(ours.encrypt('4111', { context: 'c' }), { context: 'c' }).toString(), '4111')
  assert.equal(codeOf(() => here.deriveKey('shared', alice, pem(bob), spec)), 'duplicate_material')
  assert.equal(codeOf(() => here.deriveKey('shared', alice, pem(bob), 'chacha20-poly1305')), 'key_mismatch')
  bob.rotate()
  assert.equal(here.deriveKey('shared', alice, pem(bob), spec).info().latestVersion, 2)
  assert.equal(detailOf(() => here.deriveKey('new', alice, pem(bob), 'xaes256-gcm')), 'agreed_type_not_supported')
  const other = here.createKey('other', 'ecdsa-p384')
  for (const peer of [pem(other), bob.publicKey(), '', 'pem']) assert.equal(codeOf(() => here.deriveKey('new', alice, peer, 'aes256-gcm96')), 'invalid_material')
  assert.equal(codeOf(() => here.deriveKey('new', ours, pem(bob), 'aes256-gcm96')), 'operation_not_supported')
  assert.equal(codeOf(() => here.deriveKey('new', alice, pem(bob), 'aes256-gcm96', { version: 2 })), 'version_too_new')
  for (const base of [undefined, null, 'alice', {}, alice.transit(), here]) assert.throws(() => here.deriveKey('new', base, pem(bob), 'aes256-gcm96'), { name: 'TypeError' })
  for (const peer of [undefined, null, 7, {}]) assert.throws(() => here.deriveKey('new', alice, peer, 'aes256-gcm96'), { name: 'TypeError' })
  for (const options of [null, { version: null }, { versoin: 1 }]) assert.throws(() => here.deriveKey('new', alice, pem(bob), 'aes256-gcm96', options), { name: 'TypeError' })
  assert.equal(here.keys().includes('new'), false)
})
