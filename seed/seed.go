package seed

import (
	"embed"
	"io/fs"
)

//go:embed catalogue/*.yaml
var catalogue embed.FS

//go:embed synonyms.yaml groups.yaml indices.yaml
var files embed.FS

// Catalogue is the set of the real catalogue, in the format that `yimen
// catalogue import` reads.
func Catalogue() fs.FS {
	sub, err := fs.Sub(catalogue, "catalogue")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Synonyms is a folder with synonyms.yaml, for catalogue.ImportSynonyms.
func Synonyms() fs.FS { return files }

// Groups is groups.yaml, for form.ParseLayout.
func Groups() []byte {
	data, err := files.ReadFile("groups.yaml")
	if err != nil {
		panic(err) // the file is embedded above
	}
	return data
}

// Indices is indices.yaml, the index system scores begin with, for scores.ReadSystem.
func Indices() []byte {
	data, err := files.ReadFile("indices.yaml")
	if err != nil {
		panic(err) // the file is embedded above
	}
	return data
}
