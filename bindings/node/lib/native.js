'use strict'

// The native half, made for this operating system and processor.
const platform = `${process.platform}-${process.arch}`
let native
try {
  native = require(`../native/strongroom.${platform}.node`)
} catch (cause) {
  const how = 'in a clone, `npm install` in bindings/node builds it'
  throw new Error(`strongroom has no working native library for ${platform}; ${how}`, { cause })
}

// What a class is constructed with by this package, and by nobody else.
const OURS = Symbol('strongroom')

function onlyOurs (token, hint) {
  if (token !== OURS) throw new TypeError(`cannot be constructed; ${hint}`)
}

module.exports = { native, OURS, onlyOurs }
