// Package wording puts a message into words: the line in the inbox, the mail, the
// SMS. The same words on every channel, except that an SMS leaves out everything a
// telephone in the wrong hands must not tell.
//
// Owns: nothing. Does not own: what is told to whom (see app/telling.go), the
// sentences (see lang: messages.title_…, text_…, sms_…).
package wording
