'use strict'

const { ApiKey } = require('./lib/api_key.js')
const { StrongroomError, errors, version } = require('./lib/error.js')
const { Key } = require('./lib/key.js')
const { Keyring } = require('./lib/keyring.js')
const { Seal } = require('./lib/seal.js')
const { StreamInfo } = require('./lib/stream_file.js')
const { View } = require('./lib/view.js')

module.exports = { ApiKey, Key, Keyring, Seal, StreamInfo, StrongroomError, View, errors, version }
