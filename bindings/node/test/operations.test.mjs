import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import strongroom from '../index.mjs'

// `Class.method` is static, `Class#method` of the instances.
const member = (classes, name) => {
  const [, owner, kind, property] = /^(\w+)([.#])(\w+)$/.exec(name)
  let holder = kind === '.' ? classes[owner] : classes[owner]?.prototype
  while (holder && !Object.hasOwn(holder, property)) holder = Object.getPrototypeOf(holder)
  return holder && Object.getOwnPropertyDescriptor(holder, property)
}

const operations = JSON.parse(readFileSync(new URL('../../operations.json', import.meta.url), 'utf8')).filter(({ node }) => node !== undefined)

test('every operation of the list exists', () => {
  assert.ok(operations.length >= 63, `${operations.length}`)
  for (const { name, node } of operations) {
    const found = member(strongroom, node)
    assert.ok(typeof found?.value === 'function' || typeof found?.get === 'function', `${name}: no ${node}`)
  }
})

test('every operation of the list is in the typings', () => {
  const typings = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  for (const { node } of operations) {
    const property = node.split(/[.#]/)[1]
    assert.match(typings, new RegExp(`^ {2}(static |readonly )?${property} ?[<(:]`, 'm'), node)
  }
})
