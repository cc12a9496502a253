package scores

import (
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// The names of the context's subjects in the journal.
const (
	SubjectKind = "score"
	KindSystem  = "score_system"
)

// Deps is what the service works with, put together by app.
type Deps struct {
	DB      *db.DB
	Book    *journal.Book
	Events  event.Source
	Now     now.Clock
	Sources []Source
	Names   Names
	Seed    *System    // the edition an installation begins with
	Region  gov.Region // of the installation: who supervises it signs
}

// Service is the scores context.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Nouns lists the tables whose rows carry a chain, for `journal verify`.
func Nouns() []journal.Noun {
	return []journal.Noun{{Kind: SubjectKind, Table: "score_month", State: "state"}, {Kind: KindSystem, Table: "score_system"}}
}

// MaySee says who reads figures that are not published: supervisors, each the
// bodies of his own regions, and the totals.
func MaySee(a gov.Actor) bool { return a.Kind == gov.System || a.Has(gov.RoleSupervisor) }

// MaySign says who signs and publishes: a person who supervises the whole
// installation. No program ever signs.
func (s *Service) MaySign(a gov.Actor) bool {
	return a.Kind == gov.Staff && a.Account != "" && a.At(gov.RoleSupervisor, string(s.d.Region))
}

// mayCompute: the monthly job, the operator's command, or who may sign.
func (s *Service) mayCompute(a gov.Actor) bool { return a.Kind == gov.System || s.MaySign(a) }

var errDenied = fault.Denied("scores.denied")
