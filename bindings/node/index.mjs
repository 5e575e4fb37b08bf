import strongroom from './index.js'

export const { Key, Keyring, Seal, StrongroomError, View, errors } = strongroom
export default strongroom
