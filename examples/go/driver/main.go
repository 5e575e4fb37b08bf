// The package behind lines of JSON on standard input, for tests that pair languages. One answer for each line.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"strongroom"
)

type request struct {
	Op, Folder, Key, Plaintext, Ciphertext string
	RootKey                                string `json:"root_key"`
	SealURL                                string `json:"seal_url"`
	AAD, Context                           *string
}

var ring *strongroom.Keyring

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var asked request
		must(json.Unmarshal(lines.Bytes(), &asked))
		answer, err := answer(asked)
		told := map[string]any{"ok": answer}
		var failure *strongroom.Error
		if errors.As(err, &failure) {
			told = map[string]any{"error": failure.Name}
		} else {
			must(err)
		}
		line, err := json.Marshal(told)
		must(err)
		fmt.Printf("%s\n", line)
	}
	must(lines.Err())
	must(ring.Close())
}

func answer(asked request) (any, error) {
	if asked.Op == "open" {
		must(os.Setenv("STRONGROOM_ROOT_KEY", asked.RootKey))
		seal, err := strongroom.RootKeyEnv("STRONGROOM_ROOT_KEY")
		if asked.SealURL != "" {
			seal, err = strongroom.SealURL(asked.SealURL)
		}
		if err != nil {
			return nil, err
		}
		defer seal.Close()
		ring, err = strongroom.Open(asked.Folder, seal)
		return true, err
	}
	key, err := ring.Key(asked.Key)
	if err != nil {
		return nil, err
	}
	defer key.Close()
	bound := strongroom.Bound{AAD: bytes(asked.AAD), Context: bytes(asked.Context)}
	switch asked.Op {
	case "encrypt":
		return key.Encrypt(bytes(&asked.Plaintext), bound)
	case "decrypt":
		plaintext, err := key.Decrypt(asked.Ciphertext, bound)
		return hex.EncodeToString(plaintext), err
	case "rewrap":
		return key.Rewrap(asked.Ciphertext, bound)
	case "rotate":
		return key.Rotate()
	}
	return nil, errors.New("unknown operation " + asked.Op)
}

func bytes(digits *string) []byte {
	if digits == nil {
		return nil
	}
	decoded, err := hex.DecodeString(*digits)
	must(err)
	return decoded
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
