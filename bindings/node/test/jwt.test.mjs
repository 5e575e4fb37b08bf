// JSON Web Tokens: what is signed in the form of a JWS `jose` verifies, and the other way round.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { codeOf, Keyring } from './vectors.mjs'

const tools = process.env.STRONGROOM_NODE_TOOLS ?? join(dirname(fileURLToPath(import.meta.url)), '../node_modules')
const jose = await import(pathToFileURL(createRequire(join(tools, 'package.json')).resolve('jose')))

const CLAIMS = { sub: 'order-17', admin: false }
const ALGORITHMS = [
  ['ES256', 'ecdsa-p256', {}, () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ES384', 'ecdsa-p384', {}, () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['ES512', 'ecdsa-p521', {}, () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['EdDSA', 'ed25519', {}, () => generateKeyPairSync('ed25519')],
  ['PS256', 'rsa-2048', {}, () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['RS256', 'rsa-2048', { padding: 'pkcs1v15' }, () => generateKeyPairSync('rsa', { modulusLength: 2048 })]
]

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

function token (key, alg, said, claims = CLAIMS) {
  const message = `${part({ alg, typ: 'JWT' })}.${part(claims)}`
  const signature = key.sign(message, { form: 'jws', ...said })
  return `${message}.${signature.slice(signature.lastIndexOf(':') + 1)}`
}

for (const [alg, type, said, generate] of ALGORITHMS) {
  const ring = Keyring.inMemory()
  const skip = codeOf(() => ring.createKey('tokens', type)) === undefined ? false : `this package has no ${type}`

  test(`jose verifies ${alg}`, { skip }, async () => {
    const key = ring.key('tokens')
    const pem = await jose.importSPKI(key.publicKey({ format: 'pem' }), alg)
    const jwk = await jose.importJWK(JSON.parse(key.publicKey({ format: 'jwk' })), alg)
    for (let round = 0; round < 20; round++) {
      const made = token(key, alg, said)
      for (const one of [pem, jwk]) assert.deepEqual((await jose.jwtVerify(made, one, { algorithms: [alg] })).payload, CLAIMS)
      const other = token(key, alg, said, { ...CLAIMS, admin: true })
      const mixed = [...other.split('.').slice(0, 2), made.split('.')[2]].join('.')
      await assert.rejects(jose.jwtVerify(mixed, pem), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
    }
  })

  test(`what jose signs with ${alg} verifies here`, { skip }, async () => {
    const { privateKey } = generate()
    const key = ring.importKey('imported', privateKey.export({ type: 'pkcs8', format: 'der' }), type, { format: 'pkcs8' })
    const head = key.sign('').replace(/[^:]*$/, '')
    for (let round = 0; round < 20; round++) {
      const made = await new jose.SignJWT(CLAIMS).setProtectedHeader({ alg }).sign(privateKey)
      const [message, signature] = [made.slice(0, made.lastIndexOf('.')), made.slice(made.lastIndexOf('.') + 1)]
      key.verify(message, head + signature, { form: 'jws', ...said })
      assert.equal(codeOf(() => key.verify(`${message}x`, head + signature, { form: 'jws', ...said })), 'bad_signature')
    }
  })
}
