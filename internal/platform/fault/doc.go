// Package fault is the one error type that crosses a border.
//
// A use case never says "403" or a Chinese sentence. It says of which of six
// kinds the trouble is and gives it a code; the code is also the key of the
// sentence in internal/lang, so a page, an API answer and a log line all speak
// of the same thing. Not allowed to see is Missing; allowed to see but not to
// do is Denied: a stranger must not learn that a case exists.
package fault
