package strongroom

// Error has a name for programs, as in docs/errors.md, and a sentence for people, with nothing secret.
type Error struct{ Name, Message string }

func (e *Error) Error() string { return e.Name + ": " + e.Message }

// Is compares names: errors.Is(err, &Error{Name: "key_not_found"}).
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Name == e.Name
}

// ErrDecryptFailed means another key, context or aad, or a ciphertext that was changed.
var ErrDecryptFailed = &Error{Name: "decrypt_failed"}
