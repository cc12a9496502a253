package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"yimen/internal/platform/fault"
)

// Cost is what one try at a password costs (argon2id, RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost is OWASP's second choice, 19 MiB and two passes: about 25 ms, and
// ten at a time still fit a small machine. CheapCost is for tests only.
var (
	DefaultCost = Cost{Memory: 19 * 1024, Time: 2, Threads: 1}
	CheapCost   = Cost{Memory: 8, Time: 1, Threads: 1}
)

// Sizes of RFC 9106 §3.1; slotWait is how long a person waits in the queue of a
// rush before he is asked to come back.
const (
	saltBytes = 16
	sumBytes  = 32
	slotWait  = 10 * time.Second
)

// hasher hashes few passwords at a time: memory-hard means that a hundred at
// once would take two gigabytes.
type hasher struct {
	cost  Cost
	slots chan struct{}
	dummy string // hash of nothing anybody has, for names nobody has
}

func newHasher(c Cost, slots int) *hasher {
	h := &hasher{cost: c, slots: make(chan struct{}, slots)}
	h.dummy = h.sum(rand.Text())
	return h
}

// hash gives the PHC string of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.sum(password), nil
}

// sum hashes with a fresh salt into the PHC string format, which names its cost, so
// that hashes of different costs live side by side.
func (h *hasher) sum(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	c := h.cost
	sum := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, sumBytes)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads,
		enc.EncodeToString(salt), enc.EncodeToString(sum))
}

// check compares. An empty hash takes as long as any other and never fits.
func (h *hasher) check(ctx context.Context, hash, password string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	c, salt, want, err := parseHash(hash)
	if err != nil {
		return false, fault.Internal(err, "identity.unreadable")
	}
	got := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// weak reports that a hash was made more cheaply than today's, so that the next
// sign-in, which knows the password, makes it anew.
func (h *hasher) weak(hash string) bool {
	c, _, _, err := parseHash(hash)
	return err != nil || c.Memory < h.cost.Memory || c.Time < h.cost.Time
}

// enter waits for a slot; ctx or slotWait may end the wait.
func (h *hasher) enter(ctx context.Context) error {
	timer := time.NewTimer(slotWait)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return fault.Busy("identity.busy")
	}
}

func (h *hasher) leave() { <-h.slots }

// parseHash reads a PHC string; anything else in the column is damage.
func parseHash(hash string) (c Cost, salt, sum []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("identity: not an argon2id hash of version %d", argon2.Version)
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil {
		return c, nil, nil, err
	}
	if c.Time < 1 || c.Threads < 1 {
		return c, nil, nil, fmt.Errorf("identity: impossible cost in a hash")
	}
	enc := base64.RawStdEncoding
	if salt, err = enc.DecodeString(parts[4]); err != nil {
		return c, nil, nil, err
	}
	sum, err = enc.DecodeString(parts[5])
	return c, salt, sum, err
}
