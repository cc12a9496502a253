// Package mail hands mails to an SMTP server (RFC 5321) for the port
// messages.Mailer.
//
// The connection is encrypted before anything of a person is said: STARTTLS is
// demanded, or TLS from the first byte; plain text is for a server on the same
// machine and for tests. A mail is plain text in UTF-8, base64 so that no line is
// too long and none looks like the end. Message-ID is made from the idempotency
// key, so a mail sent twice after a crash is shown once by its receiver.
//
// Owns: nothing. Does not own: what is said to whom (see messages).
package mail
