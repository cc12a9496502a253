package search

// key names a term in 62 bits: four of kind and 58 of content. No term is kept as text; words are kept as hashes, of which
// two among a million collide once in 10^5 indexes, and then one document too many is found.
type key uint64

type kind uint64

const (
	kindHan1     kind = iota + 1 // one character of a name
	kindHan2                     // two neighbouring characters
	kindWord                     // a Latin word or number
	kindExact                    // a whole name
	kindStart                    // the first two characters of a name
	kindInitials                 // two or three neighbouring initials of pinyin
	kindSyllable                 // a syllable
	kindPair                     // two neighbouring syllables
	kindTag
)

const contentBits = 58

func makeKey(k kind, content uint64) key {
	return key(uint64(k)<<contentBits | content&(1<<contentBits-1))
}

func han1(r rune) key       { return makeKey(kindHan1, uint64(r)) }
func han2(a, b rune) key    { return makeKey(kindHan2, uint64(a)<<21|uint64(b)) }
func start(a, b rune) key   { return makeKey(kindStart, uint64(a)<<21|uint64(b)) }
func syllable(a int) key    { return makeKey(kindSyllable, uint64(a)) }
func pair(a, b int) key     { return makeKey(kindPair, uint64(a)<<20|uint64(b)) }
func word(w run) key        { return makeKey(kindWord, hashRunes(w)) }
func tagKey(number int) key { return makeKey(kindTag, uint64(number)) }

// initials packs up to three signs, 0 standing for the beginning of a name.
func initials(signs ...byte) key {
	var n uint64
	for _, s := range signs {
		n = n<<6 | uint64(s)
	}
	return makeKey(kindInitials, n<<2|uint64(len(signs)))
}

// sign numbers a letter or digit for initials; 0 is kept for the beginning.
func sign(r rune) byte {
	if r >= 'a' {
		return byte(r-'a') + 1
	}
	return byte(r-'0') + 27
}

// FNV-1a over runes.
const (
	hashBegin = 14695981039346656037
	hashPrime = 1099511628211
)

func hashRune(h uint64, r rune) uint64 { return (h ^ uint64(r)) * hashPrime }

func hashRunes(w run) uint64 {
	h := uint64(hashBegin)
	for _, l := range w {
		h = hashRune(h, l.r)
	}
	return h ^ h>>contentBits
}

// exact is the key of a whole name, made of its runs, so that brackets and spaces do not count.
func exact(words []run) key {
	h := uint64(hashBegin)
	for _, w := range words {
		for _, l := range w {
			h = hashRune(h, l.r)
		}
	}
	return makeKey(kindExact, h^h>>contentBits)
}
