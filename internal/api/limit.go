package api

import (
	"context"
	"sync"
	"time"

	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// limiter holds accounts to their rate over all nodes without a write for every
// request: permits are drawn from identity's throttle in blocks, and what a node
// drew and did not use is lost when the window ends.
type limiter struct {
	identity *identity.Service
	now      now.Clock
	block    int64
	blocks   identity.Rate // how many blocks in a window
	mu       sync.Mutex
	accounts map[string]*allowance
}

// allowance is what a node still holds of one window for one account.
type allowance struct {
	mu      sync.Mutex
	window  int64
	left    int64
	refused bool // the window's blocks are used up
}

const blocksPerWindow = 100

func newLimiter(s *identity.Service, clock now.Clock, rate identity.Rate) *limiter {
	block := max(1, rate.Count/blocksPerWindow)
	return &limiter{identity: s, now: clock, block: block, blocks: identity.Rate{Count: max(1, rate.Count/block), Per: rate.Per},
		accounts: map[string]*allowance{}}
}

// take uses one permit. Fault: api.limited, with the seconds to wait.
func (l *limiter) take(ctx context.Context, account string) error {
	if account == "" {
		return nil // the description, which is the same bytes for everybody
	}
	x := l.of(account)
	x.mu.Lock()
	defer x.mu.Unlock()
	at := l.now()
	per := int64(l.blocks.Per / time.Microsecond)
	if w := int64(at) / per; w != x.window {
		x.window, x.left, x.refused = w, 0, false
	}
	if x.left == 0 && !x.refused {
		err := l.identity.Throttle(ctx, "api", account, l.blocks)
		switch {
		case err == nil:
			x.left = l.block
		case fault.KindOf(err) == fault.KindBusy:
			x.refused = true
		default:
			return err
		}
	}
	if x.left == 0 {
		wait := time.Duration((x.window+1)*per-int64(at)) * time.Microsecond
		seconds := int((wait + time.Second - 1) / time.Second)
		return fault.Busy("api.limited", "seconds", seconds, "retry_after", seconds)
	}
	x.left--
	return nil
}

const mostAccounts = 10000 // with an allowance at hand; more are drawn anew

func (l *limiter) of(account string) *allowance {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.accounts[account]
	if x == nil {
		if len(l.accounts) >= mostAccounts {
			clear(l.accounts)
		}
		x = &allowance{}
		l.accounts[account] = x
	}
	return x
}
