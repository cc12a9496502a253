package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind is what a caller can do about an error; HTTP status, exit code and page
// follow from it alone.
type Kind uint8

// The six kinds. There is no seventh: whoever needs one has a code to invent.
const (
	KindInvalid  Kind = iota + 1 // the input must be changed
	KindDenied                   // may be seen, may not be done by this actor
	KindMissing                  // is not there, or not for this actor
	KindConflict                 // somebody else was first; look again
	KindBusy                     // try again later
	KindInternal                 // our own failure
)

var kindNames = [...]string{"none", "invalid", "denied", "missing", "conflict", "busy", "internal"}

// String gives the kind's name as logs and API problem types show it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Args fill the named places of a sentence in internal/lang. They must hold no
// sensitive value: sentences reach pages, logs and API answers.
type Args map[string]any

// Error is a failure with a kind, the language key of its sentence, and, for
// KindInvalid, the fields that must be put right.
type Error struct {
	Kind   Kind
	Code   string
	Args   Args
	Fields Fields
	cause  error
}

// Error prints code and fields for logs; people read the sentence of the code.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Code)
	keys := make([]string, 0, len(e.Args))
	for k := range e.Args {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%v", k, e.Args[k])
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s %s]", f.Path, f.Code)
	}
	if e.cause != nil {
		fmt.Fprintf(&b, ": %v", e.cause)
	}
	return b.String()
}

// Unwrap gives the cause, so that errors.Is still finds a driver's error.
func (e *Error) Unwrap() error { return e.cause }

// With keeps cause for the log and returns e.
func (e *Error) With(cause error) *Error {
	e.cause = cause
	return e
}

// Invalid says that the input must be changed. kv are name, value pairs.
func Invalid(code string, kv ...any) *Error { return build(KindInvalid, code, kv) }

// Denied says that the actor sees the thing but may not do this to it.
func Denied(code string, kv ...any) *Error { return build(KindDenied, code, kv) }

// Missing says that there is nothing here for this actor.
func Missing(code string, kv ...any) *Error { return build(KindMissing, code, kv) }

// Conflict says that the thing moved on since the actor looked.
func Conflict(code string, kv ...any) *Error { return build(KindConflict, code, kv) }

// Busy says that the same call may succeed later.
func Busy(code string, kv ...any) *Error { return build(KindBusy, code, kv) }

// Internal wraps our own failure; its cause is logged and never shown.
func Internal(cause error, code string, kv ...any) *Error {
	return build(KindInternal, code, kv).With(cause)
}

func build(kind Kind, code string, kv []any) *Error {
	return &Error{Kind: kind, Code: code, Args: args(kv)}
}

func args(kv []any) Args {
	if len(kv) == 0 {
		return nil
	}
	if len(kv)%2 != 0 {
		panic("fault: arguments come in pairs of name and value")
	}
	m := make(Args, len(kv)/2)
	for i := 0; i < len(kv); i += 2 {
		m[kv[i].(string)] = kv[i+1]
	}
	return m
}

// Field is one defect of one input. Path is the input's form name ("answers.phone",
// "rows.2.name"), so that summary, inline text and API pointer agree.
type Field struct {
	Path string
	Code string
	Args Args
}

// Fields collects every defect of an input, because asking for corrections one
// after the other is what article 32 forbids.
type Fields []Field

// Add notes a defect; kv are name, value pairs for the sentence.
func (f *Fields) Add(path, code string, kv ...any) {
	*f = append(*f, Field{Path: path, Code: code, Args: args(kv)})
}

// Err is nil when nothing was noted, else one KindInvalid error with all of them.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Code: "fault.fields", Args: Args{"count": len(f)}, Fields: f}
}

// Has tells whether path already carries a defect.
func (f Fields) Has(path string) bool {
	for _, x := range f {
		if x.Path == path {
			return true
		}
	}
	return false
}

// As finds the *Error in err.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// KindOf is KindInternal for any error that is not of this package: an error
// nobody named is ours.
func KindOf(err error) Kind {
	if err == nil {
		return 0
	}
	if e, ok := As(err); ok {
		return e.Kind
	}
	return KindInternal
}

// Is tells whether err carries this code.
func Is(err error, code string) bool {
	e, ok := As(err)
	return ok && e.Code == code
}
