'use strict'

const { native, OURS } = require('./native.js')
const { bufferOf } = require('./intrinsics.js')
const { indexed, indexedLater, indexedBatch, needsReindexBatch } = require('./indexes.js')
const { Messages, nothing, viewHandle } = require('./messages.js')
const { issue, redeem, redeemLater } = require('./token.js')

class View extends Messages {
  index (value, options) {
    return indexed(native.index, viewHandle(this), value, undefined, options)
  }

  indexAsync (value, options) {
    return indexedLater(native.indexAsync, viewHandle(this), value, undefined, options)
  }

  indexBatch (values, options) {
    return indexedBatch(native.indexBatch, viewHandle(this), values, options)
  }

  indexBinary (value, options) {
    return bufferOf(indexed(native.indexBinary, viewHandle(this), value, undefined, options))
  }

  indexBinaryAsync (value, options) {
    return indexedLater(native.indexBinaryAsync, viewHandle(this), value, undefined, options)
  }

  indexBinaryBatch (values, options) {
    return indexedBatch(native.indexBinaryBatch, viewHandle(this), values, options)
  }

  indexes (value, options) {
    return indexed(native.indexes, viewHandle(this), value, undefined, options)
  }

  indexesAsync (value, options) {
    return indexedLater(native.indexesAsync, viewHandle(this), value, undefined, options)
  }

  indexesBatch (values, options) {
    return indexedBatch(native.indexesBatch, viewHandle(this), values, options)
  }

  indexesBinary (value, options) {
    return indexed(native.indexesBinary, viewHandle(this), value, undefined, options)
  }

  indexesBinaryAsync (value, options) {
    return indexedLater(native.indexesBinaryAsync, viewHandle(this), value, undefined, options)
  }

  indexesBinaryBatch (values, options) {
    return indexedBatch(native.indexesBinaryBatch, viewHandle(this), values, options)
  }

  indexPrefixes (value, lengths, options) {
    return indexed(native.indexPrefixes, viewHandle(this), value, lengths, options)
  }

  indexPrefixesAsync (value, lengths, options) {
    return indexedLater(native.indexPrefixesAsync, viewHandle(this), value, lengths, options)
  }

  indexPrefixesBinary (value, lengths, options) {
    return indexed(native.indexPrefixesBinary, viewHandle(this), value, lengths, options)
  }

  indexPrefixesBinaryAsync (value, lengths, options) {
    return indexedLater(native.indexPrefixesBinaryAsync, viewHandle(this), value, lengths, options)
  }

  indexNgrams (value, n, options) {
    return indexed(native.indexNgrams, viewHandle(this), value, n, options)
  }

  indexNgramsAsync (value, n, options) {
    return indexedLater(native.indexNgramsAsync, viewHandle(this), value, n, options)
  }

  indexNgramsBinary (value, n, options) {
    return indexed(native.indexNgramsBinary, viewHandle(this), value, n, options)
  }

  indexNgramsBinaryAsync (value, n, options) {
    return indexedLater(native.indexNgramsBinaryAsync, viewHandle(this), value, n, options)
  }

  indexesPrefix (value, options) {
    return indexed(native.indexesPrefix, viewHandle(this), value, undefined, options)
  }

  indexesPrefixAsync (value, options) {
    return indexedLater(native.indexesPrefixAsync, viewHandle(this), value, undefined, options)
  }

  indexesPrefixBinary (value, options) {
    return indexed(native.indexesPrefixBinary, viewHandle(this), value, undefined, options)
  }

  indexesPrefixBinaryAsync (value, options) {
    return indexedLater(native.indexesPrefixBinaryAsync, viewHandle(this), value, undefined, options)
  }

  indexesNgrams (value, n, options) {
    return indexed(native.indexesNgrams, viewHandle(this), value, n, options)
  }

  indexesNgramsAsync (value, n, options) {
    return indexedLater(native.indexesNgramsAsync, viewHandle(this), value, n, options)
  }

  indexesNgramsBinary (value, n, options) {
    return indexed(native.indexesNgramsBinary, viewHandle(this), value, n, options)
  }

  indexesNgramsBinaryAsync (value, n, options) {
    return indexedLater(native.indexesNgramsBinaryAsync, viewHandle(this), value, n, options)
  }

  needsReindex (index, options) {
    if (options !== undefined) nothing(options)
    return native.needsReindex(viewHandle(this), index)
  }

  needsReindexBatch (indexes, options) {
    return needsReindexBatch(viewHandle(this), indexes, options)
  }

  issue (payload, ttlMs, options) {
    return issue(native.issue, viewHandle(this), payload, ttlMs, options)
  }

  async issueAsync (payload, ttlMs, options) {
    return issue(native.issueAsync, viewHandle(this), payload, ttlMs, options)
  }

  redeem (text, options) {
    return redeem(viewHandle(this), text, options)
  }

  redeemAsync (text, options) {
    return redeemLater(viewHandle(this), text, options)
  }

  transit () {
    return new View(OURS, native.transit(viewHandle(this)))
  }
}

module.exports = { View, viewHandle }
