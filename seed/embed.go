// Package seed carries the data the program begins with: the catalogue, the
// layout of forms, common words, and the demo town. It is data in the format of
// docs/reference; code reads it and holds none of it.
package seed

import (
	"embed"
	"io/fs"
)

//go:embed catalogue synonyms.yaml
var files embed.FS

// Groups is how forms are cut into groups and pages.
//
//go:embed groups.yaml
var Groups []byte

// Town is the demo town, a script of acts.
//
//go:embed demo/town.yaml
var Town []byte

// Catalogue is the catalogue set.
func Catalogue() fs.FS {
	sub, err := fs.Sub(files, "catalogue")
	if err != nil {
		panic(err) // a constant name
	}
	return sub
}

// Words is the folder that holds synonyms.yaml.
func Words() fs.FS { return files }
