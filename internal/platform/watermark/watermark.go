package watermark

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
)

// Limits of what is drawn on: a larger picture would cost more memory than a copy is
// worth, and a file that says it is huge may be a trap.
const (
	MostPixels = 24_000_000
	mostBytes  = 32 << 20
)

// ErrUnmarked is for what cannot be drawn on: another type, too large, or damaged.
var ErrUnmarked = errors.New("watermark: not a picture that can be marked")

// turns bounds how many pictures lie open in memory at once.
var turns = make(chan struct{}, 4)

// Marks tells whether pictures of the type can be marked.
func Marks(mime string) bool { return mime == "image/jpeg" || mime == "image/png" }

// Picture reads a JPEG or PNG and gives it in the same type with the text drawn over
// it again and again. Only digits, '-' and blanks are drawn; other signs are blank.
func Picture(r io.Reader, mime, text string) ([]byte, error) {
	if !Marks(mime) {
		return nil, ErrUnmarked
	}
	turns <- struct{}{}
	defer func() { <-turns }()
	raw, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return nil, err
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || len(raw) > mostBytes || size.Width < 1 || size.Height < 1 || size.Width*size.Height > MostPixels {
		return nil, ErrUnmarked
	}
	src, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrUnmarked
	}
	out := image.NewRGBA(image.Rect(0, 0, src.Bounds().Dx(), src.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src) // what was transparent is paper
	draw.Draw(out, out.Bounds(), src, src.Bounds().Min, draw.Over)
	cover(out, text)
	var b bytes.Buffer
	if mime == "image/png" {
		err = png.Encode(&b, out)
	} else {
		err = jpeg.Encode(&b, out, &jpeg.Options{Quality: 85})
	}
	return b.Bytes(), err
}

// veil is blue and half seen: what lies under it stays readable.
var veil = image.NewUniform(color.NRGBA{R: 11, G: 74, B: 158, A: 88})

// cover writes the text in lines that step to the side, so that no corner is free.
func cover(out *image.RGBA, text string) {
	w, h := out.Bounds().Dx(), out.Bounds().Dy()
	scale := max(1, w/(len(text)*12)) // the line takes about half of the width
	line := len(text) * 6 * scale
	step := 28 * scale
	for row, y := 0, step/4; y < h; row, y = row+1, y+step {
		for x := -(row % 3) * line / 3; x < w; x += line + 6*scale {
			write(out, x, y, scale, text)
		}
	}
}

func write(out *image.RGBA, x, y, scale int, text string) {
	for _, sign := range text {
		for row, bits := range digits[sign] {
			for col := range 5 {
				if bits&(1<<(4-col)) != 0 {
					dot := image.Rect(x+col*scale, y+row*scale, x+(col+1)*scale, y+(row+1)*scale)
					draw.Draw(out, dot, veil, image.Point{}, draw.Over)
				}
			}
		}
		x += 6 * scale
	}
}

// digits are five dots wide and seven high, a row a number.
var digits = map[rune][7]uint8{
	'0': {14, 17, 19, 21, 25, 17, 14}, '1': {4, 12, 4, 4, 4, 4, 14}, '2': {14, 17, 1, 2, 4, 8, 31},
	'3': {31, 2, 4, 2, 1, 17, 14}, '4': {2, 6, 10, 18, 31, 2, 2}, '5': {31, 16, 30, 1, 1, 17, 14},
	'6': {6, 8, 16, 30, 17, 17, 14}, '7': {31, 1, 2, 4, 8, 8, 8}, '8': {14, 17, 17, 14, 17, 17, 14},
	'9': {14, 17, 17, 15, 1, 2, 12}, '-': {0, 0, 0, 31, 0, 0, 0},
}
