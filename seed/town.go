package seed

import _ "embed"

// Town is the demo town, a script of acts.
//
//go:embed demo/town.yaml
var Town []byte
