'use strict'

// Functions of JavaScript as they were when this package was loaded. What another package does to them later, and what is added to their
// prototypes, changes no aad and no column.
const { types } = require('node:util')
const { defineProperty, setPrototypeOf } = Object
const ArrayPrototype = Array.prototype
const method = (own) => Function.prototype.call.bind(own)

module.exports = {
  Date,
  ObjectPrototype: Object.prototype,
  defineProperty,
  getPrototypeOf: Object.getPrototypeOf,
  hasOwn: Object.hasOwn,
  keys: Object.keys,
  ownKeys: Reflect.ownKeys,
  isArray: Array.isArray,
  isBytes: ArrayBuffer.isView,
  isBinary: types.isUint8Array,
  isMap: types.isMap,
  isPromise: types.isPromise,
  isAsyncFunction: types.isAsyncFunction,
  // Throws if the bytes do not lie in their memory any more.
  bytesKeys: Object.getPrototypeOf(Uint8Array.prototype).keys,
  bufferOf: Buffer.from,
  // An array that inherits nothing, so that what is assigned to it becomes its own and no setter of a prototype gets it instead.
  bareArray: (length) => setPrototypeOf(new Array(length), null),
  // Makes an ordinary one of it.
  dressed: (array) => setPrototypeOf(array, ArrayPrototype),
  mapEntries: method(Map.prototype.entries),
  mapSize: method(Object.getOwnPropertyDescriptor(Map.prototype, 'size').get),
  nextEntry: method(Object.getPrototypeOf(new Map().entries()).next),
  setEntry: method(Map.prototype.set),
  then: method(Promise.prototype.then)
}
