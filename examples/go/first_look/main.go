// Encrypts a card number under a key in a folder, rotates the key, and brings the ciphertext up to date.
package main

import (
	"errors"
	"fmt"
	"os"

	"strongroom"
)

func main() {
	folder := "keys"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := run(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder string) error {
	seal, err := strongroom.RootKeyEnv("STRONGROOM_ROOT_KEY")
	if err != nil {
		return err
	}
	defer seal.Close()
	ring, err := strongroom.Create(folder, seal)
	if err != nil {
		return err
	}
	defer ring.Close()
	cards, err := ring.CreateKey("cards")
	if err != nil {
		return err
	}
	defer cards.Close()

	order := strongroom.Bound{AAD: []byte("order-17")}
	ciphertext, err := cards.Encrypt([]byte("4111 1111 1111 1111"), order)
	if err != nil {
		return err
	}
	if _, err = cards.Rotate(); err != nil {
		return err
	}
	number, err := cards.Decrypt(ciphertext, order) // version 1 still opens
	if err != nil {
		return err
	}
	defer clear(number)
	current, err := cards.Rewrap(ciphertext, order) // now version 2
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s\n", number, current)

	if _, err = cards.Decrypt(current, strongroom.Bound{AAD: []byte("order-18")}); errors.Is(err, strongroom.ErrDecryptFailed) {
		fmt.Println("moved to another order:", err)
	}
	return nil
}
