package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
)

// bar shows the progress of long work on a terminal and keeps quiet elsewhere.
type bar struct {
	p   *progressbar.ProgressBar
	out io.Writer
	of  string
}

func newBar(out io.Writer, of string) *bar {
	if f, ok := out.(*os.File); ok {
		if st, err := f.Stat(); err == nil && st.Mode()&os.ModeCharDevice != 0 {
			return &bar{out: out, of: of}
		}
	}
	return &bar{}
}

func (b *bar) set(done, all int) {
	if b.out == nil {
		return
	}
	if b.p == nil {
		b.p = progressbar.NewOptions(all, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(b.of),
			progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	}
	_ = b.p.Set(done)
}

func (b *bar) done() {
	if b.p != nil {
		_ = b.p.Finish()
	}
}
