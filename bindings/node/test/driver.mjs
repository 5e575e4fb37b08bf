// The library behind lines of JSON on standard input, for tests that pair languages. One answer for each line.
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
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

function column (request) {
  const options = { name: bytes(request.name).toString() }
  if ('normalize' in request) options.normalize = request.normalize.split(',')
  if ('bits' in request) options.bits = request.bits
  return options
}

async function through (stream, given) {
  const out = []
  stream.on('data', (chunk) => out.push(chunk))
  await pipeline([given], stream)
  return Buffer.concat(out).toString('hex')
}

async function ofStream (key, request) {
  const options = said(request, ['aad', 'context'])
  const inThreads = 'threads' in request ? { ...options, threads: request.threads } : options
  const stream = bytes(request.stream)
  switch (request.op) {
    case 'encrypt_stream': return through(key.encryptStream(inThreads), bytes(request.plaintext))
    case 'decrypt_stream': return through(key.decryptStream(inThreads), stream)
    case 'decrypt_range': return (await key.decryptRange(stream, request.start, request.end, options)).toString('hex')
    case 'rewrap_stream': return through(key.rewrapStream(options), stream)
  }
  throw new Error(`unknown operation ${request.op}`)
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
    case 'index': return key.index(bytes(request.value), column(request))
    case 'indexes': return key.indexes(bytes(request.value), column(request)).join()
    case 'issue': return key.issue(bytes(request.payload), request.ttl_ms, said(request, ['aad', 'context']))
    case 'redeem': {
      const options = said(request, ['aad', 'context'])
      const { payload, issued, expires } = key.redeem(request.token, 'leeway_ms' in request ? { ...options, leewayMs: request.leeway_ms } : options)
      return `${payload.toString('hex')} ${issued.getTime()} ${expires.getTime()}`
    }
  }
  return ofStream(key, request)
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply
  try {
    reply = { ok: await answer(JSON.parse(line)) }
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error
    reply = { error: error.code }
  }
  process.stdout.write(JSON.stringify(reply) + '\n')
}
