'use strict'

const { open } = require('node:fs/promises')
const { fileURLToPath } = require('node:url')
const { native, OURS, onlyOurs } = require('./native.js')
const { bareArray, bufferOf, isBinary } = require('./intrinsics.js')
const { refusal } = require('./options.js')

// Files of any size that are read from anywhere: memory, what `open` of node:fs/promises gives, or a path, which is opened and closed here.
async function withFile (source, work) {
  if (isBinary(source)) return work(source.byteLength, async (from, length) => source.subarray(from, from + length))
  if (isOpen(source)) return work((await source.stat()).size, (from, length) => readAt(source, from, length))
  if (typeof source !== 'string' && !(source instanceof URL)) throw refusal('a file is a path, a URL, a FileHandle, a Buffer or a Uint8Array')
  const file = await open(source instanceof URL ? fileURLToPath(source) : source)
  try {
    return await work((await file.stat()).size, (from, length) => readAt(file, from, length))
  } finally {
    await file.close()
  }
}

const isOpen = (source) => typeof source === 'object' && source !== null && typeof source.read === 'function' && typeof source.stat === 'function'

// So many bytes, or fewer at the end. Where the file is read otherwise stays as it is.
async function readAt (file, from, length) {
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

// Reads what the native half asks for until it has the range.
async function decryptRange (ranger, source) {
  return withFile(source, async (size, read) => {
    const wanted = bareArray(2)
    let from = 0
    let bytes = Buffer.alloc(0)
    for (;;) {
      const range = native.rangerStep(ranger, wanted, size, from, bytes)
      if (range !== undefined) return bufferOf(range)
      from = wanted[0]
      bytes = await read(from, wanted[1])
    }
  })
}

// A place in the plaintext, for which a file has no other numbers.
function position (value, what) {
  if (Number.isSafeInteger(value) && value >= 0) return value
  if (value === Infinity && what === 'end') return value
  throw refusal(`${what} is a number of bytes, 0 or more`)
}

const HEAD = 64

class StreamInfo {
  constructor (token, version, plaintextLength) {
    onlyOurs(token, 'use StreamInfo.read(source)')
    this.version = version
    this.plaintextLength = plaintextLength
  }

  static async read (source) {
    return withFile(source, async (size, read) => new StreamInfo(OURS, native.streamInfo(await read(0, HEAD)), native.streamPlaintextLen(size)))
  }

  static plaintextLength (fileLength) {
    return native.streamPlaintextLen(position(fileLength, 'the length of a file'))
  }
}

module.exports = { StreamInfo, decryptRange, position }
