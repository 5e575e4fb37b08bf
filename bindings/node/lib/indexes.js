'use strict'

// How a column is indexed. Its values have one name and are indexed alike, so a batch has these options once.
const { bareArray, dressed, hasOwn, isArray, keys } = require('./intrinsics.js')
const { list, onlyErrors, returnsErrors } = require('./columns.js')
const { native } = require('./native.js')
const { hidden, plain, present, refusal, said, unknown } = require('./options.js')

const NAMES = ['name', 'normalize', 'bits', 'version', 'errors']
const asItIs = (found) => found

// Every property is there from the start, so that none is inherited.
class Indexed {
  name
  normalize
  bits
  version
  errors
}

function saidOfIndex (options) {
  const found = new Indexed()
  if (options === undefined) throw nameless()
  plain(options, 'options', "a plain object, such as { name: 'users.email' }")
  const names = keys(options)
  for (let index = 0; index < names.length; index++) {
    const name = names[index]
    const value = options[name]
    switch (name) {
      case 'name': found.name = present(name, value); break
      case 'normalize': found.normalize = present(name, value); break
      case 'bits': found.bits = present(name, value); break
      case 'version': found.version = present(name, value); break
      case 'errors': found.errors = present(name, value); break
      default: throw unknownOfIndex(name)
    }
  }
  if (found.name === undefined) throw hasOwn(options, 'name') ? hidden('name') : nameless()
  if (isArray(found.normalize)) found.normalize = list(found.normalize, 'the option normalize')
  return found
}

const nameless = () => refusal("the option name is missing, which is that of the column that is searched, such as { name: 'users.email' }: equal values of two columns shall not look alike, so each column has indexes of its own")

function unknownOfIndex (name) {
  if (name === 'context') return refusal('there is no option context; take the view that key.context(...) gives')
  return refusal(`there is no option ${name}${native.near(name, NAMES)}; indexes have name, normalize, bits and version`)
}

// `pieces` are numbers of characters, or one.
function indexed (call, handle, value, pieces, options) {
  const { name, normalize, bits, version, errors } = saidOfIndex(options)
  if (errors !== undefined) throw unknown('errors')
  return call(handle, value, isArray(pieces) ? list(pieces, 'lengths') : pieces, name, normalize, bits, version)
}

async function indexedLater (call, handle, value, pieces, options) {
  return indexed(call, handle, value, pieces, options)
}

function indexedBatch (call, handle, values, options) {
  const found = saidOfIndex(options)
  const returned = returnsErrors(found)
  const worked = list(values, 'values', asItIs, returned)
  const results = bareArray(worked.length)
  call(handle, returned, worked, results, found.name, found.normalize, found.bits, found.version)
  return dressed(results)
}

function needsReindexBatch (handle, indexes, options) {
  const returned = options === undefined ? false : returnsErrors(onlyErrors(said(options)))
  const worked = list(indexes, 'indexes', asItIs, returned)
  const results = bareArray(worked.length)
  native.needsReindexBatch(handle, returned, worked, results)
  return dressed(results)
}

module.exports = { indexed, indexedBatch, indexedLater, needsReindexBatch }
