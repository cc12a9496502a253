// Package sms hands short texts to a gateway over HTTP for the port
// messages.Texter.
//
// Gateways differ; what is spoken here is the least that all can be made to
// understand by a small translator beside them (docs/howto/messages.md):
//
//	POST URL
//	Authorization: Bearer TOKEN
//	Idempotency-Key: ID
//	{"id": ID, "to": "13000000001", "text": "…"}
//
// Any 2xx means that the gateway has it; {"id": "…"} in the answer is kept as its
// name for it. Anything else is tried again under the same key.
//
// Owns: nothing. Does not own: what is said to whom (see messages).
package sms
