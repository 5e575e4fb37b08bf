'use strict'

const { readFileSync } = require('node:fs')
const { version } = require('../package.json')

// The native half, made for this operating system and processor: the one that a clone has built, else that of the package for the platform.
const platform = `${process.platform}-${process.arch}`
const native = built() ?? packaged(`@strongroom/${process.platform === 'linux' ? `${platform}-${libc()}` : platform}`)

function built () {
  try {
    return require(`../native/strongroom.${platform}.node`)
  } catch (cause) {
    if (cause.code === 'MODULE_NOT_FOUND') return undefined
    const how = 'in a clone, `npm install` in bindings/node builds it anew'
    throw new Error(`strongroom has no working native library for ${platform}; ${how}`, { cause })
  }
}

function packaged (installed) {
  let found
  try {
    found = require(installed)
  } catch (cause) {
    const broken = cause.code !== 'MODULE_NOT_FOUND'
    const what = broken ? `the native library of ${installed} cannot be loaded` : `strongroom needs the package ${installed} here, which is not installed`
    const how = `install it with \`npm install strongroom@${version} --include=optional\` on this machine, without a node_modules or package-lock.json of another platform`
    throw new Error(`${what}; ${how}, or install strongroom from a clone, where \`npm install\` in bindings/node builds it, without --ignore-scripts`, { cause })
  }
  if (found.version() === version) return found
  throw new Error(`strongroom ${version} needs ${installed} ${version}, and ${found.version()} is installed; install both in one version`)
}

// Which C library this process runs with: both packages may be there, and either library would be found.
function libc () {
  try {
    return readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-') ? 'musl' : 'gnu'
  } catch {
    return 'gnu'
  }
}

// What a class is constructed with by this package, and by nobody else.
const OURS = Symbol('strongroom')

function onlyOurs (token, hint) {
  if (token !== OURS) throw new TypeError(`cannot be constructed; ${hint}`)
}

// The value of a property by which `structuredClone` and `postMessage` refuse an object, with this text in the error. Without one they would
// make an object of it that can do nothing: they read properties that can be enumerated, and nothing else. JSON leaves symbols out.
const staysHere = (what) => Symbol(what)

module.exports = { native, OURS, onlyOurs, staysHere }
