// Another process: it reads and writes rows with an ORM, while they are moved over, until its input ends.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { reopened } from './world.mjs'

const [orm, kind, address, path, count] = process.argv.slice(2)
const { program } = await import(pathToFileURL(join(import.meta.dirname, `people/${orm}.mjs`)))
const ring = reopened(path)
const { read, write, close } = await program(JSON.parse(address), kind, () => ring.key('people'))
let told = false
process.stdin.on('end', () => { told = true }).resume()
const last = {}
let reads = 0
for (let number = 0; !told; number++) {
  const id = `p${Math.floor(Math.random() * count)}`
  const value = await read(id)
  if (value !== (last[id] ?? `Moved@${id}`)) throw new Error('a row is not what it was')
  reads++
  await write(id, last[id] = `Moved@${number}`)
  // Who waits for it knows that it is at work.
  if (reads % 20 === 0) console.log('at work')
  await new Promise(setImmediate)
}
await close()
ring.close()
console.log(JSON.stringify({ reads, last }))
// What Node waits for otherwise.
process.exit()
