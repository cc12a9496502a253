package keys

import (
	"crypto/cipher"
	"fmt"

	"github.com/emmansun/gmsm/sm4"
)

// KeySize is the length in bytes of every encryption and data key: SM4 knows no other.
const KeySize = sm4.BlockSize

// Nonces are random, 96 bits: one key may seal 2^32 texts before the chance of a repeat matters (NIST SP 800-38D 8.3).
// A prefecture writes about 10^8 sensitive values a year, so a yearly `yimen keys rotate` stays far below.
const (
	nonceSize = 12
	tagSize   = 16
)

// Cipher is authenticated encryption under one key. It is an interface because a certified module (HSM, 密码机) keeps
// the key inside the device: such an adapter holds a handle where SM4-GCM here holds the expanded key.
// Implementations must be safe for concurrent use and must use 12-byte nonces and 16-byte tags, which the stored formats assume.
type Cipher interface{ cipher.AEAD }

// algSM4 is the name written into the key file; an unknown name is refused at load.
const algSM4 = "SM4-GCM"

var ciphers = map[string]func(key []byte) (Cipher, error){algSM4: NewSM4}

// NewSM4 expands a key of KeySize bytes for SM4-GCM. Expanding costs more than sealing a short value,
// so callers that seal more than once keep the result (Ring does; blob keeps it for the length of one file).
func NewSM4(key []byte) (Cipher, error) {
	block, err := sm4.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	return aead, nil
}
