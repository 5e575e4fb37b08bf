// Package strongroom keeps keys in a folder, through the library for C. Goroutines may share keyrings and keys.
package strongroom

/*
#cgo pkg-config: strongroom
#include <stdlib.h>
#include <strongroom.h>
*/
import "C"

import (
	"runtime"
	"strings"
	"unsafe"
)

// Seal opens a keyring, Keyring is the named keys of a folder, Key encrypts and decrypts with its versions.
type (
	Seal    struct{ handle C.strongroom_seal }
	Keyring struct{ handle C.strongroom_keyring }
	Key     struct{ handle C.strongroom_key }
	status  = C.strongroom_status
	length  = C.size_t
)

// Bound is what a message is bound to. Nil says nothing; a derived key needs a context.
type Bound struct{ AAD, Context []byte }

// RootKeyEnv is a seal by the root key in an environment variable, which is read when the seal is used.
func RootKeyEnv(variable string) (*Seal, error) {
	seal := &Seal{}
	return named(seal, variable, func(name *C.char) status { return C.strongroom_seal_root_key_env(name, &seal.handle) })
}

// SealURL is a seal by its URL, such as "vault://HOST/transit/NAME" (docs/seals.md). It never holds a secret.
func SealURL(url string) (*Seal, error) {
	seal := &Seal{}
	return named(seal, url, func(text *C.char) status {
		return C.strongroom_seal_url(text, length(len(url)), &seal.handle)
	})
}

// Create makes a keyring in a folder that has none; Open takes the one that is there.
func Create(folder string, seal *Seal) (*Keyring, error) {
	r := &Keyring{}
	return named(r, folder, func(path *C.char) status { return C.strongroom_keyring_create(path, seal.handle, nil, &r.handle) })
}

func Open(folder string, seal *Seal) (*Keyring, error) {
	r := &Keyring{}
	return named(r, folder, func(path *C.char) status { return C.strongroom_keyring_open(path, seal.handle, nil, &r.handle) })
}

// CreateKey makes a key of the default type; Key takes one that is there.
func (r *Keyring) CreateKey(name string) (*Key, error) {
	k := &Key{}
	return named(k, name, func(name *C.char) status { return C.strongroom_keyring_create_key(r.handle, name, nil, &k.handle) })
}

// CreateDerivedKey makes one with a subkey for each Context, such as a tenant, which stays so.
func (r *Keyring) CreateDerivedKey(name string) (*Key, error) {
	k, spec := &Key{}, C.strongroom_key_spec{size: C.sizeof_strongroom_key_spec, flags: C.STRONGROOM_DERIVED}
	return named(k, name, func(name *C.char) status { return C.strongroom_keyring_create_key(r.handle, name, &spec, &k.handle) })
}

func (r *Keyring) Key(name string) (*Key, error) {
	k := &Key{}
	return named(k, name, func(name *C.char) status { return C.strongroom_keyring_key(r.handle, name, &k.handle) })
}

func (s *Seal) Close() error { return try(func() status { return C.strongroom_seal_free(s.handle) }) }
func (r *Keyring) Close() error {
	return try(func() status { return C.strongroom_keyring_free(r.handle) })
}
func (k *Key) Close() error { return try(func() status { return C.strongroom_key_free(k.handle) }) }

// Rotate adds a version, which encrypts from now on, and gives its number.
func (k *Key) Rotate() (version uint32, err error) {
	err = try(func() status { return C.strongroom_key_rotate(k.handle, nil, (*C.uint32_t)(&version)) })
	return version, err
}

// Encrypt gives a text.
func (k *Key) Encrypt(plaintext []byte, bound Bound) (string, error) {
	in, size := unsafe.Pointer(unsafe.SliceData(plaintext)), length(len(plaintext))
	out, err := result(2*size+128, bound, func(said *C.strongroom_options, out *C.char, room length, n *length) status {
		return C.strongroom_key_encrypt(k.handle, in, size, said, out, room, n)
	})
	return string(out), err
}

// Decrypt gives the only copy of the plaintext: wipe it with clear(plaintext) after use. A string cannot be wiped.
func (k *Key) Decrypt(ciphertext string, bound Bound) ([]byte, error) {
	in, size := unsafe.Pointer(unsafe.StringData(ciphertext)), length(len(ciphertext))
	return result(size, bound, func(said *C.strongroom_options, out *C.char, room length, n *length) status {
		return C.strongroom_key_decrypt(k.handle, in, size, said, unsafe.Pointer(out), room, n)
	})
}

// Rewrap encrypts anew under the latest version; a ciphertext that is up to date comes back as it is.
func (k *Key) Rewrap(ciphertext string, bound Bound) (string, error) {
	in, size := unsafe.Pointer(unsafe.StringData(ciphertext)), length(len(ciphertext))
	out, err := result(size+128, bound, func(said *C.strongroom_options, out *C.char, room length, n *length) status {
		return C.strongroom_key_rewrap(k.handle, in, size, said, out, room, n)
	})
	return string(out), err
}

// try makes an error of a status. The library keeps the sentence for the thread, so the goroutine stays on it.
func try(call func() status) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if s := call(); s != C.STRONGROOM_OK {
		return &Error{C.GoString(C.strongroom_error_name(s)), C.GoString(C.strongroom_error_message())}
	}
	return nil
}

// named hands over a name or a path. C ends one at a NUL, so one in the middle would name something else.
func named[T any](object *T, name string, call func(*C.char) status) (*T, error) {
	if strings.ContainsRune(name, 0) {
		return nil, &Error{"invalid_argument", "a name or a path with a NUL in it"}
	}
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	if err := try(func() status { return call(text) }); err != nil {
		return nil, err
	}
	return object, nil
}

// result calls with this much room, and again where a rotation meanwhile made that too little.
func result(room length, bound Bound, call func(*C.strongroom_options, *C.char, length, *length) status) ([]byte, error) {
	var pinned runtime.Pinner // what a struct for C points to must be
	defer pinned.Unpin()
	said := C.strongroom_options{size: C.sizeof_strongroom_options}
	if aad := unsafe.SliceData(bound.AAD); aad != nil {
		pinned.Pin(aad)
		said.aad, said.aad_len = unsafe.Pointer(aad), length(len(bound.AAD))
	}
	if context := unsafe.SliceData(bound.Context); context != nil {
		pinned.Pin(context)
		said.context, said.context_len = unsafe.Pointer(context), length(len(bound.Context))
	}
	for room++; ; {
		out, given := make([]byte, room), room
		err := try(func() status { return call(&said, (*C.char)(unsafe.Pointer(&out[0])), given, &room) })
		if err == nil {
			return out[:room], nil
		}
		if err.(*Error).Name != "buffer_too_small" {
			return nil, err
		}
	}
}
