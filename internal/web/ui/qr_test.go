package ui

import (
	"strings"
	"testing"

	"rsc.io/qr"
)

// The drawing must have exactly the dark modules of the code, moved by the quiet zone.
func TestDrawQR(t *testing.T) {
	const text = "https://example.test/s/ABCDEFGHJKMNPQRSTVWXYZ2345"
	d, ok := drawQR(text)
	if !ok {
		t.Fatal("not drawn")
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	dark := 0
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				dark++
			}
		}
	}
	drawn := 0
	for _, run := range strings.Split(strings.TrimSuffix(d.path, "z"), "z") {
		_, after, _ := strings.Cut(run, "h")
		width, _, _ := strings.Cut(after, "v")
		n := 0
		for _, c := range width {
			n = n*10 + int(c-'0')
		}
		drawn += n
	}
	if dark == 0 || drawn != dark {
		t.Errorf("drew %d modules, the code has %d", drawn, dark)
	}
}

func TestDrawQRTooLong(t *testing.T) {
	if _, ok := drawQR(strings.Repeat("x", 5000)); ok {
		t.Error("5,000 characters fit into no code")
	}
}
