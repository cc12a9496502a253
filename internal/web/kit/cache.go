package kit

import (
	"bytes"
	"compress/flate"
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"net/http"
	"net/url"
	"sync"

	"github.com/a-h/templ"

	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/httpd"
	"yimen/internal/web/ui"
)

// cacheKey names one kept page. generation is the catalogue's: a new catalogue
// makes new keys, and the old ones fall out at the end of the list.
type cacheKey struct {
	address, generation string
	locale              lang.Locale
	large, keys         bool
}

// kept is a page drawn for nobody in particular: everything before and after the
// visitor's part of the header, plain and deflated, and the whole anonymous page.
type kept struct {
	key                  cacheKey
	head, tail           []byte
	headFlate, tailFlate []byte
	headSum              uint32
	plain, zip           []byte
	etag                 string
}

func (e *kept) size() int {
	return len(e.head) + len(e.tail) + len(e.headFlate) + len(e.tailFlate) + len(e.plain) + len(e.zip) + len(e.key.address)
}

// cache keeps pages up to a number of bytes, the longest unused leaves first.
type cache struct {
	mu    sync.Mutex
	limit int
	used  int
	order *list.List
	pages map[cacheKey]*list.Element
}

func newCache(limit int) *cache {
	return &cache{limit: limit, order: list.New(), pages: map[cacheKey]*list.Element{}}
}

func (c *cache) get(key cacheKey) *kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.pages[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(el)
	e, _ := el.Value.(*kept)
	return e
}

func (c *cache) put(e *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, twice := c.pages[e.key]; twice || e.size() > c.limit {
		return
	}
	c.pages[e.key] = c.order.PushFront(e)
	c.used += e.size()
	for c.used > c.limit {
		last := c.order.Back()
		old, _ := last.Value.(*kept)
		c.order.Remove(last)
		delete(c.pages, old.key)
		c.used -= old.size()
	}
}

// Cached answers with a public page that is kept rendered for this address,
// generation, language and modes; build is called only when it is not there.
// address is the page's path with the query values that matter, nothing else.
// What build makes must be the same for every visitor: it must not look at
// q.Actor. The visitor's part of the header is filled in each time.
func (q *Request) Cached(address, generation string, build func() (ui.Page, templ.Component, error)) error {
	if cookieValue(q.Request, cookieFlash) != "" || q.programmatic {
		p, body, err := build()
		if err != nil {
			return err
		}
		return q.Render(p, body)
	}
	key := cacheKey{
		address: address, generation: generation, locale: q.Locale, large: q.Large,
		keys: cookieValue(q.Request, cookieKeys) != "off",
	}
	e := q.kit.cache.get(key)
	if e == nil {
		p, body, err := build()
		if err != nil {
			return err
		}
		if e, err = q.keep(key, p, body); err != nil {
			return err
		}
		q.kit.cache.put(e)
	}
	q.Header().Add("Vary", "Cookie")
	if q.Actor.SignedIn() {
		return q.sendPersonal(e)
	}
	return q.sendKept(e)
}

// keep draws the page around the place of the visitor.
func (q *Request) keep(key cacheKey, p ui.Page, body templ.Component) (*kept, error) {
	view := &ui.View{
		Locale: key.locale, Large: key.large, Keys: key.keys, Path: key.address,
		Site: q.kit.sites[key.locale], Dev: q.kit.o.Dev, Slot: true,
	}
	ctx := withActor(q.Context(), gov.Nobody(gov.Web))
	var page, visitor bytes.Buffer
	if err := draw(ctx, view, p, body, &page); err != nil {
		return nil, err
	}
	if err := ui.Visitor().Render(ui.WithView(ctx, view), &visitor); err != nil {
		return nil, err
	}
	head, tail, _ := bytes.Cut(bytes.Clone(page.Bytes()), []byte(ui.Marker))
	e := &kept{key: key, head: head, tail: tail, headSum: crc32.ChecksumIEEE(head)}
	e.plain = bytes.Join([][]byte{head, visitor.Bytes(), tail}, nil)
	e.zip = httpd.Gzip(e.plain)
	e.headFlate, e.tailFlate = deflate(head, false), deflate(tail, true)
	sum := sha256.Sum256(e.plain)
	e.etag = `"` + hex.EncodeToString(sum[:8]) + `"`
	return e, nil
}

// deflate compresses one stretch of a longer stream; each stretch ends on a byte
// and refers to nothing before it, so that stretches can be put together.
func deflate(plain []byte, last bool) []byte {
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	_, _ = z.Write(plain) // a bytes.Buffer does not fail
	if last {
		_ = z.Close()
	} else {
		_ = z.Flush()
	}
	return b.Bytes()
}

// sendKept is the page as nobody in particular sees it; a browser that has it
// already is told so.
func (q *Request) sendKept(e *kept) error {
	h := q.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", e.etag)
	if q.Request.Header.Get("If-None-Match") == e.etag {
		q.wrote = true
		q.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if httpd.AcceptsGzip(q.Request) {
		h.Set("Content-Encoding", "gzip")
		return q.send(http.StatusOK, htmlType, e.zip)
	}
	return q.send(http.StatusOK, htmlType, e.plain)
}

// sendPersonal puts the visitor's part between the kept stretches. Compressed, it
// goes in as a stored block of the same deflate stream: nothing is compressed anew.
func (q *Request) sendPersonal(e *kept) error {
	var visitor bytes.Buffer
	view := *q.View()
	view.Path = e.key.address
	if err := ui.Visitor().Render(ui.WithView(q.Context(), &view), &visitor); err != nil {
		return err
	}
	q.Header().Set("Cache-Control", "no-store")
	if middle := visitor.Bytes(); httpd.AcceptsGzip(q.Request) && len(middle) <= maxStored {
		q.Header().Set("Content-Encoding", "gzip")
		return q.send(http.StatusOK, htmlType, e.splice(middle))
	}
	return q.send(http.StatusOK, htmlType, e.head, visitor.Bytes(), e.tail)
}

const (
	htmlType  = "text/html; charset=utf-8"
	maxStored = 1<<16 - 1 // RFC 1951 §3.2.4
)

// splice builds a gzip member (RFC 1952): header, deflated head, a stored block
// with the middle, deflated tail, checksum and length of the whole.
func (e *kept) splice(middle []byte) []byte {
	out := make([]byte, 0, len(e.headFlate)+len(middle)+len(e.tailFlate)+32)
	out = append(out, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
	out = append(out, e.headFlate...)
	out = append(out, 0)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(middle)))
	out = binary.LittleEndian.AppendUint16(out, ^uint16(len(middle)))
	out = append(out, middle...)
	out = append(out, e.tailFlate...)
	sum := crc32.Update(e.headSum, crc32.IEEETable, middle)
	sum = crc32.Update(sum, crc32.IEEETable, e.tail)
	out = binary.LittleEndian.AppendUint32(out, sum)
	return binary.LittleEndian.AppendUint32(out, uint32(len(e.head)+len(middle)+len(e.tail)))
}

// KeptBytes is how much the kept pages weigh, for the metrics page.
func (k *Kit) KeptBytes() int {
	k.cache.mu.Lock()
	defer k.cache.mu.Unlock()
	return k.cache.used
}

// CacheAddress makes an address for Cached from the path and the named query
// values, in that order, leaving out what is empty.
func (q *Request) CacheAddress(names ...string) string {
	address, sep := q.URL.Path, "?"
	for _, n := range names {
		if v := q.Param(n); v != "" {
			address += sep + n + "=" + url.QueryEscape(v)
			sep = "&"
		}
	}
	return address
}
