// Package messagestest holds the fakes of the ways out of the house and the
// contracts that a fake and a real gateway both keep, so that what is tried on the
// fake holds on the wire.
package messagestest
