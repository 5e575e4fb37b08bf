'use strict'

// An ORM that the program has installed. This package may be a link into a clone, from where nothing of the program's is found: then it is looked for
// beside the program, and in the folder where it was started.
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')

function peer (name) {
  const program = process.argv[1]
  const places = [require, ...[program && dirname(program), process.cwd()].filter(Boolean).map((folder) => createRequire(join(folder, 'strongroom.js')))]
  for (const place of places) {
    try {
      return place(name)
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes(`'${name}'`)) throw error
    }
  }
  throw new Error(`strongroom needs ${name} for this, which is not installed; npm install ${name}`)
}

module.exports = { peer }
