package messages

import (
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Deps is what the service works with.
type Deps struct {
	DB       *db.DB
	Sealer   Sealer
	Staff    Staff
	Contacts Contacts
	Words    Words
	// Mail and SMS are the ways out of the house; nil where the installation has
	// none, and then nothing is sent and nothing waits to be.
	Mail Mailer
	SMS  Texter
}

// Service is the messages context.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Channel is a way out of the house.
type Channel string

// The channels beside the inbox.
const (
	ByMail Channel = "mail"
	BySMS  Channel = "sms"
)

// Sends tells whether this installation has the channel; pages say so where it has not.
func (s *Service) Sends(c Channel) bool {
	switch c {
	case ByMail:
		return s.d.Mail != nil
	case BySMS:
		return s.d.SMS != nil
	}
	return false
}

// missing is the answer to what is not in the actor's inbox, also when it is in
// another's.
func missing() error { return fault.Missing("messages.missing") }

// reader is whose inbox it is: people's, never a program's.
func reader(actor gov.Actor) (string, error) {
	if !actor.SignedIn() || actor.Kind != gov.Person && actor.Kind != gov.Staff {
		return "", fault.Denied("messages.denied")
	}
	return actor.Account, nil
}
