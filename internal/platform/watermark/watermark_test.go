package watermark

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

func white(w, h int, clear bool) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		if !clear {
			m.Pix[i] = 255
		}
	}
	return m
}

func pngOf(m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// The copy is of the same size, marked in every quarter, still mostly paper, and the
// same each time.
func TestPictureIsMarkedAllOver(t *testing.T) {
	var jpg bytes.Buffer
	if err := jpeg.Encode(&jpg, white(640, 480, false), nil); err != nil {
		t.Fatal(err)
	}
	for mime, raw := range map[string][]byte{"image/png": pngOf(white(640, 480, true)), "image/jpeg": jpg.Bytes()} {
		got, err := Picture(bytes.NewReader(raw), mime, "445103-20260302-000001-1 2026-11-22")
		if err != nil {
			t.Fatal(mime, err)
		}
		m, kind, err := image.Decode(bytes.NewReader(got))
		if err != nil || "image/"+kind != mime || m.Bounds() != image.Rect(0, 0, 640, 480) {
			t.Fatal(mime, kind, err)
		}
		for _, q := range []image.Rectangle{image.Rect(0, 0, 320, 240), image.Rect(320, 0, 640, 240), image.Rect(0, 240, 320, 480), image.Rect(320, 240, 640, 480)} {
			if n := dark(m, q); n < 100 || n > 320*240/3 {
				t.Errorf("%s: %d marked dots in %v", mime, n, q)
			}
		}
	}
}

func dark(m image.Image, in image.Rectangle) (n int) {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if c := color.GrayModel.Convert(m.At(x, y)).(color.Gray); c.Y < 235 {
				n++
			}
		}
	}
	return n
}

// What is no picture, or says it is a huge one, is refused and never panics.
func TestWhatCannotBeMarked(t *testing.T) {
	huge := pngOf(white(8, 8, false))
	copy(huge[16:], []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff}) // its head says 65535 × 65535
	for what, x := range map[string]struct {
		mime string
		raw  []byte
	}{
		"a PDF": {"application/pdf", []byte("%PDF-1.7")}, "nothing": {"image/png", nil}, "cut": {"image/png", pngOf(white(99, 99, false))[:60]},
		"huge": {"image/png", huge}, "text": {"image/jpeg", []byte("照片")},
	} {
		if _, err := Picture(bytes.NewReader(x.raw), x.mime, "1"); !errors.Is(err, ErrUnmarked) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Picture(bytes.NewReader(pngOf(white(1, 1, false))), "image/png", "仅限办事 1"); err != nil {
		t.Errorf("a dot: %v", err)
	}
}
