// The library behind lines of JSON on standard input, for tests that pair languages. One answer for each line.
import { createInterface } from 'node:readline'
import { Keyring, Seal, StrongroomError } from '../index.mjs'

const bytes = (hex) => Buffer.from(hex ?? '', 'hex')
let ring

function said (request, names) {
  const options = {}
  for (const name of names) if (typeof request[name] === 'string') options[name] = bytes(request[name])
  return options
}

function signing (request) {
  const options = said(request, ['context'])
  for (const name of ['hash', 'form', 'prehashed', 'padding']) if (name in request) options[name] = request[name]
  if ('salt_length' in request) options.saltLength = request.salt_length
  return options
}

function answer (request) {
  if (request.op === 'open') {
    const seal = 'seal_url' in request ? Seal.url(request.seal_url) : Seal.rootKey(bytes(request.root_key))
    ring = Keyring.openSync(request.folder, { seal })
    return true
  }
  const key = ring.key(request.key)
  const message = bytes(request.message ?? request.plaintext)
  switch (request.op) {
    case 'encrypt': return key.encrypt(message, said(request, ['aad', 'context']))
    case 'decrypt': return key.decrypt(request.ciphertext, said(request, ['aad', 'context'])).toString('hex')
    case 'rewrap': return key.rewrap(request.ciphertext, said(request, ['aad', 'context']))
    case 'sign': return key.sign(message, signing(request))
    case 'verify': return key.verify(message, request.signature, signing(request)) ?? true
    case 'hmac': return key.hmac(message)
    case 'verify_hmac': return key.verifyHmac(message, request.mac ?? request.signature) ?? true
    case 'rotate': return key.rotate()
  }
  throw new Error(`unknown operation ${request.op}`)
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply
  try {
    reply = { ok: answer(JSON.parse(line)) }
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error
    reply = { error: error.code }
  }
  process.stdout.write(JSON.stringify(reply) + '\n')
}
