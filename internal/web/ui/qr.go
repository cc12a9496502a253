package ui

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// quiet is the white border of a QR code in modules; ISO/IEC 18004 wants four.
const quiet = 4

// qrDrawing is a code as one SVG path in a box of modules.
type qrDrawing struct{ box, path string }

// drawQR encodes text, ASCII for scanners' sake, with 15% redundancy: receipts
// are folded and stamped. ok is false for what no code can hold (over 2 KB).
func drawQR(text string) (d qrDrawing, ok bool) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return qrDrawing{}, false
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := x
			for run < code.Size && code.Black(run, y) {
				run++
			}
			if run > x { // a row of dark modules is one rectangle
				b.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(run-x) + "v1h-" + strconv.Itoa(run-x) + "z")
				x = run
			}
		}
	}
	side := strconv.Itoa(code.Size + 2*quiet)
	return qrDrawing{box: "0 0 " + side + " " + side, path: b.String()}, true
}
