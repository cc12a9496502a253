package identity

import (
	"context"
	"runtime"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/now"
)

// Deps is what the context needs of others. Zero Cost, Limits and Slots mean
// the product's values.
type Deps struct {
	DB     *db.DB
	Book   *journal.Book
	Ring   *keys.Ring
	Events event.Source
	Now    now.Clock // the same clock as DB's; now.System if nil
	Cost   Cost      // of hashing a password; tests take CheapCost
	Slots  int       // passwords hashed at a time (each takes Cost.Memory); 0 means one per processor
	Limits Limits
}

// Limits are the figures of sessions, lock-out and throttling. They are fields
// and not constants because an installation may be stricter.
type Limits struct {
	IdlePerson  time.Duration // a resident's session without a request
	IdleStaff   time.Duration // shorter: a counter is a public place
	Longest     time.Duration // of any session, however busy
	Failures    int64         // wrong passwords before an account is locked
	LockFor     time.Duration
	PerLogin    Rate          // sign-ins for one name
	PerAddress  Rate          // sign-ins from one address; a hall shares one
	SignUps     Rate          // new accounts from one address
	Temporary   time.Duration // a temporary password waits so long for its owner
	LongestMade time.Duration // of an API token
}

// Rate is at most Count in each fixed window of Per.
type Rate struct {
	Count int64
	Per   time.Duration
}

// DefaultLimits are the product's: the idle times and the lock-out follow GB/T
// 22239 §8.1.4.1 (登录失败处理, 连接超时自动退出), whose figures are local.
var DefaultLimits = Limits{
	IdlePerson: 60 * time.Minute, IdleStaff: 30 * time.Minute, Longest: 12 * time.Hour,
	Failures: 5, LockFor: 15 * time.Minute,
	PerLogin:   Rate{30, 10 * time.Minute},
	PerAddress: Rate{120, 10 * time.Minute},
	SignUps:    Rate{20, time.Hour},
	Temporary:  72 * time.Hour, LongestMade: 366 * 24 * time.Hour,
}

// Reactions are what other contexts do in the same transaction. They are set
// once by app (reactions.go), before the first request.
type Reactions struct {
	// PartyMerged must move everything that names m.From to m.Into: a declared
	// party turned out to be one that had been seen before.
	PartyMerged func(ctx context.Context, tx *db.Tx, actor gov.Actor, m PartyMerged) error
	// BodiesChanged is told that a body was added, edited or ended: every body in
	// force must handle the items of its department and level, and no other.
	BodiesChanged func(ctx context.Context, tx *db.Tx, actor gov.Actor) error
}

// Service is the context's use cases. Safe for concurrent use.
type Service struct {
	Deps
	hasher *hasher
	react  Reactions
}

// New builds the context.
func New(d Deps) *Service {
	if d.Now == nil {
		d.Now = now.System
	}
	if d.Cost == (Cost{}) {
		d.Cost = DefaultCost
	}
	if d.Slots <= 0 {
		d.Slots = runtime.GOMAXPROCS(0)
	}
	if d.Limits == (Limits{}) {
		d.Limits = DefaultLimits
	}
	return &Service{Deps: d, hasher: newHasher(d.Cost, d.Slots)}
}

// React sets what others do when something happens here.
func (s *Service) React(r Reactions) { s.react = r }

// Nouns lists the tables whose rows carry a chain, for `journal verify`.
func Nouns() []journal.Noun {
	return []journal.Noun{
		{Kind: KindBody, Table: "body"}, {Kind: KindParty, Table: "party"}, {Kind: KindAccount, Table: "account"},
		{Kind: KindPost, Table: "post"}, {Kind: KindMandate, Table: "mandate"},
	}
}

// today is the legal date of the moment.
func (s *Service) today() clock.Date { return dateOf(s.Now()) }

func dateOf(i now.Instant) clock.Date { return clock.DateOf(i.Time()) }

// denied is the answer to an actor who sees the thing but may not do this.
func denied() error { return fault.Denied("identity.denied") }

// noParty is also the answer to who may not see the party.
func noParty() error { return fault.Missing("identity.no_party") }

// noAccount is also the answer to who may not see the account.
func noAccount() error { return fault.Missing("identity.no_account") }

// notSignedIn is the one answer to every token that opens nothing: expired,
// ended, revoked and invented ones look alike.
func notSignedIn() error { return fault.Denied("identity.not_signed_in") }

// NotSignedIn reports whether err means that a token opens nothing, so that a
// page leads to the sign-in and the API answers 401.
func NotSignedIn(err error) bool { return fault.Is(err, "identity.not_signed_in") }
