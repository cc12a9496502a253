package ui

import (
	"embed"
	"io/fs"

	"yimen/internal/platform/httpd"
)

//go:embed assets
var embedded embed.FS

// AssetPrefix is where kit mounts Assets.
const AssetPrefix = "/assets/"

// Assets are the style sheet, the script and the icon of the site, under names
// that carry their hash.
var Assets = mustAssets()

func mustAssets() *httpd.Static {
	dir, err := fs.Sub(embedded, "assets")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	s, err := httpd.NewStatic(dir, AssetPrefix)
	if err != nil {
		panic(err) // the files are our own
	}
	return s
}
