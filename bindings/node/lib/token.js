'use strict'

const { inspect } = require('node:util')
const { Date, bareArray, bufferOf, hasOwn, keys } = require('./intrinsics.js')
const { native, OURS, onlyOurs, staysHere } = require('./native.js')
const { ELSEWHERE, hidden, plain, present, refusal, spoken } = require('./options.js')

const STAYS = staysHere('a Token holds what was encrypted in the clear: pass its payload by itself, or its text to be redeemed there')

// What a token says. What is logged, written as JSON or copied property by property is when alone.
class Token {
  #payload
  issued
  expires
  uncloneable = STAYS

  constructor (token, payload, issued, expires) {
    onlyOurs(token, 'use key.redeem()')
    this.#payload = bufferOf(payload)
    this.issued = new Date(issued)
    this.expires = new Date(expires)
  }

  get payload () {
    return this.#payload
  }

  [inspect.custom] (depth, options, show) {
    return `Token ${show(this.toJSON(), options)}`
  }

  toJSON () {
    return { issued: this.issued, expires: this.expires }
  }
}

// Every property is there from the start, so that none is inherited.
class Said {
  leewayMs
  prefix
  aad
  context
  version
}

const OF_ISSUE = ['aad', 'context', 'version', 'prefix']
const OF_REDEEM = ['aad', 'context', 'prefix', 'leewayMs']

function saidOfToken (options, known) {
  const found = new Said()
  plain(options, 'options', "a plain object, such as { aad: 'login' }")
  const names = keys(options)
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    const value = options[name]
    if (!isOne(known, name)) throw unknownOfToken(name, known)
    found[name] = present(name, value)
  }
  if (found.aad === undefined && hasOwn(options, 'aad')) throw hidden('aad')
  if (found.context === undefined && hasOwn(options, 'context')) throw hidden('context')
  return found
}

function isOne (known, name) {
  for (let index = 0; index < known.length; index++) if (known[index] === name) return true
  return false
}

function unknownOfToken (name, known) {
  if (known === OF_ISSUE && (name === 'ttl' || name === 'ttlMs')) return refusal(`there is no option ${name}; say it behind the payload, in milliseconds, as in issue(payload, 3_600_000)`)
  const meant = name === 'leeway' ? 'leewayMs' : ELSEWHERE[name]
  const hint = isOne(known, meant) ? ` (did you mean "${meant}"?)` : native.near(name, known)
  return refusal(`there is no option ${name}${hint}`)
}

// Times in JavaScript are milliseconds, as those of Date and setTimeout. Whoever thinks in seconds writes 3600 or 86_400, which are some
// seconds here and would be noticed only when tokens expire too soon.
let hasWarned = false

function suspect (ttlMs) {
  if (hasWarned || typeof ttlMs !== 'number' || !(ttlMs >= 1000 && ttlMs < 900_000) || ttlMs % 1000 === 0) return
  hasWarned = true
  process.emitWarning(`a token was issued for ${ttlMs} ms, which are ${ttlMs / 1000} seconds: ttlMs is in milliseconds, and an hour is 3_600_000`, { type: 'StrongroomWarning', code: 'STRONGROOM_SHORT_TTL', detail: 'It is said once.' })
}

function issue (call, handle, payload, ttlMs, options) {
  suspect(ttlMs)
  if (options === undefined) return call(handle, payload, ttlMs)
  const { prefix, aad, context, version } = saidOfToken(options, OF_ISSUE)
  return call(handle, payload, ttlMs, prefix, spoken(aad), spoken(context), version)
}

// `times` is where the call puts when the token was issued and expires.
function asked (call, handle, times, text, options) {
  if (options === undefined) return call(handle, times, text)
  const { leewayMs, prefix, aad, context } = saidOfToken(options, OF_REDEEM)
  return call(handle, times, text, leewayMs, prefix, spoken(aad), spoken(context))
}

function redeem (handle, text, options) {
  const times = bareArray(2)
  const payload = asked(native.redeem, handle, times, text, options)
  return new Token(OURS, payload, times[0], times[1])
}

async function redeemLater (handle, text, options) {
  const told = await asked(native.redeemAsync, handle, undefined, text, options)
  return new Token(OURS, told[0], told[1], told[2])
}

module.exports = { issue, redeem, redeemLater }
