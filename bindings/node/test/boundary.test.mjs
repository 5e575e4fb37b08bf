// Read from the source of the library: a panic must not reach Node, and every unsafe block says why it is
// sound.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../src/', import.meta.url))
const files = readdirSync(source, { recursive: true }).filter((name) => name.endsWith('.rs')).map((name) => [name, readFileSync(join(source, name), 'utf8')])

test('what Node calls holds the panic boundary', () => {
  const found = []
  for (const [, text] of files) {
    for (const [, name, body] of text.matchAll(/extern "C" fn (\w+)(?:<T>)?\((?:.|\n)*?\{\n((?:.|\n)*?)\n\}/g)) found.push([name, body.includes('catch_unwind(')])
  }
  // These run nothing that panics: they attach functions, give a number, free two references and a text, and
  // let go of a threadsafe function.
  const harmless = ['detach', 'give_back', 'hang_up', 'napi_register_module_v1', 'node_api_module_get_api_version_v1']
  assert.deepEqual(found.filter(([, guarded]) => !guarded).map(([name]) => name).sort(), harmless)
  assert.deepEqual(found.filter(([, guarded]) => guarded).map(([name]) => name).sort(), ['complete', 'deliver', 'enter', 'execute', 'release'])
})

test('Node-API is called in few files', () => {
  const callers = files.filter(([, text]) => /sys::napi_\w+\(/.test(text)).map(([name]) => name.replaceAll('\\', '/')).filter((name) => !name.startsWith('js'))
  assert.deepEqual(callers.sort(), ['failure.rs', 'handle.rs', 'module.rs', 'promise.rs'])
})
