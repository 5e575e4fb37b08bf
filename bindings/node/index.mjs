import strongroom from './index.js'

export const { ApiKey, Key, Keyring, Seal, StrongroomError, View, errors, version } = strongroom
export default strongroom
