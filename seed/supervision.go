package seed

import _ "embed"

// Supervision is supervision.yaml, for supervision.ParseRules.
//
//go:embed supervision.yaml
var Supervision []byte
