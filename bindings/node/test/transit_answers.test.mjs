import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtures, judge, keys, left, PRODUCTS, refused, request, run, spoken } from './answers.mjs'

// Every case with the key it is about, or with the reason for which it cannot be asked.
function * cases () {
  for (const product of PRODUCTS) {
    for (const fixture of fixtures(product)) {
      const restored = keys(fixture)
      for (const one of fixture.cases) {
        const key = restored.get(one.state)
        const asked = one.op === 'public_key' ? key.context(Buffer.from(one.context, 'base64')) : key
        yield { where: `${product} ${fixture.id} ${one.id}`, one, key: asked, reason: left(fixture, one) }
      }
    }
  }
}

// Asserts that each is at least, or at most, so often in the table.
function counted (t, table, floors, ceilings = {}) {
  t.diagnostic(JSON.stringify(table))
  for (const [entry, floor] of Object.entries(floors)) assert.ok((table[entry] ?? 0) >= floor, `${entry}: only ${table[entry]}`)
  for (const [entry, ceiling] of Object.entries(ceilings)) assert.ok((table[entry] ?? 0) <= ceiling, `${entry}: ${table[entry]}`)
}

test('every answer of a server agrees', (t) => {
  const [table, wrong] = [{}, []]
  const count = (entry) => { table[entry] = (table[entry] ?? 0) + 1 }
  for (const { where, one, key, reason } of cases()) {
    if (reason !== undefined) {
      count(reason)
      continue
    }
    const view = key.transit()
    const ours = run(view, one)
    const outcome = judge(one, ours)
    if (outcome === undefined) wrong.push(`${where}: ${ours.code ?? ours} ${ours.detail ?? ''}`)
    if (outcome === 'below the window') view.verifyHmac(Buffer.from(one.input, 'base64'), one.hmac, { hash: one.algorithm })
    count(['agrees', 'both refuse'].includes(outcome) ? `${one.op}: ${outcome}` : outcome)
    // The native view may refuse more; it never gives another answer.
    const strict = run(key, one)
    if (strict instanceof Error || (one.op === 'verify' && strict === 'false' && ours === 'true')) {
      // A JSON Web Signature is of the hash that goes with the curve, and of one length.
      if (!(ours instanceof Error)) count('only in the lenient view')
    } else if (strict !== ours && one.op !== 'rewrap') wrong.push(`${where}: the views differ`)
  }
  assert.deepEqual(wrong, [])
  const agree = { datakey: 198, decrypt: 1203, encrypt: 181, hmac: 1202, public_key: 9, rewrap: 101, sign: 284, verify: 882, verify_hmac: 512 }
  const refuse = { decrypt: 613, encrypt: 144, hmac: 109, rewrap: 12, sign: 39, verify: 44, verify_hmac: 130 }
  const floors = (outcome, floors) => Object.fromEntries(Object.entries(floors).map(([op, floor]) => [`${op}: ${outcome}`, floor]))
  // What is left out of the comparison is counted from the other side: it may not grow.
  const ceilings = { 'not expressible': 85, 'nonce of the caller': 39, 'only we read it': 15, 'second convergent rule': 18, 'aad of a convergent key': 122, 'aad of an rsa key': 3, 'key without use': 1, 'below the window': 3 }
  counted(t, table, { ...floors('agrees', agree), ...floors('both refuse', refuse), 'only in the lenient view': 884 }, ceilings)
})

test('batches and promises of the view equal its calls', async (t) => {
  // The cases of a key with the same method and options make one batch.
  const batches = new Map()
  for (const { one, key, reason } of cases()) {
    if (reason !== undefined || one.op === 'public_key') continue
    const { method, inputs, options } = request(one)
    const groups = batches.get(key) ?? batches.set(key, new Map()).get(key)
    const names = Object.keys(options)
    const column = [method, ...names].join()
    if (!groups.has(column)) groups.set(column, { key, method, names, rows: [] })
    groups.get(column).rows.push({ one, inputs, options })
  }
  const table = {}
  for (const { key, method, names, rows } of [...batches.values()].flatMap((groups) => [...groups.values()])) {
    const view = key.transit()
    const columns = Object.fromEntries(names.map((name) => [name, rows.map(({ options }) => options[name])]))
    const lists = rows[0].inputs.map((_, place) => rows.map(({ inputs }) => inputs[place]))
    const results = view[`${method}Batch`](...lists, { ...columns, errors: 'return' })
    const promises = await Promise.allSettled(rows.map(({ inputs, options }) => view[`${method}Async`](...inputs, options)))
    assert.equal(results.length, rows.length)
    for (const [index, { one }] of rows.entries()) {
      const single = run(view, one)
      // A new ciphertext under a random nonce can be compared with nothing.
      if (one.op === 'encrypt' && !(single instanceof Error) && single !== run(view, one)) continue
      const { value, reason: thrown } = promises[index]
      if (results[index] instanceof Error) {
        assert.equal(results[index].index, index)
        delete results[index].index
      }
      for (const result of [results[index], thrown ?? value]) {
        const said = result instanceof Error ? refused(one, result) : spoken(view, one, result)
        assert.deepEqual(said, single, one.id)
        assert.equal(said.code, single.code, one.id)
      }
      table[one.op] = (table[one.op] ?? 0) + 1
    }
  }
  counted(t, table, { datakey: 165, decrypt: 1742, encrypt: 483, hmac: 1035, rewrap: 102, sign: 181, verify: 112, verify_hmac: 524 })
})
