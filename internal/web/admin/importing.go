package admin

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"iter"
	"maps"
	"net/url"
	"path"
	"strconv"
	"strings"

	"yimen/internal/catalogue/set"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// setLimits bound an uploaded set; a file over 32 MiB is refused by the set's own
// rule, which is why a little more is let in here.
var setLimits = kit.Limits{Files: 60, Each: 33 << 20, Total: 128 << 20}

// uploaded keeps the files of a set until it is read, packed without compression
// so that they can be read as a folder.
type uploaded struct {
	packed bytes.Buffer
	zip    *zip.Writer
	names  map[string]bool
}

func newUploaded() *uploaded {
	u := &uploaded{names: map[string]bool{}}
	u.zip = zip.NewWriter(&u.packed)
	return u
}

// take stores one file under the name a set gives it. Files beside each other in
// an upload have lost their folder: items-2.yaml goes back to items/.
func (u *uploaded) take(_ *kit.Form, p kit.Part) error {
	name := strings.ToLower(p.Name)
	if strings.HasPrefix(name, "items") && name != "items.yaml" {
		name = path.Join("items", name)
	}
	if u.names[name] {
		var f fault.Fields
		f.Add("files", "admin.file_twice", "name", p.Name)
		return f.Err()
	}
	u.names[name] = true
	w, err := u.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, p.Body)
	return err
}

// folder is what was uploaded, as a folder.
func (u *uploaded) folder() (fs.FS, error) {
	if err := u.zip.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(u.packed.Bytes()), int64(u.packed.Len()))
}

// first is the name of one of the files: the only one, where one is let in.
func (u *uploaded) first() string {
	for name := range u.names {
		return name
	}
	return ""
}

// receive reads an upload; a fault of one file is the form's, and nothing is given.
func receive(q *kit.Request, limits kit.Limits) (*uploaded, ui.Form, error) {
	u := newUploaded()
	f, err := q.Upload(limits, u.take)
	if e, ok := fault.As(err); ok && e.Kind == fault.KindInvalid {
		faults := e.Fields
		if len(faults) == 0 {
			faults = fault.Fields{{Path: "files", Code: e.Code, Args: e.Args}}
		}
		return nil, ui.Form{}.With(faults), nil
	}
	if err != nil {
		return nil, ui.Form{}, err
	}
	if len(u.names) == 0 {
		f.Faults.Add("files", "admin.no_files")
		return nil, f.View(), nil
	}
	return u, ui.Form{}, nil
}

// receiveSet reads an uploaded set into a folder.
func receiveSet(q *kit.Request) (fs.FS, ui.Form, error) {
	u, form, err := receive(q, setLimits)
	if u == nil {
		return nil, form, err
	}
	folder, err := u.folder()
	return folder, form, err
}

// importView is the page of an upload with the problems of a refused one.
type importView struct {
	Title, Hint, Action string
	Form                ui.Form
	Problems            set.Problems
}

func (s *Admin) importPage(q *kit.Request) error {
	return s.showImport(q, importView{Title: q.T("admin.import"), Hint: q.T("admin.import_hint"), Action: areaCatalogue + "/import"})
}

func (s *Admin) showImport(q *kit.Request, v importView) error {
	p := page(q, v.Title, areaCatalogue)
	p.Back, p.Form = areaCatalogue, v.Form
	return q.Render(p, importPage(v))
}

// importSet takes in a set: all of it, or nothing and every problem.
func (s *Admin) importSet(q *kit.Request) error {
	v := importView{Title: q.T("admin.import"), Hint: q.T("admin.import_hint"), Action: areaCatalogue + "/import"}
	folder, form, err := receiveSet(q)
	if err != nil {
		return err
	}
	if folder == nil {
		v.Form = form
		return s.showImport(q, v)
	}
	report, err := s.catalogue.Import(q.Context(), q.Actor, folder, nil)
	if fault.Is(err, "catalogue.set_refused") {
		v.Problems = report.Problems
		v.Form.Faults.Add("files", "catalogue.set_refused", "count", len(report.Problems))
		return s.showImport(q, v)
	}
	if err != nil {
		return kit.Conflict(err, areaCatalogue)
	}
	if !report.Changed {
		q.Flash(ui.ToneNone, "admin.import_same")
		return q.Redirect(areaCatalogue)
	}
	q.Flash(ui.ToneOK, "admin.imported")
	return q.Redirect(s.lastReport(q))
}

// lastReport is the address of the newest import's report.
func (s *Admin) lastReport(q *kit.Request) string {
	acts, err := s.catalogue.Acts(q.Context(), q.Actor)
	if err != nil {
		return areaCatalogue
	}
	for _, h := range acts {
		if h.Report != nil {
			return areaCatalogue + "/acts/" + strconv.FormatInt(h.Number, 10)
		}
	}
	return areaCatalogue
}

// synonymsView is the words that search knows.
type synonymsView struct {
	Rows   [][]string
	Import importView
}

func (s *Admin) synonyms(q *kit.Request) error { return s.showSynonyms(q, importView{}) }

func (s *Admin) showSynonyms(q *kit.Request, v importView) error {
	v.Title, v.Hint, v.Action = q.T("admin.synonyms"), q.T("admin.synonyms_hint"), areaCatalogue+"/synonyms"
	words, err := s.catalogue.Synonyms(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	var items []string
	for _, w := range words {
		items = append(items, w.Items...)
	}
	names, err := s.catalogue.ItemsByID(q.Context(), items)
	if err != nil {
		return err
	}
	view := synonymsView{Import: v}
	for _, w := range words {
		var for_, note []string
		for _, id := range w.Items {
			name := id
			if i, ok := names[id]; ok {
				name = i.Name
			}
			for_ = append(for_, name)
		}
		for_ = append(for_, w.Bundles...)
		for_ = append(for_, w.Means...)
		if w.Stop {
			note = append(note, q.T("admin.word_stop"))
		}
		if w.Reading != "" {
			note = append(note, q.T("admin.word_reading", "pinyin", w.Reading))
		}
		view.Rows = append(view.Rows, []string{w.Word, strings.Join(for_, "，"), strings.Join(note, "，")})
	}
	p := page(q, v.Title, areaCatalogue)
	p.Back, p.Form = areaCatalogue, v.Form
	return q.Render(p, synonymsPage(view))
}

// importSynonyms takes in synonyms.yaml in place of what was held.
func (s *Admin) importSynonyms(q *kit.Request) error {
	folder, form, err := receiveSet(q)
	if err != nil {
		return err
	}
	if folder == nil {
		return s.showSynonyms(q, importView{Form: form})
	}
	report, err := s.catalogue.ImportSynonyms(q.Context(), q.Actor, folder)
	if fault.Is(err, "catalogue.set_refused") {
		v := importView{Problems: report.Problems}
		v.Form.Faults.Add("files", "catalogue.set_refused", "count", len(report.Problems))
		return s.showSynonyms(q, v)
	}
	if err != nil {
		return kit.Conflict(err, areaCatalogue+"/synonyms")
	}
	q.Flash(ui.ToneOK, "admin.synonyms_done", "n", report.Words)
	return q.Redirect(areaCatalogue + "/synonyms")
}

func escape(text string) string { return url.QueryEscape(text) }

func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
