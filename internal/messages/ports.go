package messages

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Staff tells who is told when a role at a body is.
type Staff interface {
	// Holders gives the accounts of people, not systems, who hold the role today,
	// deputies included.
	Holders(ctx context.Context, r db.Reader, body string, role gov.Role) ([]string, error)
}

// Contact is how somebody is reached outside, in clear, for the moment of sending.
// Empty fields are not known; Locale is "" for Chinese.
type Contact struct{ Phone, Mail, Locale string }

// Contacts finds the contact of an account, or of a party that has none. An account
// that is suspended or closed is not reached.
type Contacts interface {
	Contact(ctx context.Context, r db.Reader, account, party string) (Contact, error)
}

// Words makes sentences of a message for outside.
type Words interface {
	Mail(locale string, m Received) (subject, text string)
	// SMS holds no name and no number of a person, whatever the arguments are.
	SMS(locale string, m Received) string
}

// Mail is one mail to one address, plain text. ID is the idempotency key: a
// second sending under the same ID is the same mail.
type Mail struct{ ID, To, Subject, Text string }

// Mailer hands a mail over and gives the receiver's own name for it, "" for none.
// An error means that it may have to be sent again.
type Mailer interface {
	Mail(ctx context.Context, m Mail) (reference string, err error)
}

// SMS is one short text to one mainland number. ID is the idempotency key.
type SMS struct{ ID, To, Text string }

// Texter hands an SMS over to a gateway, like Mailer.
type Texter interface {
	Text(ctx context.Context, m SMS) (reference string, err error)
}

// Sealer encrypts what a message is filled with.
type Sealer interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
}
