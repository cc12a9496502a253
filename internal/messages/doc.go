// Package messages tells people what happened to what is theirs: an inbox for every
// account, mail and SMS beside it.
//
// A message is written in the transaction that causes it (TellIn), so that nobody
// is told what did not happen and nothing happens untold. The inbox always works;
// mail and SMS are jobs of that same transaction and are sent only where the
// installation has a gateway. They say what and where to look, and no more: a
// telephone in the wrong hands must not learn whose affair it is.
//
// Owns: messages, whether they were read, what became of each sending, what an
// account wants sent, how long messages are kept.
//
// Does not own: letters, which are the act itself (see cases); telephones and mail
// addresses (see identity, asked at the moment of sending); the sentences (see
// lang, web/wording); what is told to whom (app/telling.go).
//
// Words: message 消息, inbox, key, urgent, sending, channel, preference.
//
// Tables: message, message_sending, message_preference
//
// Publishes: nothing; a message is for one account.
//
// Reacts to: the acts of a case, cards and orders (app/telling.go).
package messages
